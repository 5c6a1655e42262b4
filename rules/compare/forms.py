"""What changed between two forms of one department, table by table.

Rows are paired first; what is said of a pair follows from what stands in it. Formatting, numbering and
the year moving on are no change. Left out on purpose: names of persons and other head fields, scores,
rows with level labels only, and columns that one of the two forms does not have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.normalize.money import to_yuan
from jixiao.normalize.numbers import decimal_text, read_number
from jixiao.rules.records import (
    Amount,
    Form,
    FundItem,
    Goal,
    Indicator,
    Place,
    StaffFigure,
    Target,
    Task,
    Text,
)

from .align import Alignment, Nearest, Pair, Parts, Row, align
from .change import NO_WHY, TABLES, Change, Why, multiply, percent_of, subtract
from .clauses import align_texts
from .concordance import Concordance
from .findings import finding_changes
from .names import likeness, name_key, same_name, text_key, year_in
from .targets import base_of, target_changes

Years = tuple[int | None, int | None]
_UNKNOWN_UNIT = Why("有一年没有金额单位，无法换算", "one year has no money unit: not comparable")
_OTHER_DEPARTMENT = Why("两张表的部门名称不相近", "the departments' names are not alike")
_KEPT_LABELS = 0.6
"""A level's label was renamed, and its rows not moved, if so many of its rows stand under one new label."""


def compare_forms(old: Form, new: Form, known: Concordance | None = None) -> tuple[Change, ...]:
    """Return what changed from *old* to *new*: threshold cases first, then in the order of tables and rows.

    *known* is what a reviewer said on names; it overrides the matcher.
    """
    said = Concordance() if known is None else known
    changes = tuple(_Comparing(old, new, said).changes())
    order = {name: at for at, name in enumerate(TABLES)}
    return tuple(
        sorted(
            changes,
            key=lambda one: (
                not one.uncertain,
                order[one.table],
                one.new_seq or one.old_seq,
                one.kind == "dropped",
            ),
        )
    )


