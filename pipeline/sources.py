"""Where the files lie that forms were read from, and how a page leads to a place in them.

The manifest of a converted folder says which way each file lies from it; folders named by the user are
looked through too. A file is taken for a form's source only if its bytes are the form's: a link that
leads to something else is worse than none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from jixiao.deliver.files import sha256_of
from jixiao.deliver.places import Lines, Source, relative_link
from jixiao.extract.dump.text import read_text
from jixiao.extract.errors import DocumentError
from jixiao.rules.records import Form

from .folder import Line
from .inputs import MAX_BYTES, read_file

_NOT_FOUND = (
    "原文件没有找到，没有链接；可用 --sources 指明它所在的文件夹",
    "the source was not found: no link; name its folder with --sources",
)
_CHANGED = (
    "原文件在读取之后改动过，没有链接",
    "the source has been changed since it was read: no link",
)
_PACKED = (
    "原文件在压缩包里，没有链接；可解压后用 --sources 指明文件夹",
    "the source is inside a zip: no link; unpack it and name the folder with --sources",
)


class Sources:
    """The files of one year's forms: those that the manifest in *folder* names, and those below folders *named*."""

    def __init__(self, folder: Path, lines: Iterable[Line] = (), named: Sequence[Path] = ()) -> None:
        self._folder = Path(os.path.realpath(folder))
        self._paths = {(line.source, line.sha256): line.path for line in lines if line.path}
        self._named = tuple(named)

    def source_of(self, form: Form, page_folder: Path) -> Source:
        """Return how a page in *page_folder* leads to *form*'s source, or why it cannot."""
        why = _NOT_FOUND
        for path in self._candidates(form):
            try:
                if not path.is_file() or path.stat().st_size > MAX_BYTES:
                    continue
                if sha256_of(path) == form.sha256:
                    return _source(path, form, page_folder)
            except OSError:
                continue
            why = _PACKED if path.suffix.lower() == ".zip" else _CHANGED
        return Source(why=why)

    def _candidates(self, form: Form) -> Iterator[Path]:
        """Yield the paths that may be the source's; of those below a named folder also without what it lay in."""
        path = self._paths.get((form.source, form.sha256))
        if path is not None:
            # Both are without links: the way back is that of the names, also from a folder that is gone.
            yield Path(os.path.normpath(self._folder / path))
        parts = PurePosixPath(form.source).parts
        # A source is a way below a folder: one that leads out of it was not written by us.
        if not PurePosixPath(form.source).is_absolute() and ".." not in parts:
            yield from (folder.joinpath(*parts[at:]) for folder in self._named for at in range(len(parts)))


def _source(path: Path, form: Form, page_folder: Path) -> Source:
    try:
        way = Path(os.path.relpath(path.absolute(), page_folder.absolute())).as_posix()
    except ValueError:  # Windows: on another drive
        return Source(why=_NOT_FOUND)
    lines = None
    if form.media == "text":
        try:
            lines = Lines((line.line, line.raw) for line in read_text(read_file(path)).lines)
        except DocumentError:
            lines = None
    return Source(relative_link(way), paged=form.media in ("pdf", "scan"), lines=lines)
