"""The blocks a table's atoms fall into where lines surely end a row, and the rows that need no weighing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .cell_costs import CellCosts
from .costs import LEADING, ends_in_unit, key_of, looks_like_target


@dataclass(frozen=True, slots=True)
class FoundCell:
    """Atoms *start* to *stop* (exclusive) stand in column *column*.

    *rest*: they go on with that column's cell above, which a page break cut or printed again. *sure*: that the
    cell begins in its row.
    """

    start: int
    stop: int
    column: int
    rest: bool = False
    sure: bool = True


FoundRow = tuple[FoundCell, ...]


class Blocks(CellCosts):
    """Cuts atoms into blocks, each with the end of a row, and reads the plainest of them."""

    def blocks(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Cut atoms *start*–*stop* behind every line that surely ends a row with its values."""
        wanted = len(self.target_columns)
        out: list[tuple[int, int]] = []
        begin = start
        line_start = start
        for i in range(start, stop):
            if self.atoms[i].first:
                line_start = i
            if not (self.atoms[i].last or i + 1 == stop):
                continue
            if i + 1 < stop and self.atoms[i + 1].turn:
                continue
            if wanted and i + 1 - line_start >= wanted and self._surely_ends(i + 1 - wanted, i + 1, stop):
                out.append((begin, i + 1))
                begin = i + 1
        if begin < stop:
            out.append((begin, stop))
        return out

    def _surely_ends(self, first: int, end: int, stop: int) -> bool:
        """Tell whether atoms *first*–*end*, the last of a line, are a row's values and the last of them whole."""
        if min(self.values[first:end]) < 0.9:
            return False
        if end >= stop:
            return True
        # 2023年12月2 / 日前, 不低于2103 / 人: the next line may be the rest of the value.
        rest = self.texts[end]
        if rest[0] in LEADING:
            return False
        beyond = end + len(self.target_columns)
        if beyond < stop and self.atoms[beyond].line == self.atoms[end].line:
            return True  # more cells on a line than values that may go on
        if len(rest) > 8 or self._is_label[end] or looks_like_target(self.texts[end - 1] + rest) < 0.9:
            return True
        if ends_in_unit(self.texts[end - 1] + rest, rest):
            return False
        return max(looks_like_target("1" + rest), looks_like_target("1月" + rest)) < 0.5

    def _plain_row(self, lo: int, hi: int) -> FoundRow | None:
        """Return the row of a block that needs no weighing: known level labels, then a name and its values on one line."""
        wanted = len(self.target_columns)
        name = hi - wanted - 1
        if wanted == 0 or name < lo or not self.atoms[hi - 1].last:
            return None
        if self.atoms[name].line != self.atoms[hi - 1].line or min(self.values[name + 1 : hi]) < 0.9:
            return None
        if self._is_label[name] or self._of_value[name] or self.texts[name][0] in LEADING:
            return None
        columns = len(self.columns)
        if columns - 1 <= hi - lo <= columns and self.atoms[lo].first and self.atoms[lo].line == self.atoms[hi - 1].line:
            # As many cells on one line as there are columns, or all but the level 1 that goes on.
            if key_of(self.texts[lo]) in self.evidence.level1 and hi - lo < columns:
                return None
            return tuple(FoundCell(lo + k, lo + k + 1, columns - hi + lo + k) for k in range(hi - lo))
        labels: list[FoundCell] = []
        if name > lo:
            if "key_work" in self.kinds or name - lo > 2 or any(self.atoms[i].turn for i in range(lo + 1, hi)):
                return None
            if "level1" not in self.kinds or "level2" not in self.kinds:
                return None
            keys = [key_of(t) for t in self.texts[lo:name]]
            levels = (self.evidence.level1, self.evidence.level2)
            if len(keys) == 1 and keys[0] in levels[1]:
                labels = [FoundCell(lo, name, self.kinds.index("level2"))]
            elif len(keys) == 2 and keys[0] in levels[0] and keys[1] in levels[1]:
                labels = [FoundCell(lo + k, lo + k + 1, self.kinds.index(f"level{k + 1}")) for k in (0, 1)]
            else:
                return None
        elif not self.atoms[name].first:
            return None
        return (
            *labels,
            FoundCell(name, name + 1, self.kinds.index("level3")),
            *(FoundCell(name + 1 + k, name + 2 + k, c) for k, c in enumerate(self.target_columns)),
        )

    def _measure(self, blocks: Sequence[tuple[int, int]]) -> None:
        """Take the widths that are sure: a level 2 on one line; the last line of a block is a name (or its end) and its values.

        What stands on one line fits its column, so the column is at least as wide.
        """
        if not self.target_columns:
            return
        own = self.evidence.level2 - self.evidence.level1
        if self._level2 is not None:
            wide = [self.narrow[i] for i, text in enumerate(self.texts) if self._is_label[i] and key_of(text) in own]
            self._widest[self._level2] = max(wide, default=0.0)
        columns = [self.kinds.index("level3"), *self.target_columns]
        for _, hi in blocks:
            lo = hi - len(columns)
            if lo < 0 or self.atoms[lo].line != self.atoms[hi - 1].line or min(self.values[lo + 1 : hi]) < 0.9:
                continue
            for i, column in zip(range(lo, hi), columns, strict=True):
                self._widest[column] = max(self._widest.get(column, 0.0), self.narrow[i])
