"""The typed values a printed text can mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "range", "quality", "date", "text"]
Operator = Literal["", "eq", "ge", "le", "gt", "lt", "between", "approx"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after repairs, with the names of those that changed it, in order."""

    text: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetValue:
    """A target or actual value.

    *kind* number: *value* with *operator* and *unit*. range: *value* to *value_max*. date: *value*
    (and *value_max* for a period) are days. quality and text: no value, no operator.
    *unit* is the printed one, whole (万人, 亿元, 个工作日), never converted.
    """

    kind: Kind
    operator: Operator = ""
    value: Decimal | date | None = None
    value_max: Decimal | date | None = None
    unit: str = ""
    steps: tuple[str, ...] = ()