class _Comparing:
    """One comparison: both forms and the alignments made so far."""

    def __init__(self, old: Form, new: Form, known: Concordance) -> None:
        self.old = _dated(old)
        self.new = _dated(new)
        self.years: Years = (self.old.year, self.new.year)
        self.known = known
        self.funds = self._align_funds()

    def changes(self) -> Iterator[Change]:
        yield from self._documents()
        yield from self._staffing()
        yield from self._funds()
        indicators = self._align_indicators()
        yield from self._indicators(indicators)
        yield from self._tasks()
        yield from self._goals()
        yield from self._functions()
        yield from finding_changes(
            self.old, self.new, self.funds.partner_of_old(), indicators.partner_of_old()
        )

    # --- head and staff ----------------------------------------------------------------------

    def _documents(self) -> Iterator[Change]:
        for field in ("department", "project"):
            before, after = getattr(self.old, field), getattr(self.new, field)
            if before is None or after is None or name_key(before.value) == name_key(after.value):
                continue
            alike = likeness(before.value, after.value)
            yield Change(
                "documents",
                "renamed",
                old_name=before.value,
                new_name=after.value,
                field=field,
                old=before.value,
                new=after.value,
                likeness=round(alike, 4),
                uncertain=alike < 0.5,
                why=_OTHER_DEPARTMENT if alike < 0.5 and field == "department" else NO_WHY,
                old_place=before.place,
                new_place=after.place,
            )
        if self.old.money_unit != self.new.money_unit and self.old.funds and self.new.funds:
            unknown = not self.old.money_unit or not self.new.money_unit
            yield Change(
                "documents",
                "unit_changed",
                field="money_unit",
                old=self.old.money_unit,
                new=self.new.money_unit,
                uncertain=unknown,
                why=_UNKNOWN_UNIT
                if unknown
                else Why("金额已换算后再比较", "amounts are compared after conversion"),
            )

    def _staffing(self) -> Iterator[Change]:
        for before, after in _figure_pairs(self.old.staffing, self.new.staffing):
            shared = Change(
                "staffing",
                "staffing_changed",
                0 if before is None else before.seq,
                0 if after is None else after.seq,
                "" if before is None else before.metric,
                "" if after is None else after.metric,
                "value",
                "" if before is None else decimal_text(before.value) + before.unit,
                "" if after is None else decimal_text(after.value) + after.unit,
                old_place=None if before is None else before.text.place,
                new_place=None if after is None else after.text.place,
            )
            if before is None or after is None:
                yield replace(shared, kind="added" if before is None else "dropped")
            elif before.value != after.value:
                difference = subtract(after.value, before.value)
                yield replace(
                    shared,
                    difference=difference,
                    percent=percent_of(difference, before.value),
                    direction="up" if difference > 0 else "down",
                )

    # --- funds -------------------------------------------------------------------------------

    def _align_funds(self) -> Alignment:
        """Return the alignment of both sides of the funds, income with income."""
        sides = []
        for side in ("income", "expenditure"):
            rows = [
                [
                    Row(
                        at,
                        item.item.value,
                        form.year,
                        name_key(item.parent, form.year) or side,
                        (("金额", _amounts_key(item)),),
                        number=_full_year_yuan(item),
                    )
                    for at, item in enumerate(form.funds)
                    if item.side == side
                ]
                for form in (self.old, self.new)
            ]
            sides.append(align(rows[0], rows[1], self.known, "funds"))
        first, second = sides
        return Alignment(
            (*first.pairs, *second.pairs),
            (*first.splits, *second.splits),
            (*first.merges, *second.merges),
            {**first.dropped, **second.dropped},
            {**first.added, **second.added},
        )

    def _funds(self) -> Iterator[Change]:
        totals = _totals(self.old), _totals(self.new)
        partner = self.funds.partner_of_old()
        at_seq = {item.seq: at for at, item in enumerate(self.old.funds)}
        for pair in self.funds.pairs:
            before, after = self.old.funds[pair.old], self.new.funds[pair.new]
            shared = _shared(pair, "funds", before.seq, after.seq, before.item, after.item)
            if not same_name(before.item.value, after.item.value, self.years):
                yield replace(
                    shared, kind="renamed", field="item", old=before.item.value, new=after.item.value
                )
            parent = None if before.parent_seq is None else partner.get(at_seq.get(before.parent_seq, -1))
            expected = None if parent is None else self.new.funds[parent].seq
            known_parent = before.parent_seq is None or parent is not None
            if known_parent and expected != after.parent_seq:
                yield replace(shared, kind="moved", field="parent", old=before.parent, new=after.parent)
            yield from self._amounts(before, after, shared, totals)
        yield from self._left(
            self.funds,
            "funds",
            [(item.seq, item.item, _full_year_text(item)) for item in self.old.funds],
            [(item.seq, item.item, _full_year_text(item)) for item in self.new.funds],
        )

    def _amounts(
        self, before: FundItem, after: FundItem, shared: Change, totals: tuple[_Totals, _Totals]
    ) -> Iterator[Change]:
        olds, news = _by_column(before), _by_column(after)
        paces = _fund_pace(before), _fund_pace(after)
        for column in dict.fromkeys((*olds, *news)):
            if any((before.side, *column) not in total for total in totals):
                continue
            a, b = olds.get(column), news.get(column)
            x, y = None if a is None else a.amount, None if b is None else b.amount
            if x is None and y is None:
                continue
            change = replace(
                shared,
                kind="amount_changed",
                field="amount",
                period=column[0],
                measure=column[1],
                old="" if x is None else decimal_text(x),
                new="" if y is None else decimal_text(y),
                old_place=None if a is None else a.text.place,
                new_place=None if b is None else b.text.place,
                old_share=_share(a, totals[0], before.side),
                new_share=_share(b, totals[1], after.side),
                old_pace=paces[0] if column[0] in ("half_year", "full_year") else None,
                new_pace=paces[1] if column[0] in ("half_year", "full_year") else None,
            )
            if a is None or b is None or x is None or y is None:
                yield change
                continue
            compared = _difference(a, b)
            if compared is None:
                yield replace(change, uncertain=True, why=change.why + _UNKNOWN_UNIT)
            elif compared[0]:
                difference, base = compared
                yield replace(
                    change,
                    difference=difference,
                    percent=percent_of(difference, base),
                    direction="up" if difference > 0 else "down",
                )

    # --- indicators --------------------------------------------------------------------------

    def _align_indicators(self) -> Alignment:
        renamed = {
            name_key(self.old.funds[pair.old].item.value, self.old.year): name_key(
                self.new.funds[pair.new].item.value, self.new.year
            )
            for pair in self.funds.pairs
        }
        self.projects = renamed
        rows = [
            [
                _indicator_row(at, one, form.year, names)
                for at, one in enumerate(form.indicators)
                if _is_row(one)
            ]
            for form, names in ((self.old, renamed), (self.new, {}))
        ]
        return align(rows[0], rows[1], self.known, "indicators")

    def _indicators(self, found: Alignment) -> Iterator[Change]:
        labels = _label_names(found, self.old, self.new)
        yield from self._labels(found, labels)
        said: set[tuple[str, str, str]] = set()
        columns = [
            {(t.period, t.measure) for one in form.indicators for t in one.targets}
            for form in (self.old, self.new)
        ]
        for pair in found.pairs:
            before, after = self.old.indicators[pair.old], self.new.indicators[pair.new]
            shared = _shared(pair, "indicators", before.seq, after.seq, _named(before), _named(after))
            if not same_name(before.name, after.name, self.years):
                yield replace(shared, kind="renamed", field="level3", old=before.name, new=after.name)
            yield from self._moved(before, after, shared, labels)
            yield from self._project(before, after, shared, said)
            yield from self._cells(before, after, shared, said)
            yield from self._targets(before, after, shared, columns[0] & columns[1])
        yield from self._left(
            found,
            "indicators",
            [(one.seq, _named(one), _shown(one)) for one in self.old.indicators],
            [(one.seq, _named(one), _shown(one)) for one in self.new.indicators],
        )

    def _labels(self, found: Alignment, labels: _Labels) -> Iterator[Change]:
        """Yield one change for every level label that has another name, with the first pair under it."""
        told: set[tuple[str, str]] = set()
        for pair in found.pairs:
            before, after = self.old.indicators[pair.old], self.new.indicators[pair.new]
            for level in ("level1", "level2"):
                a, b = getattr(before, level), getattr(after, level)
                if a is None or b is None or (level, name_key(a.value)) in told:
                    continue
                if labels.get((level, name_key(a.value))) == name_key(b.value):
                    told.add((level, name_key(a.value)))
                    yield Change(
                        "indicators",
                        "renamed",
                        before.seq,
                        after.seq,
                        a.value,
                        b.value,
                        level,
                        a.value,
                        b.value,
                        likeness=round(likeness(a.value, b.value), 4),
                        old_place=a.place,
                        new_place=b.place,
                    )

    def _moved(
        self, before: Indicator, after: Indicator, shared: Change, labels: _Labels
    ) -> Iterator[Change]:
        for level in ("level2", "level1"):
            a, b = getattr(before, level), getattr(after, level)
            if a is None or b is None:
                continue
            key = name_key(a.value)
            if labels.get((level, key), key) != name_key(b.value):
                yield replace(shared, kind="moved", field=level, old=_path(before), new=_path(after))
                return

    def _project(
        self, before: Indicator, after: Indicator, shared: Change, said: set[tuple[str, str, str]]
    ) -> Iterator[Change]:
        a, b = _value(before.project), _value(after.project)
        key, other = name_key(a, self.old.year), name_key(b, self.new.year)
        if self.projects.get(key, key) == other or key == other or ("project", key, other) in said:
            return
        change = replace(shared, kind="moved", field="project", old=a, new=b)
        alike = likeness(a, b, self.years)
        stands = key in self.projects
        if (
            a
            and b
            and not stands
            and alike >= 0.5
            and not self.known.denied("funds", name_key(a), name_key(b))
        ):
            said.add(("project", key, other))
            change = replace(
                change, kind="renamed", likeness=round(alike, 4), uncertain=shared.uncertain or alike < 0.6
            )
        yield change

    def _cells(
        self, before: Indicator, after: Indicator, shared: Change, said: set[tuple[str, str, str]]
    ) -> Iterator[Change]:
        for field in ("key_work", "note"):
            a, b = getattr(before, field), getattr(after, field)
            if a is None and b is None:
                continue
            in_both = all(
                any(getattr(one, field) is not None for one in f.indicators) for f in (self.old, self.new)
            )
            keys = (field, text_key(_value(a), self.old.year), text_key(_value(b), self.new.year))
            if not in_both or keys[1] == keys[2] or keys in said or _same_print(a, b):
                continue
            # A merged cell stands on every row it spans; it was reworded once.
            said.add(keys)
            yield replace(
                shared,
                kind="reworded",
                field=field,
                old=_value(a),
                new=_value(b),
                old_place=_place(a) or shared.old_place,
                new_place=_place(b) or shared.new_place,
            )
        a, b = before.weight, after.weight
        if a is None or b is None or text_key(a.value) == text_key(b.value):
            return
        x, y = _weight(a.value), _weight(b.value)
        change = replace(
            shared,
            kind="weight_changed",
            field="weight",
            old=a.value,
            new=b.value,
            old_place=a.place,
            new_place=b.place,
        )
        if x is None or y is None:
            yield change
        elif x != y:
            difference = subtract(y, x)
            up = "up" if difference > 0 else "down"
            yield replace(change, difference=difference, percent=percent_of(difference, x), direction=up)

    def _targets(
        self, before: Indicator, after: Indicator, shared: Change, columns: set[tuple[str, str]]
    ) -> Iterator[Change]:
        olds = {(t.period, t.measure): t for t in before.targets}
        news = {(t.period, t.measure): t for t in after.targets}
        paces = _target_pace(olds), _target_pace(news)
        for column in dict.fromkeys((*olds, *news)):
            if column not in columns:
                continue
            a, b = olds.get(column), news.get(column)
            change = replace(
                shared,
                table="targets",
                period=column[0],
                measure=column[1],
                field="value",
                old="" if a is None else _raw(a),
                new="" if b is None else _raw(b),
                old_place=shared.old_place if a is None else a.text.place,
                new_place=shared.new_place if b is None else b.text.place,
                old_pace=paces[0] if column[1] == "target" else None,
                new_pace=paces[1] if column[1] == "target" else None,
            )
            if a is None or b is None:
                yield replace(change, kind="added" if a is None else "dropped")
                continue
            for verdict in target_changes(a, b, self.years):
                yield replace(
                    change,
                    kind=verdict.kind,
                    field=verdict.field,
                    old=verdict.old,
                    new=verdict.new,
                    difference=verdict.difference,
                    percent=verdict.percent,
                    direction=verdict.direction,
                    uncertain=change.uncertain or verdict.uncertain,
                    why=change.why + verdict.why,
                )

    # --- texts -------------------------------------------------------------------------------

    def _tasks(self) -> Iterator[Change]:
        rows = [
            [
                Row(
                    at,
                    _task_name(task),
                    form.year,
                    facts=(("内容", text_key(_value(task.content), form.year)),),
                    number=task.amount,
                )
                for at, task in enumerate(form.tasks)
            ]
            for form in (self.old, self.new)
        ]
        found = align(rows[0], rows[1], self.known, "tasks")
        for pair in found.pairs:
            before, after = self.old.tasks[pair.old], self.new.tasks[pair.new]
            shared = _shared(pair, "tasks", before.seq, after.seq, _task_text(before), _task_text(after))
            names = _task_name(before), _task_name(after)
            if not same_name(names[0], names[1], self.years):
                yield replace(shared, kind="renamed", field="name", old=names[0], new=names[1])
            for field in ("content", "expected"):
                a, b = getattr(before, field), getattr(after, field)
                if (a is None) == (b is None) and self._says_the_same(_value(a), _value(b)):
                    continue
                if field == "content" and before.name is None and after.name is None:
                    continue
                yield replace(shared, kind="reworded", field=field, old=_value(a), new=_value(b))
            yield from self._task_amount(before, after, shared)
        yield from self._left(
            found,
            "tasks",
            [(task.seq, _task_text(task), "") for task in self.old.tasks],
            [(task.seq, _task_text(task), "") for task in self.new.tasks],
        )

    def _task_amount(self, before: Task, after: Task, shared: Change) -> Iterator[Change]:
        x, y = before.amount, after.amount
        change = replace(
            shared,
            kind="amount_changed",
            field="amount",
            old="" if x is None else decimal_text(x),
            new="" if y is None else decimal_text(y),
        )
        if x is None or y is None:
            if x != y:
                yield change
            return
        compared = _money_difference(x, before.money_unit, y, after.money_unit)
        if compared is None:
            yield replace(change, uncertain=True, why=change.why + _UNKNOWN_UNIT)
        elif compared[0]:
            difference, base = compared
            up = "up" if difference > 0 else "down"
            yield replace(change, difference=difference, percent=percent_of(difference, base), direction=up)

    def _goals(self) -> Iterator[Change]:
        groups: dict[str, tuple[list[Goal], list[Goal]]] = defaultdict(lambda: ([], []))
        for side, form in enumerate((self.old, self.new)):
            for goal in form.goals:
                groups[goal.horizon][side].append(goal)
        for horizon, (olds, news) in groups.items():
            if len(olds) == len(news) == 1:
                # One goal a horizon is the same goal, however it is worded.
                found = Alignment((Pair(0, 0),))
            else:
                found = align_texts([g.text.value for g in olds], [g.text.value for g in news], self.years)
            yield from self._clauses(
                found,
                "goals",
                [(g.seq, horizon, g.text) for g in olds],
                [(g.seq, horizon, g.text) for g in news],
            )

    def _functions(self) -> Iterator[Change]:
        olds = [(one.seq, one.label, one.text) for one in self.old.functions]
        news = [(one.seq, one.label, one.text) for one in self.new.functions]
        found = align_texts([text.value for *_, text in olds], [text.value for *_, text in news], self.years)
        yield from self._clauses(found, "functions", olds, news)

    def _clauses(
        self,
        found: Alignment,
        table: str,
        olds: Sequence[tuple[int, str, Text]],
        news: Sequence[tuple[int, str, Text]],
    ) -> Iterator[Change]:
        for pair in found.pairs:
            (old_seq, old_name, before), (new_seq, new_name, after) = olds[pair.old], news[pair.new]
            if not self._says_the_same(before.value, after.value):
                shared = _shared(pair, table, old_seq, new_seq, before, after)
                yield replace(
                    shared,
                    kind="reworded",
                    field="text",
                    old_name=old_name,
                    new_name=new_name,
                    old=before.value,
                    new=after.value,
                )
        yield from self._left(
            found,
            table,
            [(seq, replace(text, value=name), text.value) for seq, name, text in olds],
            [(seq, replace(text, value=name), text.value) for seq, name, text in news],
        )

    def _says_the_same(self, old: str, new: str) -> bool:
        return text_key(old, self.old.year) == text_key(new, self.new.year) or text_key(old) == text_key(new)

    # --- rows without a partner, in parts ----------------------------------------------------

    def _left(
        self,
        found: Alignment,
        table: str,
        olds: Sequence[tuple[int, Text, str]],
        news: Sequence[tuple[int, Text, str]],
    ) -> Iterator[Change]:
        """Yield splits, merges, dropped and added rows; a row is its seq, its name and what to show of it."""
        for kind, parted in (("split", found.splits), ("merged", found.merges)):
            for parts in parted:
                for part in parts.parts:
                    o, n = (parts.whole, part) if kind == "split" else (part, parts.whole)
                    yield _part(kind, table, olds[o], news[n], parts)
        for at, near in found.dropped.items():
            seq, name, shown = olds[at]
            yield replace(
                _alone("dropped", table, near, None if near is None else news[near.index]),
                old_seq=seq,
                old_name=name.value,
                old=shown,
                old_place=name.place,
            )
        for at, near in found.added.items():
            seq, name, shown = news[at]
            yield replace(
                _alone("added", table, near, None if near is None else olds[near.index]),
                new_seq=seq,
                new_name=name.value,
                new=shown,
                new_place=name.place,
            )


