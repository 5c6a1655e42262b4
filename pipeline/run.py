"""Many inputs into one folder: tables, documents, data package, manifest.

The same inputs give the same bytes, whatever their order and the number of workers; only the
manifest's seconds differ. Nothing in the folder changes before everything is ready.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jixiao.deliver.files import Spool, Stage, csv_line, read_csv
from jixiao.deliver.package import package_text
from jixiao.deliver.schema import BY_NAME, TABLES, ColumnType
from jixiao.extract.errors import DocumentError
from jixiao.version import __version__

from .folder import (
    HIDDEN,
    MANIFEST,
    PACKAGE,
    STATE,
    WORKBOOK,
    FormLine,
    Line,
    Previous,
    held,
    manifest_text,
    output_error,
    read_previous,
    remove_stale,
    state_text,
)
from .inputs import Input, Reader, list_inputs
from .one import refused
from .pool import Converter, Packet, Settings, Work, convert, convert_all, families_for, packet_of

FORMATS = ("csv", "json", "parquet", "xlsx")
Progress = Callable[[int, int], None]

_SENT = 1024 * 1024
"""A file up to this size is sent to the worker with its bytes; a larger one the worker reads again."""
_SEVERITY = BY_NAME["findings"].names.index("severity")
_TRY_AGAIN = frozenset({"missing_extra", "internal_error"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: a line per input, sorted by source, and the findings in the tables by severity."""

    lines: tuple[Line, ...]
    findings: dict[str, int]

    def exit_status(self, fail_on: str | None = None) -> int:
        """Return 1 if an input was not read whole, 3 if there are findings at or above *fail_on*, else 0."""
        if any(line.status in ("partial", "refused", "failed") for line in self.lines):
            return 1
        severities = {None: (), "error": ("error",), "warning": ("error", "warning")}[fail_on]
        return 3 if any(self.findings.get(severity) for severity in severities) else 0


def run(
    inputs: Iterable[Path],
    out: Path,
    *,
    formats: Sequence[str] = ("csv", "json"),
    workers: int = 1,
    family: str | None = None,
    families: Path | None = None,
    personal: bool = True,
    progress: Progress | None = None,
    converter: Converter = convert,
) -> Summary:
    """Convert *inputs* (files, folders, zips) into the folder *out*.

    *family* reads everything as that family; *families* is a folder with more of them; without
    *personal* the fields naming persons are left out. Raises FamilyError before anything is touched,
    OutputError if the folder cannot be written.
    """
    settings = Settings(families_for(families, family), personal, "json" in formats)
    endings = [ending for ending in ("csv", "parquet") if ending in formats]
    files = [f"{table.name}.{ending}" for ending in endings for table in TABLES]
    files += [WORKBOOK] if "xlsx" in formats else []
    with held(out, files):
        try:
            stage = Stage(out, out / HIDDEN / "new")
            try:
                job = _Job(out, stage, settings, list_inputs(inputs, out))
                job.convert(workers, progress, converter)
                return job.deliver(formats)
            finally:
                stage.clear()
        except OSError as error:
            raise output_error(error, out) from error


