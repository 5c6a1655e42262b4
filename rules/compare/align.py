"""Which row of one year is which row of the other.

Rows of the same name are one thing; where several have it, place, project and values say which is which.
The others are paired by how alike their names are, which what stands beside the names can strengthen or
weaken a little, so that the sum over all pairs is greatest. Nothing here knows what table the rows are of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .change import NO_WHY, Why
from .concordance import Concordance
from .names import likeness, name_key

PAIRED = 0.5
"""Two rows at least so alike are one thing."""
CERTAIN = 0.72
"""Below this a pair is a threshold case: to be looked at."""
_MUCH_LONGER = 0.5
"""A name that is no longer than so much of the other may be of something else: 公厕数量, 星级公厕改造数量."""
NEAR = 0.42
"""Names less alike are never one thing, whatever stands beside them."""
MAX_COMPARED = 60_000
"""Pairs of names compared in one table: forms have some hundred rows, a hostile one any number."""
_MAX_ASSIGNED = 120
"""Rows of one block that are assigned optimally; a larger block is paired greedily, the best first."""
_AGREES = 0.05
_DIFFERS = -0.04
_OTHER_UNIT = -0.12
_MAX_PARTS = 12
_LONGEST_QUALIFIER = 8
SAID = Why("对照表指定", "set by the concordance")
"""Why a pair that a reviewer named is one."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a row for pairing it. *place* is where it stands (level labels, parent), *index* from 0.

    *facts* are the cells beside the name that should agree (project, key work, targets as printed), each
    under its label; an empty one says nothing. *unit* is what the values are of. *number* is the
    full-year value, for parts that add up.
    """

    index: int
    name: str
    year: int | None
    place: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    number: Decimal | None = None

    @property
    def key(self) -> str:
        """The name without formatting, numbering and its own year."""
        return name_key(self.name, self.year)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that are one thing."""

    old: int
    new: int
    likeness: float = 1.0
    uncertain: bool = False
    why: Why = NO_WHY


@dataclass(frozen=True, slots=True)
class Parts:
    """A row of one year (*whole*) that is several rows (*parts*) of the other."""

    whole: int
    parts: tuple[int, ...]
    likeness: float
    uncertain: bool
    why: Why


@dataclass(frozen=True, slots=True)
class Nearest:
    """The row of the other year most like one that has no partner."""

    index: int
    likeness: float


@dataclass(frozen=True)
class Alignment:
    """Every row of both years: in one pair, in a split, in a merge, or without partner (with the nearest)."""

    pairs: tuple[Pair, ...] = ()
    splits: tuple[Parts, ...] = ()
    merges: tuple[Parts, ...] = ()
    dropped: dict[int, Nearest | None] = field(default_factory=dict)
    added: dict[int, Nearest | None] = field(default_factory=dict)

    def partner_of_old(self) -> dict[int, int]:
        """Return the new row of every paired old one."""
        return {pair.old: pair.new for pair in self.pairs}


def align(old: Sequence[Row], new: Sequence[Row], known: Concordance, table: str) -> Alignment:
    """Return which row of *old* is which of *new*. *known* overrides: a pair it names is one, one it denies is none."""
    left, right = {row.index: row for row in old}, {row.index: row for row in new}
    pairs: list[Pair] = []

    def take(found: Iterable[Pair]) -> None:
        for pair in found:
            if pair.old in left and pair.new in right:
                pairs.append(pair)
                del left[pair.old], right[pair.new]

    take(_said(left, right, known, table))
    take(_same_names(left, right, known, table))
    # Before and after the rest: a row in parts is not to lose a part to another row, nor a part its row.
    splits = _parts(pairs, left, right, old, new, turned=False)
    merges = _parts(pairs, right, left, new, old, turned=True)
    scores, others = _scored(left, right, known, table)
    take(_assigned(scores))
    splits += _parts(pairs, left, right, old, new, turned=False)
    merges += _parts(pairs, right, left, new, old, turned=True)
    nearest_old: dict[int, Nearest | None] = dict.fromkeys(left)
    nearest_new: dict[int, Nearest | None] = dict.fromkeys(right)
    for (o, n), score in sorted({**others, **{key: pair.likeness for key, pair in scores.items()}}.items()):
        if o in left and n in right:
            for nearest, at, other in ((nearest_old, o, n), (nearest_new, n, o)):
                best = nearest[at]
                if best is None or score > best.likeness:
                    nearest[at] = Nearest(other, score)
    pairs.sort(key=lambda pair: (pair.old, pair.new))
    return Alignment(tuple(pairs), tuple(splits), tuple(merges), nearest_old, nearest_new)