def _dated(form: Form) -> Form:
    """Return *form* with the year it speaks of where it prints none of its own: names move on with it."""
    if form.year is not None:
        return form
    texts = [_raw(target) for one in form.indicators for target in one.targets]
    texts += [one.name for one in form.indicators] + [item.item.value for item in form.funds]
    return replace(form, year=year_in(texts))


_Labels = dict[tuple[str, str], str]
_Totals = dict[tuple[str, str, str], Decimal | None]


def _shared(pair: Pair, table: str, old_seq: int, new_seq: int, old: Text, new: Text) -> Change:
    return Change(
        table,
        "",
        old_seq,
        new_seq,
        old.value,
        new.value,
        likeness=round(pair.likeness, 4),
        uncertain=pair.uncertain,
        why=pair.why,
        old_place=old.place,
        new_place=new.place,
    )


def _part(
    kind: str, table: str, old: tuple[int, Text, str], new: tuple[int, Text, str], parts: Parts
) -> Change:
    return Change(
        table,
        kind,
        old[0],
        new[0],
        old[1].value,
        new[1].value,
        old=old[2],
        new=new[2],
        likeness=parts.likeness,
        uncertain=parts.uncertain,
        why=parts.why,
        old_place=old[1].place,
        new_place=new[1].place,
    )


