"""The public functions: one file read into memory, many converted into a folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.extract.errors import DocumentError
from jixiao.extract.options import Options, PdfReader
from jixiao.pipeline.arguments import formats_of
from jixiao.pipeline.inputs import printable_name, read_file
from jixiao.pipeline.one import Outcome, read_bytes
from jixiao.pipeline.packets import families_for
from jixiao.pipeline.run import Summary, run
from jixiao.rules.records import Finding, Form

if TYPE_CHECKING:
    import pandas

AnyPath = str | PathLike[str]

_DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean", "decimal": "object"}


@dataclass(frozen=True)
class Result:
    """What was read from one file."""

    outcome: Outcome

    @property
    def status(self) -> str:
        """ok, review (there are questions) or partial."""
        return self.outcome.status

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form in the file, as records with raw text and places."""
        return self.outcome.forms

    @property
    def form(self) -> Form:
        """The form, of a file that holds one; ValueError if it holds several."""
        if len(self.forms) != 1:
            raise ValueError(f"文件中有 {len(self.forms)} 张表；请用 forms 逐一取用")
        return self.forms[0]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks ask, for all forms."""
        return self.outcome.findings

    @cached_property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """The tables of the contract as data frames; decimals stay Decimal, blank is <NA> or None."""
        from jixiao.deliver.schema import TABLES

        return {table.name: _frame(table.name, self.outcome) for table in TABLES}


def _frame(name: str, outcome: Outcome) -> pandas.DataFrame:
    import pandas
    from jixiao.deliver.columnar import typed
    from jixiao.deliver.schema import BY_NAME

    rows = outcome.tables[name]
    columns: dict[str, Any] = {}
    for column in BY_NAME[name].columns:
        cells = [typed(column.type, row[column.name]) for row in rows]
        columns[column.name] = pandas.Series(cells, dtype=_DTYPES[column.type])
    return pandas.DataFrame(columns)


def read(
    path: AnyPath,
    *,
    family: str | None = None,
    families: AnyPath | None = None,
    personal: bool = True,
    pdf_reader: PdfReader = "pdfium",
) -> Result:
    """Read the forms in the file *path*; raise DocumentError, with the next step, if it is no form.

    *family* reads it as that family; *families* is a folder with more families; without *personal* names and
    telephone numbers are left out; *pdf_reader* is pdfium or pdfplumber.

    >>> import jixiao
    >>> result = jixiao.read("samples/nantong-keji-2025.txt")  # doctest: +SKIP
    >>> result.tables["indicators"]  # doctest: +SKIP
    """
    folder = None if families is None else Path(families)
    data = read_file(Path(path))
    options = Options(pdf_reader=pdf_reader)
    name = printable_name(Path(path).name)
    outcome = read_bytes(data, name, families_for(folder, family), personal=personal, options=options)
    if not outcome.forms:
        raise DocumentError(outcome.reason, outcome.detail, outcome.next_step)
    return Result(outcome)


def convert(
    inputs: AnyPath | Iterable[AnyPath],
    out: AnyPath = "out",
    *,
    formats: str | Iterable[str] = ("csv", "json"),
    workers: int = 1,
    family: str | None = None,
    families: AnyPath | None = None,
    personal: bool = True,
    pdf_reader: PdfReader = "pdfium",
    retry: bool = False,
) -> Summary:
    """Convert files, folders and zips into the folder *out*, as `jixiao convert` does; return what was done.

    ValueError for a format that is none, and where *inputs* name nothing: the folder would be emptied.
    """
    named = [inputs] if isinstance(inputs, str | PathLike) else list(inputs)
    if not named:
        raise ValueError("没有给出要转换的文件或文件夹")
    return run(
        [Path(path) for path in named],
        Path(out),
        formats=formats_of(formats),
        workers=workers,
        family=family,
        families=None if families is None else Path(families),
        personal=personal,
        pdf_reader=pdf_reader,
        retry=retry,
    )
