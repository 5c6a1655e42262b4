"""What an invented form says: frozen data, and the same as the output contract's tables.

A `Form` knows nothing of pages. What depends only on the drawing (fonts, widths, breaks) is in
`style.py`; what is printed but has no place in a table (the year's own line, the wording of a label) is
here, since it is content.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Tables = dict[str, list[dict[str, str]]]

YUAN_PER_UNIT = {"万元": Decimal(10000), "元": Decimal(1)}


@dataclass(frozen=True)
class Clause:
    """One function: its mark as printed (（1）, 一、 …) and the text after it."""

    label: str
    text: str


@dataclass(frozen=True)
class Figure:
    """One staffing figure under the standard term; unit as printed, or empty."""

    metric: str
    value: str
    unit: str


@dataclass(frozen=True)
class Amount:
    """One printed amount: raw with its thousands separators, amount without."""

    period: str
    measure: str
    raw: str

    @property
    def amount(self) -> str:
        return self.raw.replace(",", "")


@dataclass(frozen=True)
class FundItem:
    """One line of the funds block; level counts from 1, parent is a name or empty."""

    side: str
    item: str
    level: int
    parent: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True)
class Goal:
    horizon: str
    label: str
    text: str


@dataclass(frozen=True)
class Target:
    """One target cell as printed and as the contract reads it."""

    raw: str
    kind: str
    operator: str = ""
    value: str = ""
    value_max: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Indicator:
    """One row of the grid; level3 is empty where only the level labels are printed, weight where the form has none."""

    level1: str
    level2: str
    key_work: str
    project: str
    level3: str
    half: Target | None
    full: Target | None
    weight: str = ""


@dataclass(frozen=True)
class Header:
    """The grid's header line over a run of its rows: seven columns (wide) or five."""

    wide: bool
    rows: int


@dataclass(frozen=True)
class Section:
    """A left label with one long cell beside it; the cell is empty where the form leaves it blank."""

    label: str
    text: str


@dataclass(frozen=True)
class Form:
    """One invented form.

    Sections that the form does not print at all are None; a printed but blank one has an empty text.
    `period_words` are the two target columns' headings; `fund_label` holds the money unit where it is
    declared there.
    """

    seed: int
    above: str
    title: str
    year_line: str
    unit_line: str
    year: str
    department_label: str
    department: str
    functions: Section | None
    clauses: tuple[Clause, ...]
    staffing: Section | None
    figures: tuple[Figure, ...]
    fund_label: str
    money_unit: str
    funds: tuple[FundItem, ...]
    goals: tuple[Goal, ...]
    headers: tuple[Header, ...]
    period_words: tuple[str, str]
    indicators: tuple[Indicator, ...]

    def tables(self) -> Tables:
        """Return the truth: table name to rows, the contract's columns, every value as it stands in a CSV.

        Columns about which a form says nothing by itself (ids, hashes, provenance) are left out.
        """
        return {
            "documents": [
                {
                    "title": self.title,
                    "department": self.department,
                    "year": self.year,
                    "money_unit": self.money_unit,
                }
            ],
            "functions": [
                {"seq": str(seq), "label": clause.label, "text": clause.text}
                for seq, clause in enumerate(self.clauses, 1)
            ],
            "staffing": [
                {"seq": str(seq), "metric": figure.metric, "value": figure.value, "unit": figure.unit}
                for seq, figure in enumerate(self.figures, 1)
            ],
            "funds": self._fund_rows(),
            "goals": [
                {"seq": str(seq), "horizon": goal.horizon, "text": goal.text}
                for seq, goal in enumerate((goal for goal in self.goals if goal.text), 1)
            ],
            "indicators": [
                {
                    "seq": str(seq),
                    "level1": row.level1,
                    "level2": row.level2,
                    "level3": row.level3,
                    "key_work": row.key_work,
                    "project": row.project,
                    **({"weight": row.weight} if row.weight else {}),
                }
                for seq, row in enumerate(self.indicators, 1)
            ],
            "targets": self._target_rows(),
        }

    def _fund_rows(self) -> list[dict[str, str]]:
        rows = []
        for seq, item in enumerate(self.funds, 1):
            for amount in item.amounts:
                yuan = ""
                if self.money_unit:
                    yuan = plain(Decimal(amount.amount) * YUAN_PER_UNIT[self.money_unit])
                rows.append(
                    {
                        "seq": str(seq),
                        "side": item.side,
                        "item": item.item,
                        "level": str(item.level),
                        "parent": item.parent,
                        "period": amount.period,
                        "measure": amount.measure,
                        "amount": amount.amount,
                        "money_unit": self.money_unit,
                        "amount_yuan": yuan,
                        "raw": amount.raw,
                    }
                )
        return rows

    def _target_rows(self) -> list[dict[str, str]]:
        rows = []
        for seq, row in enumerate(self.indicators, 1):
            for period, target in (("half_year", row.half), ("full_year", row.full)):
                if target is None:
                    continue
                rows.append(
                    {
                        "indicator_seq": str(seq),
                        "period": period,
                        "measure": "target",
                        "raw": target.raw,
                        "kind": target.kind,
                        "operator": target.operator,
                        "value": target.value,
                        "value_max": target.value_max,
                        "unit": target.unit,
                    }
                )
        return rows


def plain(number: Decimal) -> str:
    """Return *number* without exponent and without zeros after its last decimal.

    >>> plain(Decimal("19.50")), plain(Decimal("1E+4"))
    ('19.5', '10000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