def _alone(kind: str, table: str, near: Nearest | None, other: tuple[int, Text, str] | None) -> Change:
    if near is None or other is None:
        return Change(table, kind)
    name = other[1].value if table not in ("functions", "goals") else other[2][:20]
    year = ("新", "new") if kind == "dropped" else ("旧", "old")
    why = Why(
        f"{year[0]}表中最接近的是“{name}”（相似度 {near.likeness:.2f}），未认作同一项",
        f"nearest in the {year[1]} form: “{name}” ({near.likeness:.2f}), not taken for the same",
    )
    return Change(table, kind, likeness=near.likeness, uncertain=True, why=why)


def _value(text: Text | None) -> str:
    return "" if text is None else text.value


def _place(text: Text | None) -> Place | None:
    return None if text is None else text.place


def _same_print(a: Text | None, b: Text | None) -> bool:
    return a is not None and b is not None and text_key(a.value) == text_key(b.value)


def _raw(target: Target) -> str:
    return target.text.raw.replace("\n", "")


def _figure_pairs(
    olds: Sequence[StaffFigure], news: Sequence[StaffFigure]
) -> Iterator[tuple[StaffFigure | None, StaffFigure | None]]:
    """Yield the figures of one metric two by two; of several those of one scope, then in order."""
    for metric in dict.fromkeys((*(f.metric for f in olds), *(f.metric for f in news))):
        left = [figure for figure in olds if figure.metric == metric]
        right = [figure for figure in news if figure.metric == metric]
        same: tuple[Callable[[StaffFigure, StaffFigure], bool], ...] = (
            lambda a, b: a.scope == b.scope and a.value == b.value,
            lambda a, b: a.scope == b.scope,
            lambda a, b: a.value == b.value,
            lambda a, b: True,
        )
        for rule in same:
            for before in list(left):
                after = next((figure for figure in right if rule(before, figure)), None)
                if after is not None:
                    left.remove(before)
                    right.remove(after)
                    yield before, after
        for before in left:
            yield before, None
        for after in right:
            yield None, after


