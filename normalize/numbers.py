"""Numbers, exact: Arabic and Chinese, whole strings only, never a float."""

from __future__ import annotations

import re
from decimal import Decimal

from .characters import fold_width

_LONGEST = 40
_ARABIC = re.compile(
    r"(?P<sign>[+\-−]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,18})(?P<decimals>\.[0-9]{1,12})?(?P<percent>%?)"
)

_DIGITS = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    **{digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "○": 0,
    "两": 2,
}
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}
CHINESE_DIGITS = "".join((*_DIGITS, *_TENS, *_GROUPS))
"""Every character a Chinese number can be made of."""


def read_number(text: str) -> Decimal | None:
    """Return the number that *text* as a whole spells, or None.

    Digits may be full-width; thousands separators must stand where they belong; a % is allowed and
    says nothing (95% is 95). A bare point at either end is more likely a speck of the scan than a number:
    None. Chinese numerals are read too. Decimals stay as printed: 2.50 is Decimal("2.50").

    >>> read_number("１，230"), read_number("1,23"), read_number("-0.5%"), read_number("十万零一千")
    (Decimal('1230'), None, Decimal('-0.5'), Decimal('101000'))
    >>> read_number("统一") is None and read_number("一带一路") is None
    True
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    match = _ARABIC.fullmatch(fold_width(text))
    if match is None:
        return read_chinese_number(text)
    sign = "-" if match["sign"] in ("-", "−") else ""
    return Decimal(sign + match["whole"].replace(",", "") + (match["decimals"] or ""))


def read_chinese_number(text: str) -> Decimal | None:
    """Return the whole number that *text* as a whole spells in Chinese numerals, or None.

    Written-out numbers (三百零五, 十二, 十万零一千, 壹佰) and figures read digit by digit (二〇二五, at least
    four or with 〇). What could be two numbers or an estimate is None: 三四 (three or four), 一百五, 两万五.

    >>> [str(read_chinese_number(text)) for text in ("十二", "两千零三", "二〇二五", "三四", "一百五")]
    ['12', '2003', '2025', 'None', 'None']
    """
    if not text or len(text) > _LONGEST:
        return None
    if all(character in _DIGITS for character in text):
        if len(text) > 1 and not (len(text) >= 4 or "〇" in text or "○" in text):
            return None
        return Decimal("".join(str(_DIGITS[character]) for character in text))
    total = _read_groups(text)
    return None if total is None else Decimal(total)


def _read_groups(text: str) -> int | None:
    """Return the value of *text*, split at 亿 and then at 万."""
    for sign, other, size in (("亿", "億", 10**8), ("万", "萬", 10**4)):
        head, found, tail = text.replace(other, sign).rpartition(sign)
        if not found:
            continue
        many = _read_groups(head)
        if not many:
            return None
        if not tail:
            return many * size
        rest = _read_groups(tail.removeprefix("零").removeprefix("〇"))
        if not rest or rest >= size:
            return None
        # A zero says that a place is missing, before it (十万零一千) or after it (三万零五); 两万五 without
        # one is 25,000 in speech, so that a low rest needs it.
        zero = tail[0] in "零〇"
        if rest < size // 10 and not zero:
            return None
        if zero and rest >= size // 10 and head[-1] not in _TENS:
            return None
        return many * size + rest
    return _read_section(text)


def _read_section(text: str) -> int | None:
    """Return the value of *text*, a written-out number below 10,000."""
    total, place, digit, gap = 0, 10_000, -1, False
    for position, character in enumerate(text):
        if character in _TENS:
            size = _TENS[character]
            # A place left out is told by a zero, and a zero tells of nothing else.
            follows = (position < 2 and not gap) or (size * 10 == place) != gap
            if size >= place or not follows or (digit < 0 and (size != 10 or position > 0)):
                return None
            total += (1 if digit < 0 else digit) * size
            place, digit, gap = size, -1, False
        elif digit < 0 and _DIGITS.get(character, 0) > 0:
            digit = _DIGITS[character]
        elif digit < 0 and not gap and character in _DIGITS:
            gap = True
        else:
            return None
    if digit < 0:
        return None if gap else total
    # 一百五 is 150 in speech and 105 to nobody: the last digit follows 十 or a zero, or stands alone.
    complete = 100 <= place < 10_000 if gap else place in (10, 10_000)
    return total + digit if complete else None


def decimal_text(value: Decimal) -> str:
    """Return *value* as tables and messages print it: no exponent, no separators, no zeros behind the decimals.

    One amount has one form, whether a page prints 15.30 or a workbook holds 15.3; what was printed
    stands in the raw text. Zero has no sign. Raises ValueError when *value* is no finite number.

    >>> decimal_text(Decimal("566.18")), decimal_text(Decimal("15.30")), decimal_text(Decimal("5E+4"))
    ('566.18', '15.3', '50000')
    """
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text[1:] if value.is_zero() and text.startswith("-") else text
