"""What readers of whatever family take alike from a dump: its lines, and the atoms they are cut into, each made once."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cached_property
from itertools import pairwise
from operator import is_

from jixiao.extract.document import Piece

from .atoms import Atom, atoms_of, close_up, close_values, close_words
from .costs import looks_like_target, may_begin_value
from .habits import Habits
from .marks import mend_marks
from .pages import drop_page_marks
from .text import PlainText

_LONG = 50_000
"""Characters: a form has a tenth of that, and looking through it costs less than listing what stands in it."""


class Lines:
    """The *printed* lines of a dump; *turns* are the indices of those that begin a page. None of it is changed later."""

    def __init__(self, printed: Sequence[Piece], turns: set[int]) -> None:
        self.printed = printed
        self.turns = turns

    @cached_property
    def words(self) -> Sequence[Atom]:
        """The atoms, words that setting drew apart put together."""
        return close_words(close_up(atoms_of(self.printed, self.turns)), may_begin_value)

    @cached_property
    def values(self) -> Sequence[Atom]:
        """The atoms, figures put together with their words too."""
        return close_values(self.words, looks_like_target)

    @cached_property
    def whole(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.printed)

    @cached_property
    def stretches(self) -> Container[str]:
        """Tell, by `in`, whether up to four characters run on somewhere. A long text is not looked through each time."""
        whole = self.whole
        if len(whole) <= _LONG:
            return whole
        return frozenset(whole[i : i + size] for size in range(5) for i in range(len(whole) - size + 1))

    @cached_property
    def habits(self) -> Habits:
        """How words stand in the sentences of the text."""
        return Habits(self.whole)

    @cached_property
    def shattered(self) -> bool:
        """Tell whether words are broken all over, and no break can be relied on.

        Justified text is broken within words, by pdfium with line ends, by pdftotext with spaces.
        """
        alone = [len(line.text) == 1 and not line.text.isascii() for line in self.printed]
        pairs = sum(one and two for one, two in pairwise(alone))
        atoms_alone = sum(len(a.text) == 1 and not a.text.isascii() for a in self.values)
        return pairs >= 4 or atoms_alone >= max(40, len(self.values) // 5)


class Sheet:
    """One form's dump. *lines* are without page marks, which are the *furniture*."""

    def __init__(self, text: PlainText) -> None:
        self.pages = text.pages
        printed, self.furniture, turns = drop_page_marks(text)
        self.lines = Lines(printed, turns)
        self._without: dict[frozenset[int], Lines] = {}

    @cached_property
    def mended(self) -> Lines:
        """The lines with signs in the places that a dumper took them from."""
        printed, turns = mend_marks(self.lines.printed, self.lines.turns)
        same = len(printed) == len(self.lines.printed) and all(map(is_, printed, self.lines.printed))
        return self.lines if same and turns == self.lines.turns else Lines(printed, turns)

    def without(self, gone: frozenset[int]) -> Lines:
        """Return the mended lines but for those of the indices *gone*; a page begins behind one of them."""
        if not gone:
            return self.mended
        found = self._without.get(gone)
        if found is None:
            lines, turns = self.mended.printed, self.mended.turns
            kept = [i for i in range(len(lines)) if i not in gone]
            moved = {n for n, i in enumerate(kept) if i in turns or (i - 1) in gone}
            found = self._without[gone] = Lines([lines[i] for i in kept], moved)
        return found
