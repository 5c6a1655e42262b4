"""What changed among the indicators: names, levels, projects, cells beside the name, targets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.normalize.numbers import read_number
from jixiao.rules.records import Form, Indicator, Place, Target, Text

from .align import Alignment, Row, align
from .change import Change, percent_of, subtract
from .names import likeness, name_key, same_name, text_key
from .sides import Sides, left_over, raw_of, shared_by, value_of
from .targets import base_of, target_changes

_KEPT_LABELS = 0.6
"""A level's label was renamed, and its rows not moved, if so many of its rows stand under one new label."""
_Labels = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Projects:
    """What projects among the funds are called in the new form: keys of names, and pairs of a whole and its part."""

    names: dict[str, str]
    parted: frozenset[tuple[str, str]]


def projects_of(sides: Sides, funds: Alignment) -> Projects:
    """Return what every project among the aligned *funds* is called in the new form."""
    olds, news = ([name_key(item.item.value, form.year) for item in form.funds] for form in sides.forms)
    parted = {(olds[one.whole], news[part]) for one in funds.splits for part in one.parts}
    parted |= {(olds[part], news[one.whole]) for one in funds.merges for part in one.parts}
    return Projects({olds[pair.old]: news[pair.new] for pair in funds.pairs}, frozenset(parted))


def align_indicators(sides: Sides, projects: Projects) -> Alignment:
    """Return which row of the old grid is which of the new; rows with level labels only are left out."""
    rows = [
        [_indicator_row(at, one, form.year, names) for at, one in enumerate(form.indicators) if _is_row(one)]
        for form, names in ((sides.old, projects.names), (sides.new, {}))
    ]
    return align(rows[0], rows[1], sides.known, "indicators")


def indicator_changes(sides: Sides, found: Alignment, projects: Projects) -> Iterator[Change]:
    """Yield what changed in the indicators, whose rows *found* pairs."""
    yield from _Indicators(sides, found, projects).changes()


class _Indicators:
    """The paired rows of both grids; what a merged cell says is told once."""

    def __init__(self, sides: Sides, found: Alignment, projects: Projects) -> None:
        self.sides, self.found, self.projects = sides, found, projects
        self.old, self.new = sides.forms
        self.labels = _label_names(found, self.old, self.new)
        self.said: set[tuple[str, str, str]] = set()

    def changes(self) -> Iterator[Change]:
        found = self.found
        yield from self._labels()
        columns = [
            {(t.period, t.measure) for one in form.indicators for t in one.targets}
            for form in self.sides.forms
        ]
        for pair in found.pairs:
            before, after = self.old.indicators[pair.old], self.new.indicators[pair.new]
            shared = shared_by(pair, "indicators", before.seq, after.seq, _named(before), _named(after))
            if not same_name(before.name, after.name, self.sides.years):
                yield replace(shared, kind="renamed", field="level3", old=before.name, new=after.name)
            yield from self._moved(before, after, shared)
            yield from self._project(before, after, shared)
            yield from self._cells(before, after, shared)
            yield from self._targets(before, after, shared, columns[0] & columns[1])
        yield from left_over(
            found,
            "indicators",
            [(one.seq, _named(one), _shown(one)) for one in self.old.indicators],
            [(one.seq, _named(one), _shown(one)) for one in self.new.indicators],
        )

    def _labels(self) -> Iterator[Change]:
        """Yield one change for every level label that has another name, with the first pair under it."""
        told: set[tuple[str, str]] = set()
        for pair in self.found.pairs:
            before, after = self.old.indicators[pair.old], self.new.indicators[pair.new]
            for level in ("level1", "level2"):
                a, b = getattr(before, level), getattr(after, level)
                if a is None or b is None or (level, name_key(a.value)) in told:
                    continue
                if self.labels.get((level, name_key(a.value))) == name_key(b.value):
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

    def _moved(self, before: Indicator, after: Indicator, shared: Change) -> Iterator[Change]:
        for level in ("level2", "level1"):
            a, b = getattr(before, level), getattr(after, level)
            if a is None or b is None:
                continue
            key = name_key(a.value)
            if self.labels.get((level, key), key) != name_key(b.value):
                yield replace(shared, kind="moved", field=level, old=_path(before), new=_path(after))
                return

    def _project(self, before: Indicator, after: Indicator, shared: Change) -> Iterator[Change]:
        a, b = value_of(before.project), value_of(after.project)
        key, other = name_key(a, self.old.year), name_key(b, self.new.year)
        names = self.projects.names
        if names.get(key, key) == other or key == other or ("project", key, other) in self.said:
            return
        if (key, other) in self.projects.parted:
            # Said of the funds: the project itself is in parts.
            return
        change = replace(shared, kind="moved", field="project", old=a, new=b)
        alike = likeness(a, b, self.sides.years)
        stands = key in names
        if (
            a
            and b
            and not stands
            and alike >= 0.5
            and not self.sides.known.denied("funds", name_key(a), name_key(b))
        ):
            self.said.add(("project", key, other))
            change = replace(
                change, kind="renamed", likeness=round(alike, 4), uncertain=shared.uncertain or alike < 0.6
            )
        yield change

    def _cells(self, before: Indicator, after: Indicator, shared: Change) -> Iterator[Change]:
        for field in ("key_work", "note"):
            a, b = getattr(before, field), getattr(after, field)
            if a is None and b is None:
                continue
            in_both = all(
                any(getattr(one, field) is not None for one in f.indicators) for f in self.sides.forms
            )
            keys = (field, text_key(value_of(a), self.old.year), text_key(value_of(b), self.new.year))
            if not in_both or keys[1] == keys[2] or keys in self.said or _same_print(a, b):
                continue
            # A merged cell stands on every row it spans; it was reworded once.
            self.said.add(keys)
            yield replace(
                shared,
                kind="reworded",
                field=field,
                old=value_of(a),
                new=value_of(b),
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
                old="" if a is None else raw_of(a),
                new="" if b is None else raw_of(b),
                old_place=shared.old_place if a is None else a.text.place,
                new_place=shared.new_place if b is None else b.text.place,
                old_pace=paces[0] if column[1] == "target" else None,
                new_pace=paces[1] if column[1] == "target" else None,
            )
            if a is None or b is None:
                yield replace(change, kind="added" if a is None else "dropped")
                continue
            for verdict in target_changes(a, b, self.sides.years):
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
                    old_pace=change.old_pace if verdict.field == "value" else None,
                    new_pace=change.new_pace if verdict.field == "value" else None,
                    in_days=verdict.difference is not None and a.value.kind == b.value.kind == "date",
                )


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
    return "" if chosen is None else raw_of(chosen)


def _indicator_row(at: int, one: Indicator, year: int | None, projects: dict[str, str]) -> Row:
    project = name_key(value_of(one.project), year)
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
        "/".join(name_key(value_of(text)) for text in (one.level1, one.level2)),
        (
            ("项目", projects.get(project, project)),
            ("重点工作", text_key(value_of(one.key_work), year)),
            ("指标值", ";".join(text_key(raw_of(t), year) for t in targets)),
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


def _same_print(a: Text | None, b: Text | None) -> bool:
    return a is not None and b is not None and text_key(a.value) == text_key(b.value)


def _place(text: Text | None) -> Place | None:
    return None if text is None else text.place
