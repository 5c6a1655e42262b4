"""What changed between two forms of one department, table by table.

Rows are paired first; what is said of a pair follows from what stands in it. Formatting, numbering and
the year moving on are no change. Left out on purpose: names of persons and other head fields, scores,
rows with level labels only, and columns that one of the two forms does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from jixiao.normalize.numbers import decimal_text
from jixiao.rules.records import Form, StaffFigure

from .change import NO_WHY, TABLES, Change, Why, percent_of, subtract
from .concordance import Concordance
from .doubts import doubted
from .findings import finding_changes
from .funds import UNKNOWN_UNIT, align_funds, fund_changes
from .indicators import align_indicators, indicator_changes, projects_of
from .names import department_likeness, likeness, name_key
from .sides import Sides, dated
from .texts import function_changes, goal_changes, task_changes

_SAME_CODE = 0.9
_OTHER_DEPARTMENT = Why("两张表的部门名称不相近", "the departments' names are not alike")


def compare_forms(old: Form, new: Form, known: Concordance | None = None) -> tuple[Change, ...]:
    """Return what changed from *old* to *new*: threshold cases first, then in the order of tables and rows.

    *known* is what a reviewer said on names; it overrides the matcher.
    """
    said = Concordance() if known is None else known
    changes = tuple(doubted(_changes(Sides(dated(old), dated(new), said)), old, new))
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


def _changes(sides: Sides) -> Iterator[Change]:
    funds = align_funds(sides)
    projects = projects_of(sides, funds)
    indicators = align_indicators(sides, projects)
    yield from _documents(sides)
    yield from _staffing(sides)
    yield from fund_changes(sides, funds)
    yield from indicator_changes(sides, indicators, projects)
    yield from task_changes(sides)
    yield from goal_changes(sides)
    yield from function_changes(sides)
    yield from finding_changes(*sides.forms, funds.partner_of_old(), indicators.partner_of_old())


def _documents(sides: Sides) -> Iterator[Change]:
    for field in ("department", "project"):
        before, after = getattr(sides.old, field), getattr(sides.new, field)
        if before is None or after is None or name_key(before.value) == name_key(after.value):
            continue
        alike = likeness(before.value, after.value)
        if field == "department":
            same_code = bool(sides.old.department_code) and sides.old.department_code == sides.new.department_code
            alike = max(alike, department_likeness(before.value, after.value), _SAME_CODE * same_code)
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
    if sides.old.money_unit != sides.new.money_unit and sides.old.funds and sides.new.funds:
        unknown = not sides.old.money_unit or not sides.new.money_unit
        yield Change(
            "documents",
            "unit_changed",
            field="money_unit",
            old=sides.old.money_unit,
            new=sides.new.money_unit,
            uncertain=unknown,
            why=UNKNOWN_UNIT
            if unknown
            else Why("金额已换算后再比较", "amounts are compared after conversion"),
        )


def _staffing(sides: Sides) -> Iterator[Change]:
    for before, after in _figure_pairs(sides.old.staffing, sides.new.staffing):
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
