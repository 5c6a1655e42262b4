"""What changed among the tasks, goals and functions: clauses reworded, come and gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from jixiao.normalize.numbers import decimal_text
from jixiao.rules.records import Form, Goal, Task, Text

from .align import Alignment, Pair, Row, align
from .change import Change, Why, percent_of
from .clauses import align_texts
from .funds import UNKNOWN_UNIT, money_difference
from .names import likeness, name_key, same_name, text_key
from .sides import Sides, left_over, shared_by, value_of

_SHORTEST_CONTENT = 6
_SAME_CONTENT = Why("主要内容相同", "the same contents")


def task_changes(sides: Sides) -> Iterator[Change]:
    """Yield what changed in the tasks of the year."""
    rows = [
        [
            Row(
                at,
                _task_name(task),
                form.year,
                facts=(("内容", text_key(value_of(task.content), form.year)),),
                number=task.amount,
            )
            for at, task in enumerate(form.tasks)
        ]
        for form in sides.forms
    ]
    found = _paired_by_content(align(rows[0], rows[1], sides.known, "tasks"), sides)
    for pair in found.pairs:
        before, after = sides.old.tasks[pair.old], sides.new.tasks[pair.new]
        shared = shared_by(pair, "tasks", before.seq, after.seq, _task_text(before), _task_text(after))
        names = _task_name(before), _task_name(after)
        if not same_name(names[0], names[1], sides.years):
            yield replace(shared, kind="renamed", field="name", old=names[0], new=names[1])
        for field in ("content", "expected"):
            a, b = getattr(before, field), getattr(after, field)
            if (a is None) == (b is None) and sides.say_the_same(value_of(a), value_of(b)):
                continue
            if field == "content" and before.name is None and after.name is None:
                continue
            yield replace(shared, kind="reworded", field=field, old=value_of(a), new=value_of(b))
        yield from _task_amount(before, after, shared)
    yield from left_over(
        found,
        "tasks",
        [(task.seq, _task_text(task), _amount_text(task)) for task in sides.old.tasks],
        [(task.seq, _task_text(task), _amount_text(task)) for task in sides.new.tasks],
    )


def _paired_by_content(found: Alignment, sides: Sides) -> Alignment:
    """Return *found* with tasks without partner paired that are to do the same, word for word, under another name."""
    olds, news = (
        _by_content(form, left) for form, left in ((sides.old, found.dropped), (sides.new, found.added))
    )
    pairs = []
    for content in olds.keys() & news.keys():
        if len(olds[content]) == len(news[content]) == 1:
            o, n = olds[content][0], news[content][0]
            names = _task_name(sides.old.tasks[o]), _task_name(sides.new.tasks[n])
            if not sides.known.denied("tasks", name_key(names[0]), name_key(names[1])):
                pairs.append(Pair(o, n, round(likeness(*names, sides.years), 4), why=_SAME_CONTENT))
    taken_old, taken_new = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    return replace(
        found,
        pairs=tuple(sorted((*found.pairs, *pairs), key=lambda pair: (pair.old, pair.new))),
        dropped={at: near for at, near in found.dropped.items() if at not in taken_old},
        added={at: near for at, near in found.added.items() if at not in taken_new},
    )


def _by_content(form: Form, left: Iterable[int]) -> dict[str, list[int]]:
    """Return the tasks *left* without partner by what they are to do, where that is more than a word."""
    found: dict[str, list[int]] = defaultdict(list)
    for at in left:
        content = text_key(value_of(form.tasks[at].content), form.year)
        if form.tasks[at].name is not None and len(content) >= _SHORTEST_CONTENT:
            found[content].append(at)
    return found


def _task_amount(before: Task, after: Task, shared: Change) -> Iterator[Change]:
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
    compared = money_difference(x, before.money_unit, y, after.money_unit)
    if compared is None:
        yield replace(change, uncertain=True, why=change.why + UNKNOWN_UNIT)
    elif compared[0]:
        difference, base = compared
        up = "up" if difference > 0 else "down"
        yield replace(change, difference=difference, percent=percent_of(difference, base), direction=up)


def goal_changes(sides: Sides) -> Iterator[Change]:
    """Yield what changed in the goals, horizon by horizon."""
    groups: dict[str, tuple[list[Goal], list[Goal]]] = defaultdict(lambda: ([], []))
    for side, form in enumerate(sides.forms):
        for goal in form.goals:
            groups[goal.horizon][side].append(goal)
    for horizon, (olds, news) in groups.items():
        if horizon.endswith("_actual") and not (olds and news):
            # What was reached stands in evaluations only: one year's form is of another kind.
            continue
        if len(olds) == len(news) == 1:
            # One goal a horizon is the same goal, however it is worded.
            found = Alignment((Pair(0, 0),))
        else:
            found = align_texts([g.text.value for g in olds], [g.text.value for g in news], sides.years)
        yield from _clauses(
            sides,
            found,
            "goals",
            [(g.seq, horizon, g.text) for g in olds],
            [(g.seq, horizon, g.text) for g in news],
        )


def function_changes(sides: Sides) -> Iterator[Change]:
    """Yield what changed in the functions."""
    olds = [(one.seq, one.label, one.text) for one in sides.old.functions]
    news = [(one.seq, one.label, one.text) for one in sides.new.functions]
    found = align_texts([text.value for *_, text in olds], [text.value for *_, text in news], sides.years)
    yield from _clauses(sides, found, "functions", olds, news)


def _clauses(
    sides: Sides,
    found: Alignment,
    table: str,
    olds: Sequence[tuple[int, str, Text]],
    news: Sequence[tuple[int, str, Text]],
) -> Iterator[Change]:
    for pair in found.pairs:
        (old_seq, old_name, before), (new_seq, new_name, after) = olds[pair.old], news[pair.new]
        if not sides.say_the_same(before.value, after.value):
            shared = shared_by(pair, table, old_seq, new_seq, before, after)
            yield replace(
                shared,
                kind="reworded",
                field="text",
                old_name=old_name,
                new_name=new_name,
                old=before.value,
                new=after.value,
            )
    yield from left_over(
        found,
        table,
        [(seq, replace(text, value=name), text.value) for seq, name, text in olds],
        [(seq, replace(text, value=name), text.value) for seq, name, text in news],
    )


def _amount_text(task: Task) -> str:
    return "" if task.amount is None else decimal_text(task.amount)


def _task_name(task: Task) -> str:
    return value_of(task.name) or value_of(task.content)


def _task_text(task: Task) -> Text:
    return task.name or task.content or Text("", "")
