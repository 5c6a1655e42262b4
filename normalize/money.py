"""Amounts of money as printed, and the unit they are in. No unit is supplied where none is printed."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from .characters import fold_width, without_spaces
from .numbers import CHINESE_DIGITS, read_chinese_number, read_number
from .vocabulary import alternatives, load

_LONGEST_LABEL = 200
_LONGEST_AMOUNT = 60
_DETAIL = re.compile(r"\([^()]{1,50}\)?$")


@cache
def _units() -> dict[str, str]:
    """Return every spelling of a money unit with its standard name."""
    data = load("money")
    return {**{unit: unit for unit in data["units"]}, **data["aliases"]}


@cache
def _declared() -> re.Pattern[str]:
    # Longest first: 单位:万元人民币 must not stop at 万元. A unit alone in brackets, or after 单位.
    unit = alternatives(_units())
    return re.compile(
        rf"[(\[【](?:金额|货币|计量)?(?:单位:?)?(?P<bracketed>{unit})[)\]】]|单位(?:为|是|:|=)?(?P<said>{unit})(?![/每])|以(?P<prose>{unit})为单位"
    )


def read_money_unit(label: str) -> str:
    """Return the money unit that *label* declares, by its standard name, or "".

    White space and line breaks inside do not matter. Two different units in one label are none.

    >>> [read_money_unit(label) for label in ("部门整体\\n资金（万\\n元）", "金额单位：元", "资金总额")]
    ['万元', '元', '']
    """
    folded = fold_width(without_spaces(label))
    if len(folded) > _LONGEST_LABEL:
        return ""
    units = _units()
    if folded in units:
        return units[folded]
    found = {units[match[match.lastgroup or 0]] for match in _declared().finditer(folded)}
    return found.pop() if len(found) == 1 else ""


def read_amount(text: str, unit: str = "") -> tuple[Decimal, str] | None:
    """Return the amount that *text* as a whole prints, and its unit, or None.

    *unit* is what the label over the cell declares; one in the cell goes before it. The amount is not
    converted. —, -, /, * and blanks are no amount and not 0. Details in brackets behind an amount are
    left out (726万(农田建设350万元,…)); sums and sentences are no amount.

    >>> read_amount("10,891.62", "万元"), read_amount("8200万元", "元"), read_amount("180万")
    ((Decimal('10891.62'), '万元'), (Decimal('8200'), '万元'), (Decimal('180'), '万元'))
    >>> read_amount("—", "万元") is None and read_amount("812.404 6", "万元") is None
    True
    """
    # Two numbers with a space between stay two.
    folded = _SPACE.sub("", fold_width(text.strip()))
    if len(folded) > _LONGEST_AMOUNT:
        detail = folded.find("(")
        if not 0 < detail <= _LONGEST_AMOUNT or len(folded) > 1000:
            return None
        folded = folded[:detail]
    match = _amount().fullmatch(folded) or _amount().fullmatch(_DETAIL.sub("", folded))
    if match is None:
        return None
    if match["chinese"] is not None:
        # 三十万元 is 30 万元, as 30万元 is.
        scale = match["chinese"][-1] if match["chinese"][-1] in "万亿萬億" else ""
        amount = read_chinese_number(match["chinese"].removesuffix(scale) if scale else match["chinese"])
        printed = scale + match["yuan"]
    else:
        amount = read_number(match["number"])
        printed = match["unit"] or ("元" if match["mark"] else "")
    if amount is None:
        return None
    return amount, _units()[printed] if printed else unit


def says_no_amount(text: str) -> bool:
    """Return whether a cell says that there is no amount: blank, —, -, /, *, 无. None of them is 0.

    What `read_amount` does not read and this does not know is a text that somebody must look at.

    >>> says_no_amount("—"), says_no_amount("0"), says_no_amount("见附表")
    (True, False, False)
    """
    return fold_width(without_spaces(text)) in load("money")["blanks"]["cells"] if len(text) < 40 else False


_SPACE = re.compile(r"(?<=[^\s0-9.,])\s{1,20}|\s{1,20}(?=[^\s0-9.,])")


@cache
def _amount() -> re.Pattern[str]:
    unit = alternatives(_units())
    return re.compile(
        rf"(?P<mark>¥|￥|人民币)?(?:(?P<number>[+\-−]?[0-9][0-9,.]{{0,30}})(?P<unit>{unit})?"
        rf"|(?P<chinese>[{CHINESE_DIGITS}]{{1,20}})(?P<yuan>元|圆)(?:整|正)?)"
    )


@cache
def _powers() -> dict[str, int]:
    return {unit: len(str(yuan)) - 1 for unit, yuan in load("money")["units"].items()}


def to_yuan(amount: Decimal, unit: str) -> Decimal | None:
    """Return *amount* in yuan, exact, or None where *unit* is no known money unit ("" too).

    >>> to_yuan(Decimal("10891.615675"), "万元"), to_yuan(Decimal("2270.33"), "万元")
    (Decimal('108916156.75'), Decimal('22703300'))
    >>> to_yuan(Decimal("5"), "") is None
    True
    """
    power = _powers().get(unit)
    if power is None:
        return None
    sign, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > 100:
        return None
    exponent += power
    if exponent > 0:
        digits, exponent = digits + (0,) * exponent, 0
    return Decimal((sign, digits, exponent))