def _by_column(item: FundItem) -> dict[tuple[str, str], Amount]:
    found: dict[tuple[str, str], Amount] = {}
    for amount in item.amounts:
        found.setdefault((amount.period, amount.measure), amount)
    return found


def _amounts_key(item: FundItem) -> str:
    """Return the item's amounts as one text, or "" where they say nothing (blank or 0)."""
    known = [(a.period, a.measure, a.amount_yuan) for a in item.amounts if a.amount_yuan]
    return ";".join(f"{period}{measure}{decimal_text(yuan)}" for period, measure, yuan in known if yuan)


def _full_year(item: FundItem) -> Amount | None:
    return next((a for a in item.amounts if a.period == "full_year" and a.amount is not None), None)


def _full_year_yuan(item: FundItem) -> Decimal | None:
    amount = _full_year(item)
    return None if amount is None else amount.amount_yuan


def _full_year_text(item: FundItem) -> str:
    amount = _full_year(item)
    return "" if amount is None or amount.amount is None else decimal_text(amount.amount)


def totals_of(form: Form) -> dict[tuple[str, str, str], tuple[Decimal, str] | None]:
    """Return the sum of every side, period and measure that the form has a column for, with its unit.

    The sum is that of the items without a parent, or the one among them that is all the others' total.
    None where an amount has no unit like the others'.
    """
    tops: dict[tuple[str, str, str], list[Amount]] = defaultdict(list)
    for item in form.funds:
        for amount in item.amounts:
            column = tops[item.side, amount.period, amount.measure]
            if item.parent_seq is None and amount.amount is not None:
                column.append(amount)
    found: dict[tuple[str, str, str], tuple[Decimal, str] | None] = {}
    for key, amounts in tops.items():
        if not amounts or len({a.money_unit for a in amounts}) != 1:
            found[key] = None
            continue
        numbers = [a.amount for a in amounts if a.amount is not None]
        total = sum(numbers, Decimal(0))
        if len(numbers) > 1 and multiply(max(numbers), Decimal(2)) == total:
            total = max(numbers)
        found[key] = total, amounts[0].money_unit
    return found


