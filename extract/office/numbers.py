"""A workbook's stored number → the text its number format shows: 1 with ``0%`` is 100%.

Covers what forms use: decimals, thousands, per cent, literals and colours, sections by sign or condition,
accounting formats, dates and times, Chinese numerals in dates. What is not covered is answered with None,
and the caller shows the plain number and says so: fractions, exponents (which round what is a figure) and
Chinese numerals for whole numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from .numerals import chinese, chinese_digits

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<pad>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>[Gg][Ee][Nn][Ee][Rr][Aa][Ll]|G/通用格式|@)|(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[aA]{3,4}|e+)"
    r"|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<sign>[.,%/])|(?P<literal>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_MAX_CODE = 500
_WEEKDAYS = "一二三四五六日"
# Not from the system's locale: the same bytes give the same text everywhere.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAY_ZERO = datetime(1899, 12, 30)
_DAY_ZERO_1904 = datetime(1904, 1, 1)

CHINESE_BUILTIN = {
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The built-in formats whose meaning hangs on the language, as a Chinese Excel shows them (ECMA-376 18.8.30)."""


def number_of(stored: str) -> Decimal | None:
    """Return a stored number with the 15 digits a workbook knows of it, or None if it is none.

    >>> number_of("0.28999999999999998"), number_of("7.2204570000000004E4")
    (Decimal('0.29'), Decimal('72204.57'))
    """
    try:
        value = float(stored)
    except ValueError:
        return None
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return Decimal(f"{value:.15g}")


def days_of(stored: str) -> str | None:
    """Return a date written out (``t="d"``) as the number of its day, or None.

    >>> days_of("2025-12-31T00:00:00"), days_of("明天")
    ('46022.0', None)
    """
    try:
        moment = datetime.fromisoformat(stored.removesuffix("Z"))
    except ValueError:
        return None
    return None if moment.tzinfo else str((moment - _DAY_ZERO).total_seconds() / 86400)


def plain(number: Decimal) -> str:
    """Return *number* as the General format shows it, though with all its digits and never an exponent.

    >>> plain(Decimal("10891.615675")), plain(Decimal("1E+12")), plain(Decimal("0.50"))
    ('10891.615675', '1000000000000', '0.5')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@dataclass(slots=True)
class _Section:
    """One of a format's parts between semicolons: its tokens as (kind, text)."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    condition: tuple[str, Decimal] | None = None
    chinese: int = 0

    @property
    def is_date(self) -> bool:
        return any(kind in ("date", "elapsed", "noon") for kind, _ in self.tokens)

    @property
    def has_digits(self) -> bool:
        return any(kind in ("digit", "general") for kind, _ in self.tokens)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections = [_Section()]
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or "literal"
        text = found.group(kind)
        if kind in ("pad", "fill"):
            continue
        if kind in ("quoted", "escaped"):
            sections[-1].tokens.append(("literal", text))
        elif kind == "bracket":
            _bracket(sections[-1], text)
        elif kind == "literal" and text == ";":
            sections.append(_Section())
        else:
            sections[-1].tokens.append((kind, text))
    return tuple(sections[:4])


def _bracket(section: _Section, text: str) -> None:
    """Take what stands in square brackets: a condition, a currency, elapsed time, Chinese numerals, a colour."""
    condition = _CONDITION.fullmatch(text)
    if condition is not None:
        number = number_of(condition[2])
        if number is not None:
            section.condition = (condition[1], number)
    elif text.startswith("$"):
        section.tokens.append(("literal", text[1:].partition("-")[0]))
    elif text.lower().strip("hms") == "" and text:
        section.tokens.append(("elapsed", text.lower()))
    elif text.upper().startswith("DBNUM") and text[5:6].isdigit():
        section.chinese = int(text[5])


