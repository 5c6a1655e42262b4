"""The funds of a next year: amounts up and down, projects renamed, parted, dropped and added, sums that hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from . import blocks
from .form import Amount, FundItem, plain
from .year_rows import Row, Year, number, other_thing, places, reprinted


class NextFunds:
    """The making of the funds of one next year."""

    def __init__(self, year: Year) -> None:
        self.year = year

    def rows(self) -> list[Row[FundItem]]:
        rng = self.year.rng
        rows: list[Row[FundItem]] = []
        projects = [item for item in self.year.old.funds if item.parent == "项目支出"]
        for seq, item in enumerate(self.year.old.funds, 1):
            row = Row((seq,), replace(item, item=self.year.rolled(item.item)))
            rows.append(row)
            if item not in projects:
                self._paid(row, 0.6)
                continue
            if (self.year.happens(0.08) and len(projects) > 2) or (
                self.year.happens(0.03) and self._other_fund(item, rows)
            ):
                row.kind = "dropped"
            elif self.year.happens(0.03) and "和" not in item.item and "及" not in item.item:
                rows += self._split_fund(row)
            else:
                name = self.year.renamed(row.value.item) if self.year.happens(0.15) else ""
                if name:
                    row.value = replace(row.value, item=name)
                    row.note("renamed", "item")
                elif self.year.reprints(0.15):
                    row.value = replace(row.value, item=reprinted(rng, row.value.item))
                self._paid(row, 0.7)
            if self.year.happens(0.08):
                rows.append(Row((), self._new_fund(item), kind="added"))
        self._balance(rows)
        for row in rows:
            if row.kind == "":
                old = {
                    amount.period: Decimal(amount.amount)
                    for amount in self.year.old.funds[row.olds[0] - 1].amounts
                }
                for amount in row.value.amounts:
                    new = Decimal(amount.amount)
                    if new != old[amount.period]:
                        row.note(
                            "amount_changed",
                            "amount",
                            amount.period,
                            "up" if new > old[amount.period] else "down",
                        )
        return rows

    def _balance(self, rows: list[Row[FundItem]]) -> None:
        """Make the sums of the new year hold: the projects add up, income is expenditure."""
        kept = [row for row in rows if row.kind != "dropped"]
        named = {row.value.item: row for row in kept}

        def put(name: str, period: str, value: Decimal) -> None:
            row = named[name]
            amounts = [
                replace(one, raw=plain(value)) if one.period == period else one for one in row.value.amounts
            ]
            row.value = replace(row.value, amounts=tuple(amounts))

        def summed(period: str, parent: str, without: str = "") -> Decimal:
            return sum(
                (
                    Decimal(amount.amount)
                    for row in kept
                    if row.value.parent == parent and row.value.item != without
                    for amount in row.value.amounts
                    if amount.period == period
                ),
                Decimal(0),
            )

        if not self.year.share:
            return
        if any(item.parent == "项目支出" for item in self.year.old.funds):
            for period in ("half_year", "full_year"):
                put("项目支出", period, summed(period, "项目支出"))
        if "基本支出" not in named:
            return
        total = sum(
            (
                Decimal(a.amount)
                for name in ("基本支出", "项目支出")
                for a in named[name].value.amounts
                if a.period == "full_year"
            ),
            Decimal(0),
        )
        granted = total - summed("full_year", "资金总额", without="财政拨款")
        sources = [row.value.item for row in kept if row.value.parent == "财政拨款"]
        put("资金总额", "full_year", total)
        put("财政拨款", "full_year", granted)
        if sources:
            put(sources[0], "full_year", granted - summed("full_year", "财政拨款", without=sources[0]))

    def _new_fund(self, like: FundItem) -> FundItem:
        while True:
            name = blocks._project_name(self.year.rng, self.year.speaker)
            if name not in self.year.names:
                self.year.names.add(name)
                return replace(like, item=name, amounts=self._amounts(like.amounts))

    def _other_fund(self, item: FundItem, rows: list[Row[FundItem]]) -> bool:
        name = other_thing(self.year.rng, item.item)
        if not name or name in self.year.names:
            return False
        self.year.names.add(name)
        rows.append(Row((), replace(item, item=name, amounts=self._amounts(item.amounts)), kind="added"))
        return True

    def _split_fund(self, row: Row[FundItem]) -> list[Row[FundItem]]:
        """Part the project of *row* in two that add up to it."""
        item = row.value
        halves = (f"{item.item}（一期）", f"{item.item}（二期）")
        first, second = [], []
        for amount in item.amounts:
            value = Decimal(amount.amount)
            part = number(value * self.year.rng.choice((3, 4, 6)) / 10, places(amount.amount))
            first.append(replace(amount, raw=part))
            second.append(replace(amount, raw=plain(value - Decimal(part))))
        row.value = replace(item, item=halves[0], amounts=tuple(first))
        row.kind = "split"
        return [Row(row.olds, replace(item, item=halves[1], amounts=tuple(second)), kind="split")]

    def _amounts(self, amounts: tuple[Amount, ...]) -> tuple[Amount, ...]:
        """Return *amounts* more or less; the half-year mostly in the same pace, never above the year."""
        factor = self.year.rng.choice((70, 80, 90, 105, 110, 125, 150))
        made = []
        for amount in amounts:
            slower = 80 if amount.period == "half_year" and self.year.rng.random() < 0.25 else 100
            value = Decimal(amount.amount) * factor * slower / 10000
            made.append(replace(amount, raw=number(value, places(amount.amount))))
        return tuple(made)

    def _paid(self, row: Row[FundItem], chance: float) -> None:
        if self.year.happens(chance):
            row.value = replace(row.value, amounts=self._amounts(row.value.amounts))


def in_yuan(amount: Amount) -> Amount:
    """Return *amount*, printed in 万元, in 元."""
    return replace(amount, raw=plain(Decimal(amount.amount) * 10000))