def _said(left: dict[int, Row], right: dict[int, Row], known: Concordance, table: str) -> list[Pair]:
    if not known:
        return []
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in right.values():
        by_name[name_key(row.name)].append(row)
    found = []
    for row in left.values():
        for name in known.partners(table, name_key(row.name)):
            for other in by_name.get(name, ()):
                found.append((-_context(row, other)[0], row.index, other.index))
    return [Pair(o, n, 1.0, False, SAID) for _, o, n in sorted(found)]


def _same_names(left: dict[int, Row], right: dict[int, Row], known: Concordance, table: str) -> list[Pair]:
    """Return the pairs of one name; of several rows of a name those that agree most in all else."""
    groups: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in left.values():
        groups[row.key][0].append(row)
    for row in right.values():
        groups[row.key][1].append(row)
    found: list[Pair] = []
    for olds, news in groups.values():
        if not olds or not news or known.denied(table, name_key(olds[0].name), name_key(news[0].name)):
            continue
        if len(olds) == len(news) == 1:
            found.append(_namesakes(olds[0], news[0], alone=True))
            continue
        scores = {
            (o.index, n.index): 1.0 + _context(o, n)[0] - 0.0001 * abs(at - position)
            for at, o in enumerate(olds[:_MAX_ASSIGNED])
            for position, n in enumerate(news[:_MAX_ASSIGNED])
        }
        rows = {row.index: row for row in olds}, {row.index: row for row in news}
        found += [_namesakes(rows[0][o], rows[1][n], alone=False) for o, n in best_pairs(scores)]
    return found


def _namesakes(old: Row, new: Row, *, alone: bool) -> Pair:
    agrees, why = _context(old, new)
    if alone or old.place == new.place or agrees > 0:
        return Pair(old.index, new.index)
    return Pair(old.index, new.index, 1.0, True, Why("同名指标不止一项", "several rows bear this name") + why)


def _scored(
    left: dict[int, Row], right: dict[int, Row], known: Concordance, table: str
) -> tuple[dict[tuple[int, int], Pair], dict[tuple[int, int], float]]:
    """Return the pairs that can be one thing, and how alike the nearly alike others are."""
    found: dict[tuple[int, int], Pair] = {}
    others: dict[tuple[int, int], float] = {}
    for o, n in _worth_comparing(left, right):
        if known.denied(table, name_key(o.name), name_key(n.name)):
            continue
        alike = likeness(o.name, n.name, (o.year, n.year))
        if alike < NEAR:
            continue
        agrees, why = _context(o, n)
        score = min(alike + agrees, 0.99)
        said = Why(f"名称相似度 {alike:.2f}", f"names alike {alike:.2f}") + why
        if score >= PAIRED:
            lengths = sorted((len(o.key), len(n.key)))
            unsure = score < CERTAIN or lengths[0] <= _MUCH_LONGER * lengths[1]
            found[o.index, n.index] = Pair(o.index, n.index, round(score, 4), unsure, said)
        else:
            others[o.index, n.index] = round(score, 4)
    return found, others


def _worth_comparing(left: dict[int, Row], right: dict[int, Row]) -> Iterable[tuple[Row, Row]]:
    """Yield pairs that share two characters in a row, or are short; those in one place first, no more than the limit."""
    by_gram: dict[str, list[Row]] = defaultdict(list)
    for row in right.values():
        for gram in _grams(row.key):
            by_gram[gram].append(row)
    budget = MAX_COMPARED
    for row in left.values():
        seen: dict[int, Row] = {}
        for gram in _grams(row.key):
            for other in by_gram.get(gram, ()):
                seen.setdefault(other.index, other)
                budget -= 1
                if budget <= 0:
                    break
        for other in sorted(seen.values(), key=lambda other: (other.place != row.place, other.index)):
            yield row, other
        if budget <= 0:
            return


