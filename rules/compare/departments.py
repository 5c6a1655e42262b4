"""Which form of one year is which of the other: by department and project, and by what they contain.

A department that was renamed still has most of its functions, projects and indicators.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from jixiao.rules.records import Form

from .align import CERTAIN, MAX_COMPARED, PAIRED, SAID, best_pairs
from .change import NO_WHY, Why
from .concordance import Concordance
from .names import department_likeness, likeness, name_key, text_key

_SHARED = 0.5
"""Two departments that share so much of what only few forms have are one under two names."""
_SHARED_A_LITTLE = 0.15
_SHARED_BY_PROJECTS = 0.75
"""Two projects under names that are not alike are one if they share so much."""
_NAMES_ALIKE = 0.6
_COMMON = 3
"""What stands in more forms than this says nothing of whose a form is."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FormPair:
    """Two forms of one department, or one that the other year has no form for."""

    old: Form | None
    new: Form | None
    likeness: float = 1.0
    uncertain: bool = False
    why: Why = NO_WHY

    @property
    def department(self) -> str:
        """The department's name in the new year, or in the old one if that is all there is."""
        form = self.new or self.old
        assert form is not None
        return name_of(form)


@dataclass(frozen=True, slots=True)
class Pairing:
    """All pairs, in the order of the new year's forms, and forms left aside for a later one of the department."""

    pairs: tuple[FormPair, ...]
    left_aside: tuple[Form, ...] = ()


def name_of(form: Form) -> str:
    """Return whose form it is: department and project as printed, or the file's name."""
    parts = [text.value for text in (form.department, form.project) if text is not None and text.value]
    return " · ".join(parts) or PurePosixPath(form.source).stem


def pair_forms(olds: Sequence[Form], news: Sequence[Form], known: Concordance | None = None) -> Pairing:
    """Return which of *olds* is which of *news*. Two single forms are a pair, whatever their names."""
    said = Concordance() if known is None else known
    if len(olds) == len(news) == 1:
        return Pairing((FormPair(olds[0], news[0]),))
    old, aside_old = _latest(olds)
    new, aside_new = _latest(news)
    left, right = dict(enumerate(old)), dict(enumerate(new))
    partner: dict[int, FormPair] = {}

    def take(o: int, n: int, pair: FormPair) -> None:
        partner[n] = pair
        del left[o], right[n]

    for o, form in list(left.items()):
        for name in said.partners("documents", name_key(name_of(form))):
            n = next((n for n, other in right.items() if name_key(name_of(other)) == name), None)
            if n is not None and o in left:
                take(o, n, FormPair(form, new[n], 1.0, False, SAID))
    for with_family in (True, False):
        by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for n, form in right.items():
            by_key[_key(form, with_family)].append(n)
        for o, form in list(left.items()):
            waiting = by_key.get(_key(form, with_family))
            if waiting and not said.denied("documents", name_key(name_of(form)), name_key(name_of(form))):
                n = waiting.pop(0)
                take(o, n, FormPair(form, new[n]))
    for (o, n), pair in _renamed(left, right, said).items():
        take(o, n, pair)
    for (o, n), pair in _renamed_projects(left, right, said, partner.values()).items():
        take(o, n, pair)
    pairs = [partner.get(n) or FormPair(None, form, 0.0) for n, form in enumerate(new)]
    pairs += [FormPair(form, None, 0.0) for form in left.values()]
    return Pairing(tuple(pairs), (*aside_old, *aside_new))


def _key(form: Form, with_family: bool) -> tuple[str, ...]:
    key = (name_key("" if form.department is None else form.department.value), name_key(_project(form)))
    if not any(key):
        key = (name_key(PurePosixPath(form.source).stem), "")
    return (*key, form.family) if with_family else key


def _project(form: Form) -> str:
    return "" if form.project is None else form.project.value


def _latest(forms: Sequence[Form]) -> tuple[list[Form], list[Form]]:
    """Return the forms without those that a later year of the same department is among, and these."""
    latest: dict[tuple[str, ...], int] = {}
    for form in forms:
        key = _key(form, True)
        latest[key] = max(latest.get(key, 0), form.year or 0)
    kept = [form for form in forms if (form.year or 0) == latest[_key(form, True)]]
    return kept, [form for form in forms if (form.year or 0) != latest[_key(form, True)]]