def _totals(form: Form) -> _Totals:
    return {key: None if total is None else total[0] for key, total in totals_of(form).items()}


def _share(amount: Amount | None, totals: _Totals, side: str) -> Decimal | None:
    if amount is None or amount.amount is None:
        return None
    total = totals.get((side, amount.period, amount.measure))
    return None if total is None else percent_of(amount.amount, total)


def _difference(old: Amount, new: Amount) -> tuple[Decimal, Decimal] | None:
    assert old.amount is not None
    assert new.amount is not None
    return _money_difference(old.amount, old.money_unit, new.amount, new.money_unit)


def _money_difference(x: Decimal, old_unit: str, y: Decimal, new_unit: str) -> tuple[Decimal, Decimal] | None:
    """Return the difference in the new unit and the old amount in it, or None if units do not compare."""
    if old_unit == new_unit:
        return subtract(y, x), x
    before, one = to_yuan(x, old_unit), to_yuan(Decimal(1), new_unit)
    if before is None or one is None:
        return None
    # Powers of ten: exact.
    in_new = before.scaleb(-one.adjusted())
    return subtract(y, in_new), in_new


def _fund_pace(item: FundItem) -> Decimal | None:
    """Return what is planned for the half-year in percent of the year, where both are there."""
    half = next((a for a in item.amounts if a.period == "half_year" and a.amount is not None), None)
    full = _full_year(item)
    if half is None or full is None or half.amount is None or full.amount is None:
        return None
    return percent_of(half.amount, full.amount) if half.money_unit == full.money_unit else None


