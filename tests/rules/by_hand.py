"""Forms with nothing in them but what one check looks at."""

from __future__ import annotations

from decimal import Decimal

from jixiao.normalize.targets import read_target
from jixiao.rules.checks import Check
from jixiao.rules.families import load_families
from jixiao.rules.records import (
    Amount,
    Finding,
    Form,
    Function,
    FundItem,
    Indicator,
    StaffFigure,
    Target,
    Text,
)

BARE = Form("0" * 16, "form.txt", "0" * 64, "text", 1, "department-targets", department=Text("某局", "某局"), year=2025)
FULL_YEAR, HALF_YEAR = ("full_year", "budget"), ("half_year", "planned")


def text(value: str) -> Text:
    return Text(value, value)


def amount(printed: str | None, column: tuple[str, str] = FULL_YEAR, unit: str = "万元") -> Amount:
    """Return an amount as printed; None is a blank cell."""
    number = None if printed is None else Decimal(printed.replace(",", ""))
    yuan = number * 10000 if number is not None and unit else None
    return Amount(*column, number, unit, yuan, text(printed or ""))


def fund(
    seq: int,
    name: str,
    full: str | None,
    half: str | None = "",
    *,
    side: str = "expenditure",
    under: FundItem | None = None,
    unit: str = "万元",
) -> FundItem:
    """Return a funds item; *half* is left out unless given, *under* is its parent."""
    amounts = [amount(full, FULL_YEAR, unit)]
    if half != "":
        amounts.insert(0, amount(half, HALF_YEAR, unit))
    level, seq_above, above = (1, None, "") if under is None else (under.level + 1, under.seq, under.item.value)
    return FundItem(seq, side, text(name), level, seq_above, above, tuple(amounts))


def indicator(seq: int, name: str | None, full: str | None = None, half: str | None = None, project: str = "") -> Indicator:
    """Return an indicator with targets as printed."""
    targets = [
        Target(period, "target", text(raw), read_target(raw))
        for period, raw in (("half_year", half), ("full_year", full))
        if raw is not None
    ]
    return Indicator(
        seq,
        text("履职"),
        text("工作"),
        None if name is None else text(name),
        project=text(project) if project else None,
        targets=tuple(targets),
    )


def staff(seq: int, metric: str, value: int, unit: str = "人") -> StaffFigure:
    return StaffFigure(seq, "", metric, Decimal(value), unit, text(f"{metric}{value}{unit}"))


def function(seq: int, label: str) -> Function:
    return Function(seq, label, text("拟订规划。"))


def findings(check: Check, form: Form) -> list[Finding]:
    """Return what *check* asks about *form*, with the families that come with the package."""
    return list(check(form, load_families()))