def _grams(key: str) -> set[str]:
    key = key[:200]
    return {key[at : at + 2] for at in range(len(key) - 1)} or {key}


def _context(old: Row, new: Row) -> tuple[float, Why]:
    """Return how much what stands beside the names speaks for (more than 0) or against one thing, and what."""
    score = 0.0
    why = NO_WHY
    if old.place and new.place:
        score += _AGREES if old.place == new.place else _DIFFERS
        if old.place == new.place:
            why += Why("位置相同", "same place")
    facts = dict(new.facts)
    for label, value in old.facts:
        other = facts.get(label, "")
        if value and other and value == other:
            score += _AGREES
            why += Why(f"{label}相同", f"same {_ENGLISH.get(label, label)}")
    if old.unit and new.unit and old.unit != new.unit:
        score += _OTHER_UNIT
        why += Why("单位不同", "units differ")
    return max(-0.15, min(0.15, score)), why


_ENGLISH = {
    "项目": "project",
    "重点工作": "key work",
    "指标值": "targets",
    "金额": "amounts",
    "内容": "content",
}


def _assigned(scores: dict[tuple[int, int], Pair]) -> list[Pair]:
    return [scores[key] for key in best_pairs({key: pair.likeness for key, pair in scores.items()})]


def best_pairs(scores: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Return the pairs, no row in two, whose scores add up to most; block by block."""
    found: list[tuple[int, int]] = []
    for olds, news in _blocks(scores):
        if len(olds) == 1 or len(news) == 1 or max(len(olds), len(news)) > _MAX_ASSIGNED:
            found += _greedy({(o, n): scores[o, n] for o in olds for n in news if (o, n) in scores})
            continue
        # Imported here: most tables have no block that needs it.
        from munkres import Munkres

        # Higher likenesses first: a pair far above the limit is worth more than two just at it.
        cost = [[-(scores.get((o, n), 0.0) ** 2) for n in news] for o in olds]
        turned = len(olds) > len(news)
        matrix = [list(column) for column in zip(*cost, strict=True)] if turned else cost
        for row, column in Munkres().compute(matrix):
            o, n = (olds[column], news[row]) if turned else (olds[row], news[column])
            if (o, n) in scores:
                found.append((o, n))
    return sorted(found)


def _greedy(scores: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    olds: set[int] = set()
    news: set[int] = set()
    for (o, n), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if o not in olds and n not in news:
            found.append((o, n))
            olds.add(o)
            news.add(n)
    return found


def _blocks(scores: dict[tuple[int, int], float]) -> list[tuple[list[int], list[int]]]:
    """Return the rows in blocks that no pair joins."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def top(node: tuple[str, int]) -> tuple[str, int]:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for o, n in scores:
        parent[top(("new", n))] = top(("old", o))
    blocks: dict[tuple[str, int], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for o in sorted({o for o, _ in scores}):
        blocks[top(("old", o))][0].append(o)
    for n in sorted({n for _, n in scores}):
        blocks[top(("new", n))][1].append(n)
    return [blocks[key] for key in sorted(blocks)]


class _Names:
    """Rows by the beginning of their names, so that not every row is held against every other."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = sorted(((row.key, row.index, row) for row in rows), key=lambda entry: entry[:2])
        self._keys = [key for key, *_ in self._rows]

    def beginning(self, key: str) -> list[Row]:
        """Return the rows whose names begin with *key*, no more than a row can have parts."""
        found: list[Row] = []
        for at in range(bisect_left(self._keys, key), len(self._keys)):
            if not self._keys[at].startswith(key) or len(found) >= _MAX_PARTS:
                break
            found.append(self._rows[at][2])
        return found


def _parts(
    pairs: list[Pair],
    wholes: dict[int, Row],
    parts: dict[int, Row],
    whole_rows: Sequence[Row],
    part_rows: Sequence[Row],
    *,
    turned: bool,
) -> list[Parts]:
    """Find rows that are in several rows of the other year; take them out of *pairs* and of the rows left.

    A part's name is the whole's with a qualifier at its end (…（一期）, …（二期）) or one of the things the
    whole's name lists (甲和乙经费 → 甲经费, 乙经费). *turned*: the wholes are the new year's, a merge.
    """
    found: list[Parts] = []
    if not parts:
        return found
    by_index = {row.index: row for row in part_rows}
    partner = {(pair.new if turned else pair.old): pair for pair in pairs}
    mates = {at: by_index[pair.old if turned else pair.new] for at, pair in partner.items()}
    names = _Names((*parts.values(), *mates.values()))
    for whole in whole_rows:
        pair, mate = partner.get(whole.index), mates.get(whole.index)
        if pair is None and whole.index not in wholes:
            continue
        if mate is not None and pair is not None and (mate.key == whole.key or pair.why is SAID):
            continue

        def beginning(key: str, whole: Row = whole, mate: Row | None = mate) -> list[Row]:
            rows = names.beginning(key)
            return [row for row in rows if row.place == whole.place and (row.index in parts or row is mate)]

        chosen = _qualified(whole, beginning(whole.key)) or _listed(whole, beginning)
        if len(chosen) < 2 or (mate is not None and mate not in chosen):
            continue
        adds_up = _adds_up(whole, chosen)
        why = Why("名称由一项分为几项" if not turned else "名称由几项并为一项", "the name is in parts")
        if adds_up is not None:
            said = ("各项合计与原数相等", "the parts add up") if adds_up else ("各项合计与原数不等", "the parts do not add up")
            why += Why(*said)
        alike = min(likeness(whole.name, row.name, (whole.year, row.year)) for row in chosen)
        chosen_at = tuple(sorted(row.index for row in chosen))
        found.append(Parts(whole.index, chosen_at, round(alike, 4), adds_up is False, why))
        if pair is not None:
            pairs.remove(pair)
        wholes.pop(whole.index, None)
        for row in chosen:
            parts.pop(row.index, None)
    return found


def _qualified(whole: Row, candidates: Sequence[Row]) -> list[Row]:
    """Return the rows named as *whole* with a qualifier behind; at least two."""
    rows = [row for row in candidates if 0 < len(row.key) - len(whole.key) <= _LONGEST_QUALIFIER]
    return rows if len(rows) > 1 else []


def _listed(whole: Row, beginning: Callable[[str], list[Row]]) -> list[Row]:
    """Return the rows named for the things that *whole* names with 和, 及, 与 or a mark between them."""
    pieces = [name_key(piece) for piece in _split_at_joints(whole.name)]
    if not 2 <= len(pieces) <= _MAX_PARTS or any(len(piece) < 2 for piece in pieces):
        return []
    chosen: list[Row] = []
    stems = [piece if len(piece) < 4 else piece[: max(2, len(piece) - 2)] for piece in pieces]
    named = (*pieces[:-1], stems[-1])
    heads = [pieces[0][:length] for length in range(2, len(pieces[0]) - 1)]
    for at, piece in enumerate(pieces):
        # 村医补助及培训 is 村医补助 and 村医培训 too: what the things share is said once.
        for start in (piece, stems[at], *(head + piece for head in heads if at)):
            # A row that names two of the things is the whole under another name, or another whole.
            fits = [row for row in beginning(start) if row not in chosen and sum(one in row.key for one in named) < 2]
            if len(fits) == 1:
                chosen.append(fits[0])
                break
        else:
            return []
    return chosen


def _split_at_joints(name: str) -> list[str]:
    pieces = [name]
    for joint in "、和及与,，":
        pieces = [part for piece in pieces for part in piece.split(joint)]
    return pieces


def _adds_up(whole: Row, parts: Sequence[Row]) -> bool | None:
    numbers = [row.number for row in parts]
    if whole.number is None or any(number is None for number in numbers):
        return None
    total = sum((number for number in numbers if number is not None), Decimal(0))
    return abs(total - whole.number) <= abs(whole.number) / 100
