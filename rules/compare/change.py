"""One change between two years, as the contract's table has it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from jixiao.rules.records import Place

KINDS = (
    "added",
    "dropped",
    "renamed",
    "moved",
    "split",
    "merged",
    "target_changed",
    "operator_changed",
    "unit_changed",
    "became_number",
    "became_quality",
    "quality_changed",
    "amount_changed",
    "weight_changed",
    "reworded",
    "staffing_changed",
    "finding_appeared",
    "finding_solved",
)
DIRECTIONS = ("tightened", "loosened", "up", "down")
TABLES = (
    "documents",
    "staffing",
    "funds",
    "indicators",
    "targets",
    "tasks",
    "goals",
    "functions",
    "findings",
)
"""The tables that changes are of, in the order they are listed."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why rows were taken for one thing, or a verdict is in doubt: in Chinese and in English."""

    chinese: str = ""
    english: str = ""

    def __add__(self, other: Why) -> Why:
        if not self.chinese or not other.chinese:
            return self if self.chinese else other
        return Why(f"{self.chinese}；{other.chinese}", f"{self.english}; {other.english}")


NO_WHY = Why()


@dataclass(frozen=True, slots=True)
class Change:
    """One change. A seq is 0 where that year has no such row; *old* and *new* are as printed.

    *difference* is in the unit of *new* (*in_days* where both are dates); *percent*, *old_share* … are in
    percent. *likeness* is how alike the two rows are (of an added or dropped row: the nearest one), None
    where there was nothing to compare; *near* is the name of that nearest row.
    """

    table: str
    kind: str
    old_seq: int = 0
    new_seq: int = 0
    old_name: str = ""
    new_name: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    difference: Decimal | None = None
    percent: Decimal | None = None
    direction: str = ""
    likeness: float | None = None
    uncertain: bool = False
    why: Why = NO_WHY
    period: str = ""
    measure: str = ""
    old_share: Decimal | None = None
    new_share: Decimal | None = None
    old_pace: Decimal | None = None
    new_pace: Decimal | None = None
    old_place: Place | None = None
    new_place: Place | None = None
    in_days: bool = False
    near: str = ""


_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")


def subtract(new: Decimal, old: Decimal) -> Decimal:
    """Return *new* − *old*, without rounding."""
    return _EXACT.subtract(new, old)


def multiply(number: Decimal, factor: Decimal) -> Decimal:
    """Return the product, without rounding."""
    return _EXACT.multiply(number, factor)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return *part* in percent of *whole*, two decimals; None where there is no sense in it.

    >>> percent_of(Decimal(1), Decimal(3)), percent_of(Decimal(1), Decimal(0))
    (Decimal('33.33'), None)
    """
    if whole == 0:
        return None
    ratio = _EXACT.divide(_EXACT.multiply(part, Decimal(100)), abs(whole))
    if ratio.adjusted() > 60:
        return None
    rounded = ratio.quantize(_CENT, rounding=ROUND_HALF_EVEN, context=_EXACT)
    # No trailing zeros, no exponent, no minus before a zero.
    plain = rounded.normalize(_EXACT)
    return plain.quantize(Decimal(1), context=_EXACT) + 0 if plain == plain.to_integral_value() else plain
