"""A text dump as a document: where a further form begins, and which of the two readers reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from jixiao.extract.document import FormReader, Piece, printed
from jixiao.extract.headings import title_key
from jixiao.rules.families import Families, Family, key_of
from jixiao.rules.records import Finding

from .sheet import Sheet
from .text import PlainText, is_layout, read_text

_TITLE_SEARCH = 60
_MAX_TITLE = 80
_THIRD = ("三级指标", "指标名称", "三级绩效指标", "三级指标名称")


@dataclass(frozen=True)
class Dump:
    """A text dump of one file or, after `split`, of one form. *notes* are the findings of whoever made the text."""

    text: PlainText
    media: str = "text"
    partial: bool = False
    notes: tuple[Finding, ...] = ()

    @property
    def pages(self) -> int:
        return self.text.pages

    @property
    def findings(self) -> Sequence[Finding]:
        """A question if the text ends inside a character."""
        lost = self.text.lost
        if not lost:
            return self.notes
        message = f"文件末尾 {lost} 个字节不成字，像是被截断；请核对是否上传完整"
        return (*self.notes, Finding("text_cut_short", "warning", message))

    def split(self, families: Families) -> Sequence[Dump]:
        """Cut a text where a further form begins: a title followed by its own department or project line."""
        text = self.text
        titles, labels = families.titles, families.labels
        starts: list[int] = []
        for i, key in enumerate(self._keys(len(text.lines))):
            if not (key.endswith("表") and "绩效" in key and (any(t in key for t in titles) or len(key) <= 40)):
                continue
            for follower in text.lines[i + 1 : i + 7]:
                label = follower.text.split()[0] if follower.text.split() else ""
                label = label.partition("：")[0].partition(":")[0]
                if labels.get(key_of(label)) in ("department", "project"):
                    if not starts or i - starts[-1] > 8:
                        starts.append(i)
                    break
        if len(starts) < 2:
            starts = self._labelled(labels, "project")
        if len(starts) < 2:
            starts = self._labelled(labels, "department")
        if len(starts) < 2:
            return (self,)
        bounds = [0, *starts[1:], len(text.lines)]
        return tuple(
            replace(self, text=PlainText(text.lines[a:b], text.gaps[a:b], text.pages, text.encoding, text.lost))
            for a, b in pairwise(bounds)
        )

    def _labelled(self, labels: Mapping[str, str], kind: str) -> list[int]:
        """Return the lines at which the name of a project, or department, begins a form, each with a table's header below it."""
        starts: list[int] = []
        headed = True
        for i, line in enumerate(self.text.lines):
            words = line.text.split()
            if len(words) > 1 and labels.get(key_of(words[0])) == kind and headed:
                starts.append(i)
                headed = False
            headed = headed or (len(words) > 2 and any(key_of(word) in _THIRD for word in words))
        return starts if headed else []

    def title_keys(self) -> Sequence[str]:
        return self._keys(_TITLE_SEARCH)

    def _keys(self, count: int) -> list[str]:
        return [title_key(line.text) if len(line.text) <= _MAX_TITLE else "" for line in self.text.lines[:count]]

    def printed(self) -> int:
        return printed(self.text.lines)

    def pieces(self) -> Sequence[Piece]:
        return self.text.lines

    def may_print(self, words: Collection[str]) -> int:
        """Return how many of *words* the text holds; with the layout kept, a word's lines may lie apart: any may be there.

        Else only a page break may part one (中长期 … 目标), so one more is allowed for.
        """
        if self.is_layout:
            return len(words)
        return 1 + sum(word in self.squeezed for word in words)

    @cached_property
    def is_layout(self) -> bool:
        """Tell whether the dump keeps the page's layout with spaces."""
        return is_layout(self.text)

    @cached_property
    def squeezed(self) -> str:
        """The text as one key."""
        return key_of("".join(line.text for line in self.text.lines))

    @cached_property
    def sheet(self) -> Sheet:
        """The lines and atoms that the readers of all families share."""
        return Sheet(self.text)

    def reader(self, family: Family) -> FormReader:
        """Return the reader for the way the text was dumped: with the page's layout, or cell after cell.

        Each is loaded when it is needed: a single file shall not wait for the one it has no use for.
        """
        if self.is_layout:
            from .laid import reader_of as laid_reader_of

            laid = laid_reader_of(self.text, family)
            if laid is not None and not self._says_half_years(family):
                return laid
            from .layout import LayoutReader

            layout = LayoutReader(self.text, family)
            return layout if laid is None or layout.has_half_years else laid
        from .lined import reader_of

        lined = reader_of(self.sheet, family)
        if lined is not None:
            return lined
        from .flat import FlatReader

        return FlatReader(self.sheet, family)

    def _says_half_years(self, family: Family) -> bool:
        """Tell whether the text may hold a column of half-year targets: such a table is read with its form."""
        words = [word for word, said in family.targets.items() if said == ("half_year", "target")]
        return any(word[:2] in self.squeezed for word in words)


def read_dump(data: bytes) -> Dump:
    """Return the dump in the bytes of a text file.

    Raises DocumentError for empty, binary, undecodable and oversized input.
    """
    return Dump(read_text(data))
