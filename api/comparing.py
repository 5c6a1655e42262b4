"""The public function `compare`: one year's forms against another's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.deliver.changes import COLUMNS, Report, change_rows
from jixiao.pipeline.compare import Comparison, read_concordance, read_side, write_comparison
from jixiao.pipeline.compare import compare as compare_sides

if TYPE_CHECKING:
    import pandas

AnyPath = str | PathLike[str]


@dataclass(frozen=True)
class Changes:
    """What changed between two years."""

    comparison: Comparison

    @property
    def reports(self) -> tuple[Report, ...]:
        """One a department: the two forms and their changes, with places and reasons."""
        return self.comparison.reports

    @cached_property
    def table(self) -> pandas.DataFrame:
        """The rows of changes.csv as a data frame of texts; blank is the empty text."""
        import pandas

        rows = [row for report in self.reports for row in change_rows(report)]
        return pandas.DataFrame(rows, columns=list(COLUMNS), dtype="string")


def compare(
    old: AnyPath,
    new: AnyPath,
    out: AnyPath | None = None,
    *,
    concordance: AnyPath | None = None,
    workers: int = 1,
    family: str | None = None,
    families: AnyPath | None = None,
) -> Changes:
    """Compare two inputs of two years, as `jixiao compare` does; write the files into *out* if it is given.

    *old* and *new* are files, folders, zips or converted folders; *concordance* is a reviewed CSV of names.

    >>> import jixiao
    >>> changes = jixiao.compare("samples/years/2024", "samples/years/2025")  # doctest: +SKIP
    >>> changes.table.query("direction == 'loosened'")  # doctest: +SKIP
    """
    known = None if concordance is None else read_concordance(Path(concordance))
    folder = None if families is None else Path(families)
    first, second = (
        read_side(Path(path), workers=workers, family=family, families=folder) for path in (old, new)
    )
    comparison = compare_sides(first, second, known)
    if out is not None:
        write_comparison(comparison, Path(out), (first.sources, second.sources))
    return Changes(comparison)