def shown(stored: str, code: str, *, date1904: bool = False) -> str | None:
    """Return what a cell with the number *stored* and the format *code* shows; None if that is not known.

    >>> shown("1", "0%"), shown("0.95", "0%"), shown("10891.62", "#,##0.00"), shown("90", "0_ ")
    ('100%', '95%', '10,891.62', '90')
    >>> shown("45291", 'yyyy"年"m"月"d"日"'), shown("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ')
    ('2023年12月31日', '-')
    """
    number = number_of(stored)
    if number is None or len(code) > _MAX_CODE:
        return None
    section, negative = _chosen(_sections(code), number)
    if section is None:
        return "#" * 5
    if section.is_date:
        return _date(section, number, date1904)
    kinds = [kind for kind, _ in section.tokens]
    if "general" in kinds:
        if section.chinese:
            return None
        body = plain(abs(number))
        text = "".join(body if kind == "general" else t if kind == "literal" else "" for kind, t in section.tokens)
    elif not section.has_digits:
        text = "".join(t for kind, t in section.tokens if kind == "literal" or (kind == "sign" and t in ".,%"))
        return text.strip()
    else:
        rendered = _digits(section, abs(number))
        if rendered is None:
            return None
        text = rendered
    sign = "-" if negative and any(ch in "123456789" for ch in text) else ""
    return sign + text.strip()


def shown_text(text: str, code: str) -> str:
    """Return what a cell with the string *text* and the format *code* shows.

    >>> shown_text("5000", '@"万元"'), shown_text("健全", "0.00"), shown_text("注", ";;;")
    ('5000万元', '健全', '')
    """
    if len(code) > _MAX_CODE or ("@" not in code and code.count(";") < 3):
        return text
    sections = _sections(code)
    section = sections[3] if len(sections) == 4 else next(
        (s for s in reversed(sections) if ("general", "@") in s.tokens), None
    )
    if section is None:
        return text
    return "".join(text if kind == "general" else t if kind == "literal" else "" for kind, t in section.tokens)


def _chosen(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section | None, bool]:
    """Return the section that shows *number*, and whether a minus sign is to be added."""
    if any(s.condition is not None for s in sections[:2]):
        for section in sections[:3]:
            if section.condition is None or _holds(section.condition, number):
                return section, number < 0
        return None, False
    count = len(sections)
    if number < 0:
        return (sections[1], False) if count > 1 else (sections[0], True)
    if number == 0 and count > 2:
        return sections[2], False
    return sections[0], False


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    sign, limit = condition
    return {
        "<": number < limit, ">": number > limit, "=": number == limit,
        "<=": number <= limit, ">=": number >= limit, "<>": number != limit,
    }[sign]  # fmt: skip


def _digits(section: _Section, number: Decimal) -> str | None:
    """Return *number* (not negative) in the places of the section's digits; None for fractions and exponents."""
    tokens = section.tokens
    if section.chinese or any(kind == "exponent" or (kind == "sign" and text == "/") for kind, text in tokens):
        return None
    point = _point(tokens)
    last = max(i for i, (kind, _) in enumerate(tokens) if kind == "digit")
    number *= Decimal(100) ** sum(1 for token in tokens if token == ("sign", "%"))
    # Commas behind the last digit (or just before the point) divide by a thousand each.
    scale = sum(1 for i, token in enumerate(tokens) if token == ("sign", ",") and (i > last or i == point - 1))
    grouped = any(
        token == ("sign", ",") and i < min(last, point) and i != point - 1 for i, token in enumerate(tokens)
    )
    places = sum(1 for kind, _ in tokens[point:] if kind == "digit")
    with localcontext() as context:
        context.prec = 340
        number = (number / Decimal(1000) ** scale).quantize(Decimal(1).scaleb(-min(places, 30)), ROUND_HALF_UP)
    whole, _, decimals = f"{number:f}".partition(".")
    return _whole(tokens[:point], whole.lstrip("0"), grouped) + _decimals(tokens[point:], decimals)


def _point(tokens: list[tuple[str, str]]) -> int:
    return next((i for i, token in enumerate(tokens) if token == ("sign", ".")), len(tokens))