class _Job:
    """One run: the inputs, what is known of each so far, and the files being made."""

    def __init__(self, out: Path, stage: Stage, settings: Settings, inputs: list[Input]) -> None:
        self.out = out
        self.stage = stage
        self.settings = settings
        self.inputs = inputs
        self.previous = read_previous(out)
        self.lines: dict[int, Line] = {}
        self.first: dict[str, int] = {}
        self.duplicates: list[tuple[int, str]] = []
        self.documents: dict[str, Path] = {}
        self.kept: set[str] = set()
        self.spool = Spool(stage.work / "spool")

    def convert(self, workers: int, progress: Progress | None, converter: Converter) -> None:
        """Bring every input to its line, and the rows of all forms into the spool."""
        total = len(self.inputs)
        packets = convert_all(self._works(), total, self.settings, workers, converter)
        for done, (work, packet) in enumerate(packets, 1):
            self._take(work, packet)
            if progress is not None:
                progress(done, total)
        for index, sha256 in self.duplicates:
            first = self.lines[self.first[sha256]]
            self.lines[index] = replace(
                first, source=self.inputs[index].source, action="duplicate", seconds=0.0, detail=""
            )
        self._carry_over(self.previous)

    def _works(self) -> Iterator[Work]:
        """Yield what must be converted; lines for all else are made on the way."""
        with Reader() as reader:
            for index, one in enumerate(self.inputs):
                try:
                    data = reader.read(one)
                except DocumentError as error:
                    self.lines[index] = self._line(one.source, "", packet_of(refused(error, one.source)))
                    continue
                sha256 = hashlib.sha256(data).hexdigest()
                if sha256 in self.first:
                    self.duplicates.append((index, sha256))
                    continue
                self.first[sha256] = index
                line = self.previous.lines.get((one.source, sha256))
                if line is not None and self._stands(line):
                    self.lines[index] = replace(line, action="unchanged", seconds=0.0)
                    self.kept.update(line.document_ids)
                    if self.settings.json:
                        self.documents |= {name: self.out / name for name in _json_names(line)}
                else:
                    yield Work(one, sha256, data if one.members or len(data) <= _SENT else None)

    def _stands(self, line: Line) -> bool:
        """Say whether what the run before made of an input is what this one would make of it."""
        return (
            line.families == self.settings.families.fingerprint
            and line.personal == self.settings.personal
            and line.reason not in _TRY_AGAIN
            and (not self.settings.json or all((self.out / name).is_file() for name in _json_names(line)))
        )

    def _take(self, work: Work, packet: Packet) -> None:
        for form in packet.forms:
            for table, text in form.tables.items():
                self.spool.add(form.document_id, table, text)
            if self.settings.json:
                name = f"json/{form.document_id}.json"
                self.stage.write(name, form.json.encode())
                self.documents[name] = self.stage.work / name
        self.lines[self.first[work.sha256]] = self._line(work.one.source, work.sha256, packet)

    def _line(self, source: str, sha256: str, packet: Packet) -> Line:
        return Line(
            source=source,
            sha256=sha256,
            document_ids=tuple(form.document_id for form in packet.forms),
            status=packet.status,
            action="converted",
            reason=packet.reason,
            next_step=packet.next_step,
            seconds=packet.seconds,
            version=__version__,
            families=self.settings.families.fingerprint,
            personal=self.settings.personal,
            forms=tuple(FormLine(form.document_id, form.form, form.why) for form in packet.forms),
            detail=packet.detail,
        )

    def _carry_over(self, previous: Previous) -> None:
        if self.kept:
            for name, path in previous.tables.items():
                for row in read_csv(path, BY_NAME[name]):
                    if row[0] in self.kept:
                        self.spool.add(row[0], name, csv_line(row))

    def deliver(self, formats: Sequence[str]) -> Summary:
        """Write every file of *formats*, then move all into the folder, the manifest last."""
        stage = self.stage
        shown = "" if "csv" in formats else f"{HIDDEN}/"
        names = {table.name: f"{shown}{table.name}.csv" for table in TABLES}
        tables = {table: stage.path(name) for table, name in names.items()}
        for name, path in tables.items():
            self.spool.write(BY_NAME[name], path)
        self.spool.close()
        (stage.work / "spool").unlink()

        files = {names[table]: path for table, path in tables.items()} if "csv" in formats else {}
        stored: dict[str, dict[str, ColumnType]] = {}
        if "parquet" in formats:
            from jixiao.deliver.columnar import write_parquet

            for table in TABLES:
                name = f"{table.name}.parquet"
                files[name] = stage.path(name)
                stored[name] = write_parquet(tables[table.name], table, files[name])
        if "xlsx" in formats:
            from jixiao.deliver.workbook import write_workbook

            files[WORKBOOK] = stage.path(WORKBOOK)
            write_workbook(tables, files[WORKBOOK], stage.work)
        files |= dict(sorted(self.documents.items()))
        findings = Counter(row[_SEVERITY] for row in read_csv(tables["findings"], BY_NAME["findings"]))
        lines = tuple(self.lines[index] for index in range(len(self.inputs)))

        stage.write(PACKAGE, package_text(files, stored).encode())
        stage.write(MANIFEST, manifest_text(lines).encode())
        stage.write(STATE, state_text(lines, tables, names).encode())
        (self.out / STATE).unlink(missing_ok=True)  # from here to the end nothing is to be carried over
        stage.move(last=(PACKAGE, STATE, MANIFEST))
        remove_stale(self.out, {*files, *names.values()})
        return Summary(lines, dict(findings))


def _json_names(line: Line) -> list[str]:
    return [f"json/{document_id}.json" for document_id in line.document_ids]