def _renamed(
    left: dict[int, Form], right: dict[int, Form], said: Concordance
) -> dict[tuple[int, int], FormPair]:
    contents = {("old", o): _contents(form) for o, form in left.items()}
    contents |= {("new", n): _contents(form) for n, form in right.items()}
    seen = {side: Counter[str]() for side in ("old", "new")}
    for (side, _), content in contents.items():
        seen[side].update(content)
    holders: dict[str, list[int]] = defaultdict(list)
    for n in right:
        for piece in contents["new", n]:
            if seen["new"][piece] <= _COMMON and seen["old"][piece] <= _COMMON:
                holders[piece].append(n)
    scores: dict[tuple[int, int], float] = {}
    pairs: dict[tuple[int, int], FormPair] = {}
    for o, form in left.items():
        own = [
            piece
            for piece in contents["old", o]
            if seen["old"][piece] <= _COMMON and seen["new"][piece] <= _COMMON
        ]
        shared = Counter(n for piece in own for n in holders.get(piece, ()))
        for n, many in shared.items():
            other = right[n]
            if said.denied("documents", name_key(name_of(form)), name_key(name_of(other))):
                continue
            theirs = [
                p for p in contents["new", n] if seen["new"][p] <= _COMMON and seen["old"][p] <= _COMMON
            ]
            share = many / max(min(len(own), len(theirs)), 4)
            names = department_likeness(name_of(form), name_of(other))
            if (form.project is None) != (other.project is None):
                continue
            if share < _SHARED and (names < _NAMES_ALIKE or share < _SHARED_A_LITTLE):
                continue
            # 验收合格率 and 满意度 stand in the forms of any two projects.
            other_project = form.project is not None and likeness(_project(form), _project(other)) < PAIRED
            if other_project and share < _SHARED_BY_PROJECTS:
                continue
            score = round(min(0.99, (share + names) / 2), 4)
            why = Why(
                f"部门名称相似度 {names:.2f}，相同内容 {share:.0%}",
                f"names alike {names:.2f}, contents shared {share:.0%}",
            )
            scores[o, n] = score
            pairs[o, n] = FormPair(form, other, score, other_project or share < _SHARED or names < 0.3, why)
    return {key: pairs[key] for key in best_pairs(scores)}


def _renamed_projects(
    left: dict[int, Form], right: dict[int, Form], said: Concordance, known: Iterable[FormPair]
) -> dict[tuple[int, int], FormPair]:
    """Return projects of one department under two names; *known* pairs say what a department is called now."""
    now: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in known:
        if pair.old is not None and pair.new is not None:
            now[_department(pair.old)][_department(pair.new)] += 1
    heirs = {old: max(sorted(names), key=lambda name: names[name]) for old, names in now.items()}
    waiting: dict[str, list[int]] = defaultdict(list)
    for n, other in right.items():
        waiting[_department(other)].append(n)
    scores: dict[tuple[int, int], float] = {}
    compared = 0
    for o, form in left.items():
        own = _department(form)
        for n in dict.fromkeys((*waiting[own], *waiting[heirs.get(own, own)])) if own else ():
            compared += 1
            if compared > MAX_COMPARED or said.denied("documents", name_key(name_of(form)), name_key(name_of(right[n]))):
                continue
            alike = likeness(_project(form), _project(right[n]), (form.year, right[n].year))
            if alike >= PAIRED:
                scores[o, n] = round(alike, 4)
    return {
        (o, n): FormPair(
            left[o],
            right[n],
            scores[o, n],
            scores[o, n] < CERTAIN,
            Why(f"同一部门，项目名称相似度 {scores[o, n]:.2f}", f"one department, projects alike {scores[o, n]:.2f}"),
        )
        for o, n in best_pairs(scores)
    }


def _department(form: Form) -> str:
    return name_key("" if form.department is None else form.department.value)


def _contents(form: Form) -> frozenset[str]:
    """Return what tells one department's form from another's: its functions, projects and indicators."""
    return frozenset(_pieces(form))


def _pieces(form: Form) -> Iterable[str]:
    for function in form.functions:
        yield "f" + text_key(function.text.value[:_LONGEST], form.year)
    for item in form.funds:
        if item.parent_seq is not None:
            yield "m" + name_key(item.item.value[:_LONGEST], form.year)
    for one in form.indicators:
        if one.level3 is not None:
            yield "i" + name_key(one.level3.value[:_LONGEST], form.year)
