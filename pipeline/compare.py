"""Two inputs of two years into a folder: changes.csv, changes.json, changes.html, and a page a department.

An input that is no converted folder is converted into a temporary one first, so that both ways go through
the same tables and give the same changes.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jixiao.deliver.changes import (
    Report,
    changes_csv,
    changes_json,
    draft_concordance,
    report_of,
    summary_csv,
)
from jixiao.deliver.changes_index import index_html
from jixiao.deliver.changes_input import TablesError, form_of
from jixiao.deliver.changes_page import changes_html
from jixiao.deliver.columnar import read_parquet
from jixiao.deliver.files import Stage, read_csv, write_carefully
from jixiao.deliver.places import Source
from jixiao.deliver.schema import TABLES
from jixiao.deliver.tables import Row
from jixiao.extract.errors import system_said
from jixiao.rules.compare.change import Change
from jixiao.rules.compare.concordance import Concordance, ConcordanceError, parse_concordance
from jixiao.rules.compare.departments import pair_forms
from jixiao.rules.compare.forms import compare_forms
from jixiao.rules.records import Form

from .folder import HIDDEN, MANIFEST, PACKAGE, Line, held, output_error, read_manifest
from .run import run
from .sources import Sources

MAX_CONCORDANCE = 64 * 1024 * 1024
_PAGES = "departments"
_PAGE = re.compile(r"[0-9a-f]{16}(-[0-9]{1,6})?\.html")
_WRITTEN = ("changes.csv", "changes.json", "changes.html", "summary.csv")
Progress = Callable[[int, int], None]


class InputError(Exception):
    """An input there is nothing to compare in; the message says which and what to do."""


@dataclass(frozen=True)
class Side:
    """The forms of one year, where their files lie, and the inputs that could not be read whole."""

    forms: tuple[Form, ...]
    sources: Sources
    bad: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What was compared: a report a department, forms left aside for a later year's, inputs that could not be read."""

    reports: tuple[Report, ...]
    left_aside: tuple[Form, ...] = ()
    bad: tuple[Line, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        """How many changes there are of every kind and direction, over all departments."""
        counted: Counter[str] = Counter()
        for report in self.reports:
            counted.update(report.counted())
        return counted


def read_side(
    path: Path,
    *,
    workers: int = 1,
    family: str | None = None,
    families: Path | None = None,
    sources: Sequence[Path] = (),
) -> Side:
    """Return the forms in *path*: a file, a folder, a zip, or a converted folder (one with a datapackage.json).

    *sources* are folders in which the files may lie that a converted folder was made from.
    """
    if (path / PACKAGE).is_file():
        return Side(_converted(path), Sources(path, _manifest(path), sources))
    if not path.exists():
        raise InputError(f"{path} 不存在；请核对路径")
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        summary = run(
            [path], Path(folder), formats=("csv",), workers=workers, family=family, families=families
        )
        forms = _converted(Path(folder))
        lines = tuple(summary.lines)
        bad = tuple(line for line in lines if line.status in ("partial", "refused", "failed"))
        return Side(forms, Sources(Path(folder), lines, sources), bad)


def _manifest(folder: Path) -> list[Line]:
    """Return the lines of a converted folder's manifest; none where it has none that can be read."""
    try:
        return list(read_manifest(folder / MANIFEST))
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _converted(folder: Path) -> tuple[Form, ...]:
    """Return the forms of a converted folder, by source."""
    return tuple(sorted(_forms(folder), key=lambda form: (form.source, form.document_id)))


def _forms(folder: Path) -> Iterator[Form]:
    by_form: dict[str, dict[str, list[Row]]] = {}
    for table in TABLES:
        paths = [folder / f"{table.name}{ending}" for ending in (".csv", ".parquet")]
        path = next((path for path in paths if path.is_file()), None)
        if path is None:
            raise InputError(f"{folder} 中没有 {table.name}.csv；请用 jixiao convert 重新转换（--format 含 csv 或 parquet）")
        try:
            for cells in read_csv(path, table) if path.suffix == ".csv" else read_parquet(path, table):
                row = dict(zip(table.names, cells, strict=True))
                by_form.setdefault(row["document_id"], {}).setdefault(table.name, []).append(row)
        except (ValueError, OSError) as error:
            raise InputError(f"{path} 读不出：{error}；请用本版本的 jixiao convert 重新转换") from error
    for document_id, tables in by_form.items():
        if "documents" not in tables:
            raise InputError(f"{folder}/documents.csv 中没有 {document_id}；请重新转换")
        try:
            yield form_of(tables)
        except TablesError as error:
            raise InputError(f"{folder} 中 {document_id} 的表不完整：{error}；请重新转换") from error


def compare(
    old: Side, new: Side, known: Concordance | None = None, progress: Progress | None = None
) -> Comparison:
    """Return what changed from *old* to *new*, department by department."""
    said = Concordance() if known is None else known
    pairing = pair_forms(old.forms, new.forms, said)
    reports = []
    for done, pair in enumerate(pairing.pairs, 1):
        changes: tuple[Change, ...] = ()
        if pair.old is not None and pair.new is not None:
            changes = compare_forms(pair.old, pair.new, said.of_department(pair.department))
        reports.append(report_of(pair, changes))
        if progress is not None:
            progress(done, len(pairing.pairs))
    return Comparison(tuple(reports), pairing.left_aside, (*old.bad, *new.bad))


def read_concordance(path: Path) -> Concordance:
    """Return the concordance in the file *path*; ConcordanceError if it is none."""
    try:
        if path.stat().st_size > MAX_CONCORDANCE:
            raise ConcordanceError(f"{path} 太大；请只留要用的行")
        data = path.read_bytes()
    except OSError as error:
        raise ConcordanceError(f"{path} 读不出：{system_said(error)}；请核对路径") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return parse_concordance(data.decode(encoding), path.name)
        except UnicodeDecodeError:
            continue
    raise ConcordanceError(f"{path} 的编码不能识别；请另存为 UTF-8 的 CSV")


def write_concordance(comparison: Comparison, path: Path, known: Concordance | None = None) -> None:
    """Write a concordance to review to *path*; what it or *known* says already is kept. With a BOM, for Excel."""
    reviewed = [] if known is None else list(known.lines)
    if path.exists():
        there = {(line.table, line.old_name, line.new_name) for line in reviewed}
        before = read_concordance(path).lines
        reviewed += [line for line in before if (line.table, line.old_name, line.new_name) not in there]
    text = draft_concordance(comparison.reports, reviewed)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_carefully(path, b"\xef\xbb\xbf" + text.encode())
    except OSError as error:
        raise output_error(error, path) from error


def write_comparison(
    comparison: Comparison, out: Path, sources: tuple[Sources, Sources] | None = None
) -> None:
    """Write the files of *comparison* into the folder *out*, all or none; *sources* are linked to.

    One department: changes.html is its page. Several: changes.html is the index, each has a page of its own.
    """
    with held(out, _WRITTEN):
        try:
            stage = Stage(out, out / HIDDEN / "new")
            try:
                names = _stage(comparison, stage, out, sources)
                stage.move()
                _remove_stale(out, names)
            finally:
                stage.clear()
        except OSError as error:
            raise output_error(error, out) from error


def _stage(
    comparison: Comparison, stage: Stage, out: Path, sources: tuple[Sources, Sources] | None
) -> set[str]:
    reports = comparison.reports
    stage.write("changes.csv", changes_csv(reports).encode())
    stage.write("changes.json", changes_json(reports).encode())
    stage.write("summary.csv", summary_csv(reports).encode())
    if len(reports) == 1:
        stage.write("changes.html", changes_html(reports[0], _lies(reports[0], out, sources)).encode())
        return set()
    names = []
    for report in reports:
        old, new = report.document_ids
        name = f"{_PAGES}/{new or old}.html"
        names.append(name)
        stage.write(name, changes_html(report, _lies(report, out / _PAGES, sources)).encode())
    stage.write("changes.html", index_html(reports, names).encode())
    return set(names)


def _lies(
    report: Report, page_folder: Path, sources: tuple[Sources, Sources] | None
) -> tuple[Source, Source]:
    """Return where the files of the report's forms lie, seen from *page_folder*."""
    forms = report.pair.old, report.pair.new
    old, new = (
        Source() if form is None or sources is None else sources[side].source_of(form, page_folder)
        for side, form in enumerate(forms)
    )
    return old, new


def _remove_stale(out: Path, names: set[str]) -> None:
    """Remove the pages of departments that an earlier run wrote and this one did not."""
    folder = out / _PAGES
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if _PAGE.fullmatch(path.name) and f"{_PAGES}/{path.name}" not in names:
            path.unlink(missing_ok=True)
