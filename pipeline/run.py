"""Many inputs into one folder: tables, documents, data package, manifest.

The same inputs give the same bytes, whatever their order, the number of workers and how often the run
was killed on the way; only the manifest's seconds differ. Nothing in the folder changes before
everything is ready. What was converted is kept in the store as it comes, and never in memory.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jixiao.deliver.files import Stage, csv_line, read_csv
from jixiao.deliver.package import package_text
from jixiao.deliver.schema import BY_NAME, DRIFT, TABLES, ColumnType
from jixiao.extract.errors import DocumentError
from jixiao.extract.options import PdfReader
from jixiao.version import __version__

from .drift import Row, drift_of, drift_summary
from .engines import Engine, local
from .folder import (
    HIDDEN,
    MANIFEST,
    PACKAGE,
    WORKBOOK,
    FormLine,
    Line,
    held,
    manifest_line,
    output_error,
    path_from,
    read_manifest,
    remove_stale,
)
from .inputs import Reader, find_inputs
from .packets import JSON, Settings, Status, Work, families_for, unpacked
from .store import Head, Store
from .twice import Twice, asked, worse

FORMATS = ("csv", "json", "parquet", "xlsx")

DRIFT_FILE = f"{DRIFT.name}.csv"
_MANY = 50
"""With so many inputs, what most of them need is loaded before the first."""
_SEVERITY = BY_NAME["findings"].names.index("severity")


class Progress(Protocol):
    """Hears of every input that is done: how many of how many, and how many there are of each status."""

    def __call__(self, done: int, total: int, statuses: Mapping[str, int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: how many inputs of each status and action, and the findings in the tables by severity.

    *drift* has a line (Chinese) for every family and year.
    """

    manifest: Path
    statuses: dict[str, int]
    actions: dict[str, int]
    findings: dict[str, int]
    drift: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """A line per input, sorted by source, as they stand in the manifest now."""
        return tuple(self.each_line())

    def each_line(self) -> Iterator[Line]:
        """Yield `lines` one by one."""
        return read_manifest(self.manifest)

    def exit_status(self, fail_on: str | None = None) -> int:
        """Return 1 if an input was not read whole, 3 if there are findings at or above *fail_on*, else 0."""
        if any(self.statuses.get(status) for status in ("partial", "refused", "failed")):
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
    engine: Engine | None = None,
    pdf_reader: PdfReader = "pdfium",
    retry: bool = False,
) -> Summary:
    """Convert *inputs* (files, folders, zips) into the folder *out*.

    *family* reads everything as that family; *families* is a folder with more of them; without
    *personal* the fields naming persons are left out; *pdf_reader* reads the PDFs. With *retry* inputs that failed, or were
    read in part, are tried again though nothing has changed. *engine* does the work instead of *workers*
    processes of this machine. Raises FamilyError before anything is touched, OutputError if the folder
    cannot be written. What was done before an interrupt or a kill is not done again by the next run.
    """
    with engine or local(workers) as working:
        settings = Settings(families_for(families, family), personal, "json" in formats, pdf_reader)
        endings = [ending for ending in ("csv", "parquet") if ending in formats]
        files = [f"{table.name}.{ending}" for ending in endings for table in TABLES]
        files += [WORKBOOK] if "xlsx" in formats else []
        with held(out, files):
            try:
                stage = Stage(out, out / HIDDEN / "new")
                temp = out / HIDDEN / "tmp"
                shutil.rmtree(temp, ignore_errors=True)
                temp.mkdir()
                store = Store(out / HIDDEN)
                try:
                    job = _Job(out, stage, settings, store, retry=retry)
                    job.convert(inputs, working, temp, progress)
                    working.close()
                    return job.deliver(formats)
                finally:
                    working.close()
                    store.close()
                    stage.clear()
                    shutil.rmtree(temp, ignore_errors=True)
            except (OSError, sqlite3.Error) as error:
                raise output_error(error, out) from error


