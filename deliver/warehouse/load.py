"""A converted folder into the warehouse: what changed is replaced, the rest left alone, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.deliver.schema import BY_NAME
from jixiao.version import __version__

from .engines import Engine, opened
from .errors import WarehouseError
from .source import Source
from .tables import FORMS, RECORDS, REFRESH_SUBMISSIONS, comment_on, create_table, create_views, quoted

if TYPE_CHECKING:
    import pyarrow as pa

_CHANGED, _MEMBERS = "load_changed", "load_present"
_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. *documents* counts those in the folder, *changed* those new or replaced.

    *columns* names columns that were added to a warehouse of an older version; *unfit* the values that
    are too long for the warehouse's numbers and so are blank there.
    """

    documents: int
    changed: int
    removed: int
    columns: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()


def load(out: Path, url: str, *, prune: bool = False) -> Loaded:
    """Load the converted folder *out* into the warehouse at *url*; with *prune* remove what *out* has withdrawn.

    Raises WarehouseError when nothing was done.
    """
    source = Source(out)
    folder = str(out.absolute().resolve())
    with opened(url) as engine:
        added = _prepare(engine)
        if not added and not prune and _is_last(engine, folder, source.fingerprint):
            (count,) = engine.run("SELECT count(*) FROM load_members WHERE folder = %s", (folder,))[0]
            return Loaded(count, 0, 0)
        return _Load(engine, source, folder, prune, added).run()


def _prepare(engine: Engine) -> tuple[str, ...]:
    """Make the tables and views that are missing, add missing columns; return the added columns' names."""
    found = engine.columns()
    strange = next((t.name for t in FORMS if t.name in found and "loads" not in found), None)
    if strange is not None:
        raise WarehouseError(f"{engine.name} 中已有一个不是 jixiao 建的表 {strange}；请换一个库或模式", 1)
    added = []
    made = False
    for table in (*FORMS, *RECORDS):
        have = found.get(table.name)
        if have is None:
            made = True
            for statement in create_table(table, engine.types, engine.foreign_keys):
                engine.run(statement)
            continue
        for column in table.columns:
            if column.name not in have:
                added.append(f"{table.name}.{column.name}")
                engine.run(f"ALTER TABLE {table.name} ADD COLUMN {quoted(column.name)} {engine.types[column.kind]}")
                engine.run(comment_on(table, column))
    if made or added:
        for statement in create_views():
            engine.run(statement)
    engine.commit()
    return tuple(added)


def _is_last(engine: Engine, folder: str, fingerprint: str) -> bool:
    """Tell whether the last load was of the same folder with the same files: then nothing has changed since."""
    rows = engine.run("SELECT folder, fingerprint FROM loads ORDER BY load DESC LIMIT 1")
    return bool(rows) and rows[0] == (folder, fingerprint)


@dataclass(slots=True)
class _Load:
    engine: Engine
    source: Source
    folder: str
    prune: bool
    added: tuple[str, ...]
    digests: dict[str, str] = field(default_factory=dict)

    def run(self) -> Loaded:
        engine = self.engine
        self.digests = self.source.digests()
        known: dict[str, str] = dict(engine.run("SELECT document_id, digest FROM load_digests"))
        changed = {document for document, digest in self.digests.items() if known.get(document) != digest}
        engine.commit()  # no transaction stands open while dlt works
        resources = [(_MEMBERS, self._ids(self.digests))] if self.digests else []
        staged = []
        if changed:
            resources.append((_CHANGED, self._ids(changed)))
            for table in FORMS:
                rows = self.source.batches(BY_NAME[table.name], changed)
                first = next(rows, None)
                if first is not None:
                    staged.append(table)
                    resources.append((table.name, _again(first, rows)))
        stage = engine.stage(resources) if resources else ""
        number = self._next_load()
        removed = self._members(stage, number) if stage else self._withdrawn_all()
        gone = f"SELECT document_id FROM {stage}.{_CHANGED}" if changed else ""
        for table in reversed(FORMS):
            if changed:
                engine.run(f"DELETE FROM {table.name} WHERE document_id IN ({gone})")
            if removed:
                engine.run(f"DELETE FROM {table.name} WHERE document_id NOT IN (SELECT document_id FROM load_members)")
        for table in staged:
            columns = [(c.name, c.kind) for c in table.columns]
            names = ", ".join(map(quoted, table.names))
            engine.run(f"INSERT INTO {table.name} ({names}) SELECT {engine.moved(columns)} FROM {stage}.{table.name}")
        self._digests(stage, changed, removed)
        for statement in REFRESH_SUBMISSIONS:
            engine.run(statement)
        values = (number, self.folder, self.source.fingerprint, __version__, len(self.digests), len(changed), removed)
        engine.run(
            "INSERT INTO loads (load, folder, fingerprint, version, loaded_at, documents, changed, removed)"
            " VALUES (%s, %s, %s, %s, now(), %s, %s, %s)",
            values,
        )
        engine.commit()
        return Loaded(len(self.digests), len(changed), removed, self.added, tuple(self.source.unfit))

    def _next_load(self) -> int:
        (number,) = self.engine.run("SELECT coalesce(max(load), 0) + 1 FROM loads")[0]
        return int(number)

    def _members(self, stage: str, number: int) -> int:
        """Note which documents the folder holds now; return how many documents no folder holds any more."""
        run = self.engine.run
        present = f"SELECT document_id FROM {stage}.{_MEMBERS}"
        run(f"UPDATE load_members SET last_load = %s WHERE folder = %s AND document_id IN ({present})", (number, self.folder))
        run(
            "INSERT INTO load_members (folder, document_id, first_load, last_load)"
            f" SELECT %s, document_id, %s, %s FROM {stage}.{_MEMBERS} WHERE document_id NOT IN"
            " (SELECT document_id FROM load_members WHERE folder = %s)",
            (self.folder, number, number, self.folder),
        )
        if not self.prune:
            return 0
        run(f"DELETE FROM load_members WHERE folder = %s AND document_id NOT IN ({present})", (self.folder,))
        return self._orphans()

    def _withdrawn_all(self) -> int:
        """Take an empty folder's documents out, if asked to."""
        if not self.prune:
            return 0
        self.engine.run("DELETE FROM load_members WHERE folder = %s", (self.folder,))
        return self._orphans()

    def _orphans(self) -> int:
        query = "SELECT count(*) FROM documents WHERE document_id NOT IN (SELECT document_id FROM load_members)"
        return int(self.engine.run(query)[0][0])

    def _digests(self, stage: str, changed: Collection[str], removed: int) -> None:
        run = self.engine.run
        if changed:
            run(f"DELETE FROM load_digests WHERE document_id IN (SELECT document_id FROM {stage}.{_CHANGED})")
            run(f"INSERT INTO load_digests (document_id, digest) SELECT document_id, digest FROM {stage}.{_CHANGED}")
        if removed:
            run("DELETE FROM load_digests WHERE document_id NOT IN (SELECT document_id FROM load_members)")

    def _ids(self, documents: Collection[str]) -> Iterator[pa.Table]:
        import pyarrow as pa

        ids = sorted(documents)
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            digests = [self.digests[document] for document in part]
            yield pa.table({"document_id": pa.array(part, pa.string()), "digest": pa.array(digests, pa.string())})


def _again(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from rest
