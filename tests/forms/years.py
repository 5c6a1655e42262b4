"""A form and the same department's form of the next year: changes planted, and written down as they are.

    pair = next_year(invent(7), 7)
    pair.old.tables(), pair.new.tables(), pair.planted, pair.partners

What only looks like a change (numbering, quotes, width, another sign for the same operator, the year
moving on) is put in too and is no planted change.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Generic, TypeVar

from . import blocks
from .form import Amount, Clause, FundItem, Header, Indicator, Target, plain
from .form import Form as InventedForm
from .invent import mark
from .wording import Speaker, domains

Seqs = tuple[int, ...]
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Planted:
    """One planted change, in the contract's words; a seq is 0 where that year has no such row."""

    kind: str
    table: str
    old_seq: int
    new_seq: int
    field: str = ""
    period: str = ""
    direction: str = ""


@dataclass(frozen=True)
class YearPair:
    """Two years of a department. *partners* are the rows that are one thing, *renamed* those under another name."""

    old: InventedForm
    new: InventedForm
    planted: tuple[Planted, ...]
    partners: dict[str, frozenset[tuple[int, int]]]
    renamed: dict[str, frozenset[tuple[int, int]]]


@dataclass
class _Row(Generic[Thing]):
    """A row of the new year, the old rows it comes from, and what was done to it."""

    olds: Seqs
    value: Thing
    notes: list[tuple[str, str, str, str]] = field(default_factory=list)
    kind: str = ""

    def note(self, kind: str, field_: str = "", period: str = "", direction: str = "") -> None:
        self.notes.append((kind, field_, period, direction))


@functools.cache
def _words(vocabulary: str, name: str) -> tuple[tuple[str, str], ...]:
    data = tomllib.loads((Path(__file__).parent / "years.toml").read_text("utf-8"))
    pairs = (word.split("|") for word in data[vocabulary][name].split())
    return tuple((pair[0], pair[1]) for pair in pairs)


def _other_name(rng: random.Random, name: str, vocabulary: str) -> str:
    """Return another wording of *name*, or "" where the vocabulary has none."""
    choices = [name[: -len(old)] + new for old, new in _words(vocabulary, "tails") if name.endswith(old)]
    choices += [name.replace(old, new, 1) for old, new in _words(vocabulary, "words") if old in name]
    if not choices or rng.random() < 0.25:
        choices += [
            new + name.removeprefix(old) for old, new in _words(vocabulary, "before") if name.startswith(old)
        ]
        choices += [name + new for _, new in _words(vocabulary, "after") if not name.endswith("）")]
    return rng.choice(choices) if choices else ""


def _other_thing(rng: random.Random, name: str) -> str:
    choices = [name[: -len(old)] + new for old, new in _words("other", "tails") if name.endswith(old)]
    return rng.choice(choices) if choices else ""


def _reprinted(rng: random.Random, text: str) -> str:
    """Return *text* printed another way: quotes, width and spaces, nothing that is said."""
    return rng.choice(
        (
            text.replace("“", "").replace("”", ""),
            text.replace("（", "(").replace("）", ")"),
            text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
            text,
        )
    )


def _number(value: Decimal, places: int) -> str:
    return plain(value.quantize(Decimal(1).scaleb(-places)))


def _places(text: str) -> int:
    return len(text.partition(".")[2])


_SIGNS = {"ge": "≥", "le": "≤", "gt": "＞", "lt": "＜", "eq": "＝"}
_LIMIT = {"ge": 1, "gt": 1, "le": -1, "lt": -1}


