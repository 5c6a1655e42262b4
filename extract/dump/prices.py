"""What it costs that cells of these columns follow one another in a row, begin one, and end one.

The order of the columns is kept; what is left out between two of them is dear or cheap by its kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

FAR = 1e9
_BELOW = ("rest", "late", "none")  # readings of what stands below a page break
_APART = 1.5  # that a label begins without the one it begins with in all other rows


class Prices(NamedTuple):
    """What it costs to go on from column p to column c (*onto*, per p), to begin a row at c, to end one at c."""

    onto: list[list[tuple[int, float]]]
    begins: list[float]
    ends: list[float]


def prices_of(kinds: Sequence[str], together: frozenset[tuple[str, str]] = frozenset(), near: bool = False) -> Prices:
    """Return the prices for columns of *kinds*; *together* are pairs the first of which never begins without the second.

    *near* a page's end the labels of a row may be printed below.
    """
    n = len(kinds)
    has_work = "key_work" in kinds
    targets = [i for i, k in enumerate(kinds) if k == "target"]
    last_target = targets[-1] if targets else n
    begin_by_kind = {"level1": 0.6, "level2": 0.3, "key_work": 1.2, "project": 3.0, "level3": 0.0, "target": 14.0}
    begin_by_kind["only_level2"] = begin_by_kind["level2"]
    begins = [FAR if k in _BELOW else begin_by_kind.get(k, 14.0) for k in kinds]
    for kind, other in (("key_work", "level2"), ("project", "key_work")):
        if (kind, other) in together:
            begins[kinds.index(kind)] += _APART
    ends = []
    for i, kind in enumerate(kinds):
        if kind == "target":
            ends.append(0.0 if i == last_target else 4.5)
        elif kind == "level3":
            ends.append(6.0 if targets else 0.0)
        elif kind == "level2":
            ends.append(FAR)
        elif kind == "only_level2":
            ends.append(3.0)
        elif kind == "rest":
            ends.append(0.5)
        elif kind in _BELOW:
            ends.append(FAR)
        elif kind == "level1":
            ends.append(6.0)
        elif kind == "other":
            ends.append(0.0 if i > last_target else 8.0)
        else:
            ends.append(10.0)
    skips: Mapping[str, float] = {
        "level1": 0.0, "level2": 2.5, "key_work": 1.5, "project": 1.5, "level3": 8.0, "target": 3.0, "other": 0.3,
    }
    price = [[FAR] * n for _ in range(n)]
    for p in range(n):
        for c in range(p + 1, n):
            if "only_level2" in (kinds[p], kinds[c]) or kinds[p] in _BELOW or kinds[c] in _BELOW:
                if kinds[p] == "level1" and kinds[c] == "only_level2":
                    price[p][c] = 0.0
                continue
            between = kinds[p + 1 : c]
            cost = sum(skips.get(k, 1.0) for k in between)
            if has_work and kinds[p] == "key_work" and "project" in between:
                cost += 1.5
            if has_work and kinds[p] == "level1" and "level2" in between:
                cost += 2.5  # where a level 1 begins, so does a level 2
            if kinds[c] == "project" and "key_work" in between:
                cost += 2.0  # a project is there for a piece of work
            if near and kinds[p] == "level2" and "key_work" in between:
                cost -= 0.7
            cost += sum(_APART for k in between if (kinds[p], k) in together or (kinds[c], k) in together)
            price[p][c] = cost
    first = kinds.index("rest") if "rest" in kinds else n
    columns = (n - first) // 2
    for p in range(first, n):
        for c in range(first, n):
            before, here = kinds[(p - first) % columns], kinds[(c - first) % columns]
            apart = kinds[p] == "late" and kinds[c] == "rest" and (before, here) == ("key_work", "project")
            if (p - first) % columns < (c - first) % columns and kinds[c] != "none" and not apart:
                price[p][c] = 0.2
    onto = [[(c, price[p][c]) for c in range(n) if price[p][c] < FAR] for p in range(n)]
    return Prices(onto, begins, ends)
