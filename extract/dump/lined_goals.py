"""The goals of a flattened dump: a text beside its heading, or two that stood side by side and were run together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jixiao.extract.document import Block, Grid, Piece
from jixiao.extract.sections.words import heading
from jixiao.rules.families import GOALS, Family, key_of

from .atoms import Atom, Words, line_end, line_pieces
from .costs import LEADING
from .grids import GridBuilder, one_row

_ENDS = ("。", "；", "！", ";")
_COUNTED = re.compile(r"(?:目标|任务)?[（(]?(\d{1,2})[)）]?[：:、.．](?!\d)")


class LinedGoals:
    """Lays goals out as grids, with the vocabulary of one family."""

    def __init__(self, atoms: Sequence[Atom], headings: Words, family: Family) -> None:
        self.atoms = atoms
        self.headings = headings
        self.family = family

    def _pieces(self, start: int, stop: int) -> list[Piece]:
        return line_pieces(self.atoms[start:stop])

    def lay(self, start: int, i: int, stop: int) -> list[Block]:
        """Lay the goal in atoms *i*–*stop* beside its heading, which begins at *start*, or two where one place parts them."""
        told = self._on_line(start, i, stop)
        if told is not None:
            return [told]
        names: list[tuple[int, int]] = []
        if i < stop and self._stand_alike(start, i):
            names, start = [(start, i)], i  # 中期目标 beside 年度目标, under no common heading
        k = i
        both = line_end(self.atoms, i, stop) - i == 2 and self._guessed(i)
        while k < stop and len(names) < 2:
            # 目标完成情况 beside a known one is one by the words in it.
            known = heading(key_of(self.atoms[k].text), self.family, guess=both or (bool(names) and not self.atoms[k].first))
            found = self.headings.match(self.atoms, k, stop)
            if known is not None and known.name in GOALS:
                names.append((k, k + 1))  # 中期目标（2024年—2026年）
            elif found is not None and self.family.headings[found[0]] in GOALS:
                names.append((k, found[1]))
            else:
                break
            k = names[-1][1]
        if not names:
            return [one_row([self._pieces(start, i), self._pieces(i, stop)])]
        parts = [self._pieces(k, stop)] if len(names) == 1 else self._parted(k, stop)
        builder = GridBuilder(3)
        first = int(start < i)  # no column for a heading that there is none of
        builder.labels = {0} if first else set()
        lead = [(0, 1, self._pieces(start, i), 1.0)] if first else []
        builder.add([*lead, *((first + n, 1, self._pieces(a, b), 1.0) for n, (a, b) in enumerate(names))])
        if parts is not None:
            builder.add([(first + n, 1, part, 1.0) for n, part in enumerate(parts)])
        return [builder.grid(), *(self._pieces(k, stop) if parts is None else ())]

    def _stand_alike(self, start: int, i: int) -> bool:
        """Tell whether the heading at atoms *start*–*i* and the last word of its line are of goals of two kinds."""
        if self.atoms[i].first or not self.atoms[i].last:
            return False
        kinds = [heading(key_of("".join(a.text for a in self.atoms[a:b])), self.family) for a, b in ((start, i), (i, i + 1))]
        names = {found.name for found in kinds if found is not None}
        return len(names) == len(kinds) and names <= set(GOALS)

    def _on_line(self, start: int, i: int, stop: int) -> Grid | None:
        """Lay goals whose names and texts take turns on one line, 预期目标 办10场 实际完成 办9场; None where they do not."""
        end = line_end(self.atoms, i, stop)
        turns = [self.names(k) for k in range(i, end)]
        own = turns == [True, False] * (len(turns) // 2) and len(turns) > 3
        if end != stop or not (own or turns == [False, True, False]):
            return None
        return one_row([self._pieces(start, i), *(self._pieces(k, k + 1) for k in range(i, end))])

    def _guessed(self, i: int) -> bool:
        """Tell whether atoms *i* and the next are goals of two kinds by the words in them: 实施期总目标 本年度目标."""
        found = [heading(key_of(a.text), self.family, guess=True) for a in self.atoms[i : i + 2]]
        kinds = {f.name for f in found if f is not None}
        return self.atoms[i].first and len(kinds) == len(found) and kinds <= set(GOALS)

    def names(self, i: int) -> bool:
        found = heading(key_of(self.atoms[i].text), self.family)
        return found is not None and found.name in GOALS

    def _parted(self, start: int, stop: int) -> list[list[Piece]] | None:
        """Return two texts that stand side by side, or None where not one place alone can part them.

        That is where what is numbered begins with its first number again, white space on a line behind the end of a
        sentence, else the end of a sentence and of a line.
        """
        atoms = self.atoms
        if stop - start == 2 and not atoms[start + 1].first:
            return [self._pieces(start, start + 1), self._pieces(start + 1, stop)]
        again = _counted_again([a.text for a in atoms[start:stop]])
        if again:
            return [self._pieces(start, start + again), self._pieces(start + again, stop)]
        ends = [
            n
            for n in range(start + 1, stop)
            if atoms[n - 1].text.endswith(_ENDS) and atoms[n].text[0] not in LEADING
        ]
        within = [n for n in ends if not atoms[n].first]
        cuts = within or ends
        if len(cuts) != 1 or not atoms[stop - 1].text.endswith(_ENDS):
            return None
        return [self._pieces(start, cuts[0]), self._pieces(cuts[0], stop)]


def _counted_again(texts: Sequence[str]) -> int:
    """Return the index of the text with which a count from one begins again, or 0.

    What is counted runs on by ones before and behind it: two texts side by side whose lines take turns do not.

    >>> _counted_again(["目标1：修路；", "目标2：架桥。", "目标1：已修", "路。"])
    2
    >>> _counted_again(["1.修路", "1.已修路", "2.架桥", "2.已架桥"])
    0
    """
    marks = [(n, int(found[1])) for n, text in enumerate(texts) if (found := _COUNTED.match(text)) is not None]
    firsts = [k for k, (_, number) in enumerate(marks) if number == 1]
    if len(firsts) != 2 or firsts[0] != 0 or marks[0][0] != 0:
        return 0
    again = firsts[1]
    left, right = [number for _, number in marks[:again]], [number for _, number in marks[again:]]
    if left != list(range(1, len(left) + 1)) or right != list(range(1, len(right) + 1)):
        return 0
    return marks[again][0]