class _Year:
    """The making of one next year."""

    def __init__(self, old: InventedForm, seed: int, vocabulary: str, share: float, reprint: float) -> None:
        self.old = old
        self.rng = random.Random(f"year {seed} {vocabulary}")
        self.vocabulary = vocabulary
        self.share = share
        self.reprint = reprint
        year = old.year or "2024"
        self.years = (year, str(int(year) + 1))
        place = next((old.department[:3] for end in "市县区" if old.department[2:3] == end), "东川市")
        domain = next((one for one in domains() if old.department.endswith(one.departments)), domains()[0])
        self.speaker = Speaker(self.rng, domain, place, self.years[1])
        self.names = {row.level3 for row in old.indicators} | {item.item for item in old.funds}

    def _happens(self, chance: float) -> bool:
        return self.rng.random() < chance * self.share

    def _reprints(self, chance: float) -> bool:
        return self.rng.random() < chance * self.reprint

    def _rolled(self, text: str) -> str:
        """Return *text* a year on."""
        return text.replace(f"{self.years[0]}年", f"{self.years[1]}年")

    def _renamed(self, name: str) -> str:
        """Return another wording of *name* that nothing else is called, or ""."""
        for _ in range(6):
            new = _other_name(self.rng, name, self.vocabulary)
            if new and new not in self.names and 4 <= len(new) <= 40:
                self.names.add(new)
                return new
        return ""

    # --- clauses -----------------------------------------------------------------------------

    def clauses(self) -> list[_Row[Clause]]:
        rows: list[_Row[Clause]] = []
        way = next(
            (
                way
                for way in ("full", "round", "dun", "dot", "ascii", "comma", "circle")
                if self.old.clauses and self.old.clauses[0].label == mark(way, 1)
            ),
            "full",
        )
        most = 20 if way == "circle" else 99
        for seq, clause in enumerate(self.old.clauses, 1):
            if self._happens(0.05) and len(self.old.clauses) > 2:
                rows.append(_Row((seq,), clause, kind="dropped"))
                continue
            row = _Row((seq,), clause)
            if self._happens(0.2):
                pairs = [pair for pair in _words(self.vocabulary, "clauses") if pair[0] in clause.text]
                if pairs:
                    row.value = replace(clause, text=clause.text.replace(*self.rng.choice(pairs), 1))
                    row.note("reworded", "text")
            elif self._reprints(0.2):
                row.value = replace(clause, text=_reprinted(self.rng, clause.text))
            rows.append(row)
            if self._happens(0.05) and len(rows) < most:
                text = self.speaker.say("clause", "open")
                if all(text not in other.text for other in self.old.clauses):
                    rows.append(_Row((), Clause("", text + "。"), kind="added"))
        number = 0
        for row in rows:
            if row.kind != "dropped":
                number += 1
                row.value = replace(row.value, label=mark(way, number))
        return rows

    # --- staffing ----------------------------------------------------------------------------

    def staffing(self) -> tuple[InventedForm, list[Planted]]:
        old = self.old
        planted: list[Planted] = []
        if old.staffing is None or not old.staffing.text:
            return old, planted
        text, figures = old.staffing.text, list(old.figures)
        for at, figure in enumerate(figures):
            if not self._happens(0.3) or text.count(figure.value) != 1 or int(figure.value) < 3:
                continue
            value = str(int(figure.value) + self.rng.choice((-2, -1, 1, 2, 5)))
            if any(value in other.value or other.value in value for other in figures):
                continue
            text = text.replace(figure.value, value)
            figures[at] = replace(figure, value=value)
            up = "up" if int(value) > int(figure.value) else "down"
            planted.append(Planted("staffing_changed", "staffing", at + 1, at + 1, "value", "", up))
        return replace(old, staffing=replace(old.staffing, text=text), figures=tuple(figures)), planted

    # --- funds -------------------------------------------------------------------------------

    def funds(self) -> list[_Row[FundItem]]:
        rng = self.rng
        rows: list[_Row[FundItem]] = []
        projects = [item for item in self.old.funds if item.parent == "项目支出"]
        for seq, item in enumerate(self.old.funds, 1):
            row = _Row((seq,), replace(item, item=self._rolled(item.item)))
            rows.append(row)
            if item not in projects:
                self._paid(row, 0.6)
                continue
            if (self._happens(0.08) and len(projects) > 2) or (
                self._happens(0.03) and self._other_fund(item, rows)
            ):
                row.kind = "dropped"
            elif self._happens(0.03) and "和" not in item.item and "及" not in item.item:
                rows += self._split_fund(row)
            else:
                name = self._renamed(row.value.item) if self._happens(0.15) else ""
                if name:
                    row.value = replace(row.value, item=name)
                    row.note("renamed", "item")
                elif self._reprints(0.15):
                    row.value = replace(row.value, item=_reprinted(rng, row.value.item))
                self._paid(row, 0.7)
            if self._happens(0.08):
                rows.append(_Row((), self._new_fund(item), kind="added"))
        self._balance(rows)
        for row in rows:
            if row.kind == "":
                old = {
                    amount.period: Decimal(amount.amount)
                    for amount in self.old.funds[row.olds[0] - 1].amounts
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

    def _balance(self, rows: list[_Row[FundItem]]) -> None:
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

        if not self.share:
            return
        if any(item.parent == "项目支出" for item in self.old.funds):
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
            name = blocks._project_name(self.rng, self.speaker)
            if name not in self.names:
                self.names.add(name)
                return replace(like, item=name, amounts=self._amounts(like.amounts))

    def _other_fund(self, item: FundItem, rows: list[_Row[FundItem]]) -> bool:
        name = _other_thing(self.rng, item.item)
        if not name or name in self.names:
            return False
        self.names.add(name)
        rows.append(_Row((), replace(item, item=name, amounts=self._amounts(item.amounts)), kind="added"))
        return True

    def _split_fund(self, row: _Row[FundItem]) -> list[_Row[FundItem]]:
        """Part the project of *row* in two that add up to it."""
        item = row.value
        halves = (f"{item.item}（一期）", f"{item.item}（二期）")
        first, second = [], []
        for amount in item.amounts:
            value = Decimal(amount.amount)
            part = _number(value * self.rng.choice((3, 4, 6)) / 10, _places(amount.amount))
            first.append(replace(amount, raw=part))
            second.append(replace(amount, raw=plain(value - Decimal(part))))
        row.value = replace(item, item=halves[0], amounts=tuple(first))
        row.kind = "split"
        return [_Row(row.olds, replace(item, item=halves[1], amounts=tuple(second)), kind="split")]

    def _amounts(self, amounts: tuple[Amount, ...]) -> tuple[Amount, ...]:
        """Return *amounts* more or less; the half-year mostly in the same pace, never above the year."""
        factor = self.rng.choice((70, 80, 90, 105, 110, 125, 150))
        made = []
        for amount in amounts:
            slower = 80 if amount.period == "half_year" and self.rng.random() < 0.25 else 100
            value = Decimal(amount.amount) * factor * slower / 10000
            made.append(replace(amount, raw=_number(value, _places(amount.amount))))
        return tuple(made)

    def _paid(self, row: _Row[FundItem], chance: float) -> None:
        if self._happens(chance):
            row.value = replace(row.value, amounts=self._amounts(row.value.amounts))

    # --- indicators --------------------------------------------------------------------------

    def indicators(self, projects: dict[str, str]) -> tuple[list[_Row[Indicator]], list[Header]]:
        rows: list[_Row[Indicator]] = []
        headers: list[Header] = []
        seq = 0
        for header in self.old.headers:
            segment: list[_Row[Indicator]] = []
            for old in self.old.indicators[seq : seq + header.rows]:
                seq += 1
                segment += self._indicator(seq, old, projects)
            if all(row.kind == "dropped" for row in segment):
                segment[0].kind = ""
            headers.append(Header(header.wide, sum(row.kind != "dropped" for row in segment)))
            rows += segment
        return rows, headers

    def _indicator(self, seq: int, old: Indicator, projects: dict[str, str]) -> list[_Row[Indicator]]:
        rng = self.rng
        value = replace(
            old,
            level3=self._rolled(old.level3),
            project=projects.get(old.project, self._rolled(old.project)),
            half=self._rolled_target(old.half),
            full=self._rolled_target(old.full),
        )
        row = _Row((seq,), value)
        if not old.level3:
            return [row]
        if self._happens(0.07):
            row.kind = "dropped"
            return [row]
        if self._happens(0.05):
            name = _other_thing(rng, old.level3)
            if name and name not in self.names:
                self.names.add(name)
                row.kind = "dropped"
                return [row, _Row((), replace(value, level3=name), kind="added")]
        if (
            self._happens(0.02)
            and old.full is not None
            and old.full.kind == "number"
            and "和" not in old.level3
        ):
            names = (f"{value.level3}（城区）", f"{value.level3}（镇村）")
            row.value, row.kind = replace(value, level3=names[0]), "split"
            return [row, _Row((seq,), replace(value, level3=names[1]), kind="split")]
        if self._happens(0.15):
            name = self._renamed(value.level3)
            if name:
                row.value = replace(row.value, level3=name)
                row.note("renamed", "level3")
        elif self._reprints(0.15):
            row.value = replace(row.value, level3=_reprinted(rng, row.value.level3))
        if self._happens(0.04):
            others = sorted(
                {
                    (other.level1, other.level2, other.key_work, other.project)
                    for other in self.old.indicators
                    if other.level1 == old.level1
                    and other.level2 != old.level2
                    and bool(other.key_work) == bool(old.key_work)
                }
            )
            # Only where the same header stands over both: a row without key work has no cell for one.
            if others and not old.key_work:
                row.value = replace(row.value, level2=rng.choice(others)[1])
                row.note("moved", "level2")
        if self._happens(0.35):
            self._retargeted(row)
        elif self._reprints(0.3):
            row.value = replace(
                row.value, half=self._printed_again(row.value.half), full=self._printed_again(row.value.full)
            )
        rows = [row]
        if self._happens(0.06):
            new = self._new_indicator(value)
            if new is not None:
                rows.append(_Row((), new, kind="added"))
        return rows

    def _new_indicator(self, like: Indicator) -> Indicator | None:
        kinds = {"number": "number", "quality": "quality"}.get(like.full.kind if like.full else "", "")
        if not kinds:
            return None
        maker = blocks._GridMaker(self.rng, self.speaker, ())
        maker.used = self.names
        if like.full is not None and like.full.unit == "%":
            kinds = "rate"
        return maker.free(like.level1, like.level2, kinds, like.key_work, like.project)

    def _rolled_target(self, target: Target | None) -> Target | None:
        if target is None or target.kind != "date":
            return target
        return replace(target, raw=self._rolled(target.raw), value=target.value.replace(*self.years))

    def _printed_again(self, target: Target | None) -> Target | None:
        """Return the same target in another print."""
        if target is None or target.kind != "number" or target.operator not in _SIGNS:
            return target
        if target.raw[:1] not in "≥≤＞＜＝=≧≦﹦":
            return target
        signs = {"ge": "≥≧", "le": "≤≦", "eq": "＝=", "gt": "＞>", "lt": "＜<"}[target.operator]
        return replace(target, raw=self.rng.choice(signs) + target.raw[1:])

    def _retargeted(self, row: _Row[Indicator]) -> None:
        half, full = row.value.half, row.value.full
        if full is None or half is None:
            return
        if full.kind == "quality" and half.raw == full.raw:
            self._requalified(row, full)
        if (
            full.kind != "number"
            or half.kind != "number"
            or full.operator not in _SIGNS
            or half.unit != full.unit
        ):
            return
        if full.operator != half.operator:
            return
        draw = self.rng.random()
        if draw < 0.07 and full.operator in ("ge", "le"):
            strict = {"ge": "gt", "le": "lt"}[full.operator]
            row.value = replace(
                row.value, half=self._put(half, operator=strict), full=self._put(full, operator=strict)
            )
            for period in ("half_year", "full_year"):
                row.note("operator_changed", "operator", period, "tightened")
        elif draw < 0.14 and full.unit.startswith("万") and full.unit != "万元":
            unit = full.unit[1:]
            wide = [
                self._put(one, value=plain(Decimal(one.value) * 10000), unit=unit) for one in (half, full)
            ]
            row.value = replace(row.value, half=wide[0], full=wide[1])
            for period in ("half_year", "full_year"):
                row.note("unit_changed", "unit", period)
        elif draw < 0.2 and full.unit == "%":
            word = self.rng.choice(("较高", "良好", "达标"))
            quality = Target(word, "quality")
            row.value = replace(row.value, half=quality, full=quality)
            for period in ("half_year", "full_year"):
                row.note("became_quality", "value", period)
        elif draw < 0.4:
            self._moved_value(row, "half_year", half)
        else:
            self._moved_value(row, "full_year", full)

    def _moved_value(self, row: _Row[Indicator], period: str, target: Target) -> None:
        places = _places(target.value)
        value = Decimal(target.value) * self.rng.choice((60, 80, 90, 97, 105, 120)) / 100
        new = _number(value, places)
        if new == plain(Decimal(target.value)) or (target.unit == "%" and Decimal(new) > 100):
            return
        sign = _LIMIT.get(target.operator, 0)
        up = Decimal(new) > Decimal(target.value)
        direction = ("up" if up else "down") if not sign else "tightened" if up == (sign > 0) else "loosened"
        other = row.value.full if period == "half_year" else row.value.half
        # The half-year is not to stand above the year: that would be another change, a finding.
        if other is None or (Decimal(new) > Decimal(other.value)) == (period == "half_year"):
            return
        changed = self._put(target, value=new)
        key = "half" if period == "half_year" else "full"
        row.value = replace(row.value, **{key: changed})
        row.note("target_changed", "value", period, direction)

    def _put(self, target: Target, **changes: str) -> Target:
        made = replace(target, **changes)
        return replace(made, raw=f"{_SIGNS[made.operator]}{made.value}{made.unit}")

    def _requalified(self, row: _Row[Indicator], full: Target) -> None:
        scales = (
            ("健全", "较健全", "基本健全"),
            ("合理", "较合理", "基本合理"),
            ("规范", "较规范", "基本规范"),
            ("高", "较高", "一般"),
            ("良好", "合格"),
            ("有效", "较有效", "基本有效"),
            ("及时", "较及时", "基本及时"),
            ("完善", "较完善", "基本完善"),
            ("科学", "较科学", "基本科学"),
            ("明确", "较明确"),
            ("完整", "较完整"),
        )
        for scale in scales:
            if full.raw not in scale:
                continue
            if self.rng.random() < 0.2:
                target = Target("≥90%", "number", "ge", "90", "", "%")
                row.value = replace(row.value, half=target, full=target)
                for period in ("half_year", "full_year"):
                    row.note("became_number", "value", period)
                return
            word = self.rng.choice([other for other in scale if other != full.raw])
            up = "up" if scale.index(word) < scale.index(full.raw) else "down"
            row.value = replace(row.value, half=Target(word, "quality"), full=Target(word, "quality"))
            for period in ("half_year", "full_year"):
                row.note("quality_changed", "value", period, up)
            return


def _numbered(
    table: str, rows: list[_Row[Thing]]
) -> tuple[list[Thing], list[Planted], set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the rows that stand in the new year, what was planted, the partners and those renamed."""
    values: list[Thing] = []
    planted: list[Planted] = []
    partners: set[tuple[int, int]] = set()
    renamed: set[tuple[int, int]] = set()
    parts: dict[Seqs, list[int]] = defaultdict(list)
    for row in rows:
        if row.kind == "dropped":
            planted.append(Planted("dropped", table, row.olds[0], 0))
            continue
        values.append(row.value)
        new = len(values)
        if row.kind == "added":
            planted.append(Planted("added", table, 0, new))
        elif row.kind == "split":
            parts[row.olds].append(new)
        for old in row.olds:
            partners.add((old, new))
        for kind, field_, period, direction in row.notes:
            at = "targets" if table == "indicators" and field_ in ("value", "unit", "operator") else table
            planted.append(Planted(kind, at, row.olds[0], new, field_, period, direction))
            if kind == "renamed":
                renamed.add((row.olds[0], new))
    planted += [Planted("split", table, olds[0], new) for olds, news in parts.items() for new in news]
    return values, planted, partners, renamed


def next_year(
    old: InventedForm, seed: int, vocabulary: str = "tuned", share: float = 1.0, reprint: float | None = None
) -> YearPair:
    """Return *old* beside the form of its next year. *share* 0 plants nothing, 1 about a change in two rows.

    *reprint* is the same for what only looks like a change; as *share* unless given.
    """
    year = _Year(old, seed, vocabulary, share, share if reprint is None else reprint)
    with_staff, planted = year.staffing()
    clauses, more, clause_partners, _ = _numbered("functions", year.clauses())
    planted += more
    fund_rows = year.funds()
    funds, more, fund_partners, fund_renamed = _numbered("funds", fund_rows)
    planted += more
    # An indicator's project follows its fund; that of a project that is gone is another's or none.
    gone = [old.funds[row.olds[0] - 1].item for row in fund_rows if row.kind == "dropped"]
    projects = dict.fromkeys(gone, "")
    for row in fund_rows:
        if row.olds and row.kind == "":
            projects[old.funds[row.olds[0] - 1].item] = row.value.item
    kept = {name: new for name, new in projects.items() if new}
    indicator_rows, headers = year.indicators(kept)
    indicators, more, partners, renamed = _numbered("indicators", indicator_rows)
    planted += more
    money_unit, fund_label, unit_line = old.money_unit, old.fund_label, old.unit_line
    if money_unit == "万元" and year._happens(0.08):
        money_unit = "元"
        fund_label, unit_line = fund_label.replace("万元", "元"), unit_line.replace("万元", "元")
        funds = [replace(item, amounts=tuple(map(_in_yuan, item.amounts))) for item in funds]
        planted.append(Planted("unit_changed", "documents", 0, 0, "money_unit"))
    goals = tuple(replace(goal, text=year._rolled(goal.text)) for goal in old.goals)
    if goals and year._happens(0.5) and goals[-1].text:
        text = goals[-1].text
        mark_ = text[-1] if text[-1] in "。；" else ""
        added = year.rng.choice(_words_alone("goal", "added"))
        goals = (*goals[:-1], replace(goals[-1], text=text.removesuffix(mark_) + added + mark_))
        seq = sum(1 for goal in goals if goal.text)
        planted.append(Planted("reworded", "goals", seq, seq, "text"))
    new = replace(
        with_staff,
        title=old.title.replace(*year.years),
        year_line=old.year_line.replace(*year.years),
        year=str(int(old.year) + 1) if old.year else "",
        clauses=tuple(clauses),
        money_unit=money_unit,
        fund_label=fund_label,
        unit_line=unit_line,
        funds=tuple(funds),
        goals=goals,
        headers=tuple(headers),
        indicators=tuple(indicators),
    )
    return YearPair(
        old,
        new,
        tuple(planted),
        {
            "functions": frozenset(clause_partners),
            "funds": frozenset(fund_partners),
            "indicators": frozenset(partners),
        },
        {"funds": frozenset(fund_renamed), "indicators": frozenset(renamed)},
    )


def _in_yuan(amount: Amount) -> Amount:
    return replace(amount, raw=plain(Decimal(amount.amount) * 10000))


_INVERSE_KIND = {
    "added": "dropped",
    "dropped": "added",
    "split": "merged",
    "merged": "split",
    "became_number": "became_quality",
    "became_quality": "became_number",
}
_INVERSE_DIRECTION = {"tightened": "loosened", "loosened": "tightened", "up": "down", "down": "up"}


def turned_round(pair: YearPair) -> YearPair:
    """Return *pair* read backwards: what was split is merged, what was tightened is loosened."""
    planted = tuple(
        replace(
            one,
            kind=_INVERSE_KIND.get(one.kind, one.kind),
            old_seq=one.new_seq,
            new_seq=one.old_seq,
            direction=_INVERSE_DIRECTION.get(one.direction, ""),
        )
        for one in pair.planted
    )
    return YearPair(
        pair.new,
        pair.old,
        planted,
        {table: frozenset((new, old) for old, new in links) for table, links in pair.partners.items()},
        {table: frozenset((new, old) for old, new in links) for table, links in pair.renamed.items()},
    )


@functools.cache
def _words_alone(table: str, name: str) -> tuple[str, ...]:
    data = tomllib.loads((Path(__file__).parent / "years.toml").read_text("utf-8"))
    return tuple(data[table][name].split())