class _Job:
    """One run: the store of what is known so far, and the files being made."""

    def __init__(self, out: Path, stage: Stage, settings: Settings, store: Store, *, retry: bool) -> None:
        self.out = out
        self.stage = stage
        self.settings = settings
        self.store = store
        self.retry = retry
        self.fingerprint = settings.fingerprint()
        self.statuses: Counter[str] = Counter()
        self.total = 0
        self.progress: Progress | None = None

    def convert(self, inputs: Iterable[Path], engine: Engine, temp: Path, progress: Progress | None) -> None:
        """Bring every input to its result in the store."""
        self.total = self.store.add_inputs(find_inputs(inputs, self.out))
        self.progress = progress
        works = self._works()
        first = next(works, None)
        if first is None:
            return
        engine.prepare(self.settings, temp, warm=self.total >= _MANY)
        for work, packet in engine.convert(_after(first, works)):
            self.store.add(work, self.fingerprint, packet, json_too=self.settings.json)
            self._count(packet.status)

    def _count(self, status: str) -> None:
        self.statuses[status] += 1
        if self.progress is not None:
            self.progress(self.statuses.total(), self.total, self.statuses)

    def _works(self) -> Iterator[Work]:
        """Yield what must be converted; all else comes to its result on the way."""
        with Reader() as reader:
            for key, one in self.store.inputs():
                digest = hashlib.sha256()
                try:
                    for chunk in reader.chunks(one):
                        digest.update(chunk)
                except DocumentError as error:
                    self.store.set_problem(key, error)
                    self._count("refused")
                    continue
                sha256 = digest.hexdigest()
                if self.store.seen(sha256):
                    self.store.set_result(key, sha256)
                    self._count("duplicate")
                    continue
                found = self.store.find(
                    one.source, sha256, self.fingerprint, json_too=self.settings.json, retry=self.retry
                )
                if found is None:
                    self.store.set_result(key, sha256)
                    yield Work(one, sha256, key)
                else:
                    result, carried, status = found
                    self.store.set_result(key, sha256, result, carried=carried)
                    self._count(status)

    def _line(self, head: Head, twice: Twice) -> Line:
        found = head.packet
        status: Status = found["status"]
        again = any(document_id in twice for document_id, _, _ in head.forms)
        return Line(
            source=head.source,
            sha256=head.sha256,
            document_ids=tuple(document_id for document_id, _, _ in head.forms),
            status=worse(status) if again else status,
            action=head.action,
            reason=found["reason"],
            next_step=found["next_step"],
            seconds=found["seconds"] if head.action == "converted" else 0.0,
            version=__version__,
            families=self.settings.families.fingerprint,
            personal=self.settings.personal,
            forms=tuple(FormLine(*form) for form in head.forms),
            detail="" if head.action == "duplicate" else found["detail"],
            path=path_from(head.path, self.out),
        )

    def deliver(self, formats: Sequence[str]) -> Summary:
        """Write every file of *formats*, then move all into the folder, the manifest last."""
        stage, twice = self.stage, Twice(self.store)
        rows = stage.work if "csv" in formats else stage.work.parent / "tmp"
        tables = {table.name: rows / f"{table.name}.csv" for table in TABLES}
        for name, path in tables.items():
            self._write_table(name, path, twice)
        findings = Counter(row[_SEVERITY] for row in read_csv(tables["findings"], BY_NAME["findings"]))

        files = {path.name: path for path in tables.values()} if "csv" in formats else {}
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
            write_workbook(tables, files[WORKBOOK], stage.work.parent / "tmp")
        if self.settings.json:
            self._write_documents(twice)
        drift = self._write_drift()
        files[DRIFT_FILE] = stage.work / DRIFT_FILE
        stage.write(PACKAGE, package_text(files, stored).encode())
        summary = self._write_manifest(twice, dict(findings), drift)

        self.store.begin_delivery()
        stage.move(last=(PACKAGE, MANIFEST))
        self.store.end_delivery()
        remove_stale(self.out, lambda name: name in files or (self.settings.json and self._is_document(name)))
        return summary

    def _write_table(self, name: str, path: Path, twice: Twice) -> None:
        if path.parent == self.stage.work:
            path = self.stage.path(path.name)
        with path.open("wb") as out:
            out.write(csv_line(BY_NAME[name].names).encode())
            for _, part in asked(self.store.parts(name), name, twice):
                out.write(unpacked(part))

    def _write_documents(self, twice: Twice) -> None:
        """Make ready the JSON documents that do not stand in the folder already."""
        for document_id, part in asked(self.store.parts(JSON), JSON, twice):
            name = f"json/{document_id}.json"
            fingerprint = hashlib.blake2b(part, digest_size=16).digest()
            if not (self.store.stands(name, fingerprint) and (self.out / name).is_file()):
                self.stage.write(name, unpacked(part))

    def _is_document(self, name: str) -> bool:
        folder, _, file = name.partition("/")
        return folder == "json" and self.store.has_json(file.removesuffix(".json"))

    def _write_drift(self) -> tuple[str, ...]:
        families = self.settings.families
        with self.stage.path(DRIFT_FILE).open("w", encoding="utf-8", newline="\n") as file:

            def written() -> Iterator[Row]:
                for row in drift_of(self.store, families):
                    file.write(row.text())
                    yield row

            file.write(csv_line(DRIFT.names))
            return tuple(drift_summary(self.store, families, written()))

    def _write_manifest(self, twice: Twice, findings: dict[str, int], drift: tuple[str, ...]) -> Summary:
        statuses: Counter[str] = Counter()
        actions: Counter[str] = Counter()
        with self.stage.path(MANIFEST).open("w", encoding="utf-8", newline="\n") as file:
            for head in self.store.heads():
                line = self._line(head, twice)
                statuses[line.status] += 1
                actions[line.action] += 1
                file.write(manifest_line(line))
        return Summary(self.out / MANIFEST, dict(statuses), dict(actions), findings, drift)


def _after(first: Work, rest: Iterator[Work]) -> Iterator[Work]:
    yield first
    yield from rest