def _whole(tokens: list[tuple[str, str]], digits: str, grouped: bool) -> str:
    """Return the places before the point, filled from the right; the first takes all digits left over."""
    out: list[str] = []
    left, count = digits, 0
    places = [i for i, (kind, _) in enumerate(tokens) if kind == "digit"]

    def put(digit: str) -> None:
        nonlocal count
        if grouped and count and count % 3 == 0 and digit != " ":
            out.append(",")
        out.append(digit)
        count += 1

    for i in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[i]
        if kind == "digit":
            if left:
                put(left[-1])
                left = left[:-1]
            elif text == "0":
                put("0")
            elif text == "?":
                put(" ")
            if i == places[0]:
                while left:
                    put(left[-1])
                    left = left[:-1]
        elif kind == "literal" or (kind == "sign" and text == "%"):
            out.append(text)
    if not places:
        out += list(reversed(left))
    return "".join(reversed(out))


def _decimals(tokens: list[tuple[str, str]], digits: str) -> str:
    """Return the point and the places behind it; zeros fall away where the format has ``#``."""
    marks = [text for kind, text in tokens if kind == "digit"]
    keep = len(marks)
    while keep and marks[keep - 1] != "0" and digits[keep - 1 : keep] in ("0", ""):
        keep -= 1
    out, at = "", 0
    for kind, text in tokens:
        if kind == "digit":
            if at < keep:
                out += digits[at : at + 1] or "0"
            at += 1
        elif kind == "literal" or (kind == "sign" and text in ".%"):
            out += text
    return out


def _date(section: _Section, number: Decimal, date1904: bool) -> str | None:
    """Return a day number as the section writes dates; None where no calendar reaches."""
    if number < 0 or number > 2_958_465:
        return "#" * 5
    seconds = (number * 86400).quantize(Decimal(1), ROUND_HALF_UP)
    days = int(seconds // 86400)
    if not date1904 and days < 60:
        # A workbook believes in the 29th of February 1900.
        days += 1
    moment = (_DAY_ZERO_1904 if date1904 else _DAY_ZERO) + timedelta(days=days, seconds=int(seconds % 86400))
    tokens = section.tokens
    noon = any(kind == "noon" for kind, _ in tokens)
    out, clock = "", False
    for i, (kind, text) in enumerate(tokens):
        if kind == "date":
            letter = text[0].lower()
            minutes = letter == "m" and (clock or _seconds_follow(tokens, i))
            out += _part(moment, letter, len(text), section.chinese, minutes=minutes, noon=noon)
            if letter in "hs":
                clock = letter == "h"
            elif letter != "m" or minutes:
                clock = False
        elif kind == "elapsed":
            whole = int(seconds) // {"h": 3600, "m": 60, "s": 1}[text[0]]
            out += f"{whole:0{len(text)}d}"
            clock = text[0] == "h"
        elif kind == "noon":
            out += text.split("/")[moment.hour >= 12]
        elif kind == "literal" or (kind == "sign" and tokens[i + 1 : i + 2] != [("digit", "0")]):
            out += text  # what is left are fractions of a second
    return out.strip()


def _seconds_follow(tokens: list[tuple[str, str]], i: int) -> bool:
    for kind, text in tokens[i + 1 :]:
        if kind in ("date", "elapsed"):
            return text[0] in "sS"
    return False


def _part(moment: datetime, letter: str, count: int, script: int, *, minutes: bool, noon: bool) -> str:
    """Return one part of a date: *letter* y, m, d, h, s, a or e, written *count* times."""
    if letter in "ye":
        text = f"{moment.year:04d}"[-2 if letter == "y" and count <= 2 else 0 :]
        return chinese_digits(text) if script else text
    if letter == "a":
        return ("星期" if count == 4 else "") + _WEEKDAYS[moment.weekday()]
    if letter == "m" and not minutes and count >= 3:
        name = _MONTHS[moment.month - 1]
        return name if count == 4 else name[: 3 if count == 3 else 1]
    if letter == "d" and count >= 3:
        name = _DAYS[moment.weekday()]
        return name[:3] if count == 3 else name
    hour = (moment.hour % 12 or 12) if noon else moment.hour
    value = {"m": moment.minute if minutes else moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    if script:
        return chinese(value, legal=script == 2)
    return f"{value:0{min(count, 2)}d}"
