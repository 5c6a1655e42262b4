"""Whole numbers as office programs write them: Chinese, circled, Roman, lettered and raised."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_COUNTING = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "十", "百", "千")
_LEGAL_UNITS = ("", "拾", "佰", "仟")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_MOST = 9999
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")


def chinese_digits(digits: str) -> str:
    """Return each digit as its character: 2023 → 二〇二三.

    >>> chinese_digits("2023")
    '二〇二三'
    """
    return "".join(_DIGITS[int(d)] if d in "0123456789" else d for d in digits)


def chinese(number: int, *, legal: bool = False) -> str:
    """Return *number* (0–9999) as it is counted: 12 → 十二, 105 → 一百零五; larger ones digit by digit.

    >>> chinese(12), chinese(105), chinese(20), chinese(3, legal=True)
    ('十二', '一百零五', '二十', '叁')
    """
    digits, units = (_LEGAL, _LEGAL_UNITS) if legal else (_COUNTING, _UNITS)
    if not 0 <= number <= _MOST:
        return chinese_digits(str(number))
    if number == 0:
        return digits[0]
    text, gap = "", False
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit == 0:
            gap = True
            continue
        text += (digits[0] if gap and text else "") + digits[digit] + units[place]
        gap = False
    # 10–19 are said without 一, but in legal script 壹拾 is written out.
    return text.removeprefix("一") if 10 <= number < 20 and not legal else text


def letters(number: int) -> str:
    """Return *number* as Word letters a list: 1 → a, 26 → z, 27 → aa, 28 → bb.

    >>> letters(1), letters(28)
    ('a', 'bb')
    """
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 50) if number > 0 else str(number)


def roman(number: int) -> str:
    """Return *number* in small Roman numerals.

    >>> roman(14)
    'xiv'
    """
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        while number >= value:
            text += sign
            number -= value
    return text


def circled(number: int) -> str:
    """Return *number* in a circle as far as such characters go (50).

    >>> circled(1), circled(21), circled(51)
    ('①', '㉑', '51')
    """
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(code + number - first)
    return str(number)


def raised(text: str) -> str:
    """Return *text* in raised characters; as it is where there are none for some of it.

    >>> raised("3"), raised("-1"), raised("注1")
    ('³', '⁻¹', '注1')
    """
    return text.translate(_RAISED) if all(ord(ch) in _RAISED for ch in text) else text


def list_number(number: int, style: str) -> str:
    """Return *number* in the list *style* of WordprocessingML (``w:numFmt``); unknown styles are decimal.

    >>> [list_number(11, s) for s in ("decimal", "chineseCountingThousand", "lowerRoman", "decimalFullWidth")]
    ['11', '十一', 'xi', '１１']
    """
    if style in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
                 "taiwaneseCountingThousand", "koreanCounting"):  # fmt: skip
        return chinese(number)
    if style in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return chinese_digits(str(number))
    if style in ("chineseLegalSimplified", "japaneseLegal", "ideographLegalTraditional"):
        return chinese(number, legal=True)
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese", "ideographEnclosedCircle"):
        return circled(number)
    if style == "decimalEnclosedParen":
        return chr(0x2474 + number - 1) if 1 <= number <= 20 else f"({number})"
    if style == "decimalEnclosedFullstop":
        return chr(0x2488 + number - 1) if 1 <= number <= 20 else f"{number}."
    if style in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(d) + 0xFEE0) for d in str(number))
    if style == "decimalZero":
        return f"{number:02d}"
    if style in ("lowerLetter", "upperLetter"):
        return letters(number) if style == "lowerLetter" else letters(number).upper()
    if style in ("lowerRoman", "upperRoman"):
        return roman(number) if style == "lowerRoman" else roman(number).upper()
    if style in ("ideographTraditional", "ideographZodiac"):
        signs = _STEMS if style == "ideographTraditional" else _BRANCHES
        return signs[(number - 1) % len(signs)]
    return str(number)