def _target_pace(targets: dict[tuple[str, str], Target]) -> Decimal | None:
    half, full = targets.get(("half_year", "target")), targets.get(("full_year", "target"))
    if half is None or full is None or half.value.unit != full.value.unit:
        return None
    x, y = half.value.value, full.value.value
    if half.value.kind != "number" or full.value.kind != "number":
        return None
    return percent_of(x, y) if isinstance(x, Decimal) and isinstance(y, Decimal) else None


def _is_row(one: Indicator) -> bool:
    """A row with level labels only asks nothing and is not compared."""
    return one.level3 is not None or bool(one.targets)


def _named(one: Indicator) -> Text:
    return one.level3 or one.level2 or one.level1 or Text("", "")


def _path(one: Indicator) -> str:
    return " / ".join(text.value for text in (one.level1, one.level2) if text is not None)


def _shown(one: Indicator) -> str:
    """Return the full-year target as printed, or the first there is."""
    chosen = next((t for t in one.targets if t.period == "full_year" and t.measure == "target"), None)
    chosen = chosen or next(iter(one.targets), None)
    return "" if chosen is None else _raw(chosen)


def _indicator_row(at: int, one: Indicator, year: int | None, projects: dict[str, str]) -> Row:
    project = name_key(_value(one.project), year)
    targets = [t for t in one.targets if t.measure == "target"]
    full = next((t for t in targets if t.period == "full_year"), targets[0] if targets else None)
    unit, number = "", None
    if full is not None and full.value.kind in ("number", "range"):
        unit = base_of(full.value.unit)[0]
        # Parts of a rate do not add up to it.
        if full.value.kind == "number" and unit != "%" and isinstance(full.value.value, Decimal):
            number = full.value.value
    return Row(
        at,
        one.name,
        year,
        "/".join(name_key(_value(text)) for text in (one.level1, one.level2)),
        (
            ("项目", projects.get(project, project)),
            ("重点工作", text_key(_value(one.key_work), year)),
            ("指标值", ";".join(text_key(_raw(t), year) for t in targets)),
        ),
        unit,
        number,
    )


def _label_names(found: Alignment, old: Form, new: Form) -> _Labels:
    """Return the level labels that have another name in the new form, with that name's key.

    A label is renamed if neither form has the other's and most of its rows stand under that one.
    """
    labels: _Labels = {}
    for level in ("level1", "level2"):
        keys = [
            {name_key(text.value) for one in form.indicators if (text := getattr(one, level)) is not None}
            for form in (old, new)
        ]
        went: dict[str, Counter[str]] = defaultdict(Counter)
        for pair in found.pairs:
            a, b = getattr(old.indicators[pair.old], level), getattr(new.indicators[pair.new], level)
            if a is not None and b is not None:
                went[name_key(a.value)][name_key(b.value)] += 1
        for key, places in went.items():
            place, many = places.most_common(1)[0]
            if key not in keys[1] and place not in keys[0] and many >= _KEPT_LABELS * sum(places.values()):
                labels[level, key] = place
    return labels


def _weight(text: str) -> Decimal | None:
    return read_number(text_key(text).removesuffix("分").removesuffix("%"))


def _task_name(task: Task) -> str:
    return _value(task.name) or _value(task.content)


def _task_text(task: Task) -> Text:
    return task.name or task.content or Text("", "")
