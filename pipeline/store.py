"""What has been converted so far, kept in the output folder: a run that was killed goes on from it.

One SQLite file. A result is kept by source, bytes, settings and version; it is not made twice as long
as these are the same. A run writes every output from here, so that what was carried over, what
was finished before a kill and what is new come out alike, in the order of the document ids, without
ever being in memory together.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from jixiao.extract.errors import DocumentError
from jixiao.rules.families import GENERAL
from jixiao.version import __version__

from .inputs import Input
from .packets import JSON, Packet, Work, Written

_FORMAT = 1
_COMMIT_EVERY = 0.5
"""Seconds of work that a kill may cost."""
_TRY_AGAIN = ("missing_extra", "internal_error", "worker_killed")
"""Reasons that may be gone when it is tried again."""
_TWICE = (
    "DROP TABLE IF EXISTS temp.twice",
    "DROP TABLE IF EXISTS temp.many",
    "CREATE TEMP TABLE twice(document_id TEXT PRIMARY KEY, number INTEGER, source TEXT)",
    "CREATE TEMP TABLE many(number INTEGER PRIMARY KEY, forms INTEGER)",
    "CREATE INDEX temp.twice_by_number ON twice(number, document_id)",
)
_TABLES = """
CREATE TABLE results(
  id INTEGER PRIMARY KEY, source TEXT, sha256 TEXT, settings TEXT, version TEXT, json INTEGER, head TEXT,
  delivered INTEGER DEFAULT 0, UNIQUE(source, sha256, settings, version));
CREATE TABLE forms(document_id TEXT, result INTEGER, form TEXT, why TEXT, facts TEXT, PRIMARY KEY(document_id, result));
CREATE TABLE parts(name TEXT, document_id TEXT, result INTEGER, data BLOB, PRIMARY KEY(name, document_id, result));
CREATE TABLE documents(name TEXT PRIMARY KEY, fingerprint BLOB);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS forms_of_results ON forms(result);
CREATE INDEX IF NOT EXISTS parts_of_results ON parts(result);
"""
"""Every input asks for the forms of its result: without these the time grows with the square of the inputs."""
_TEMPORARY = """
CREATE TEMP TABLE inputs(
  source TEXT, path BLOB, members TEXT, problem TEXT, sha256 TEXT, result INTEGER, carried INTEGER,
  PRIMARY KEY(source, path, members));
CREATE INDEX temp.inputs_by_bytes ON inputs(sha256);
CREATE TEMP TABLE used(result INTEGER PRIMARY KEY);
CREATE TEMP TABLE next_documents(name TEXT PRIMARY KEY, fingerprint BLOB);
"""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of one input at the end: enough for its line in the manifest."""

    source: str
    sha256: str
    action: str
    packet: dict[str, Any]
    forms: tuple[tuple[str, str, str], ...]
    path: Path


class Store:
    """The store in the folder *folder*, which its user holds; made anew if it cannot be read."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "store.sqlite"
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as error:
            if error_code(error) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
                raise
            for ending in ("", "-wal", "-shm", "-journal"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            self._db = self._open()
        self._db.executescript(_TEMPORARY)
        self._committed = time.monotonic()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None)
        try:
            db.execute("PRAGMA locking_mode=EXCLUSIVE")  # the folder is held; and no file is shared in memory
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found not in (0, _FORMAT):
                raise sqlite3.DatabaseError("made by another version")
            if found == 0:
                db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={_FORMAT}; COMMIT;")
            db.executescript(_INDEXES)
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Keep what was stored and let go of the file."""
        with suppress(sqlite3.Error):
            self._commit()
        self._db.close()

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

    def _commit(self) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._committed = time.monotonic()

    # --- the inputs of this run -----------------------------------------------------------------------

    def add_inputs(self, inputs: Iterable[Input]) -> int:
        """Take the run's inputs, each once, and return how many there are."""
        self._begin()
        self._db.executemany(
            "INSERT OR IGNORE INTO inputs(source, path, members, problem) VALUES (?, ?, ?, ?)",
            ((one.source, _path(one), _members(one), _problem(one.problem)) for one in inputs),
        )
        (count,) = self._db.execute("SELECT COUNT(*) FROM inputs").fetchone()
        return int(count)

    def inputs(self) -> Iterator[tuple[int, Input]]:
        """Yield the inputs with their keys, by source."""
        last: tuple[str, bytes, str] = ("", b"", "")
        while True:  # not one long query: the table is written to on the way
            rows = self._db.execute(
                "SELECT rowid, source, path, members, problem FROM inputs "
                "WHERE (source, path, members) > (?, ?, ?) ORDER BY source, path, members LIMIT 100",
                last,
            ).fetchall()
            if not rows:
                return
            last = rows[-1][1:4]
            for key, source, path, members, problem in rows:
                yield key, _input(source, path, members, problem)

    def set_problem(self, key: int, error: DocumentError) -> None:
        """Say of an input why it cannot be read."""
        self._begin()
        self._db.execute("UPDATE inputs SET problem=? WHERE rowid=?", (_problem(error), key))

    def set_result(self, key: int, sha256: str, result: int | None = None, *, carried: bool = False) -> None:
        """Say of an input what bytes it has and, if an earlier run made it, which result it comes to."""
        self._begin()
        self._db.execute(
            "UPDATE inputs SET sha256=?, result=?, carried=? WHERE rowid=?", (sha256, result, carried, key)
        )
        if result is not None:
            self._db.execute("INSERT OR IGNORE INTO used VALUES (?)", (result,))

    def seen(self, sha256: str) -> bool:
        """Say whether an input before had the same bytes."""
        return self._db.execute("SELECT 1 FROM inputs WHERE sha256=?", (sha256,)).fetchone() is not None

    # --- results --------------------------------------------------------------------------------------

    def find(
        self, source: str, sha256: str, settings: str, *, json_too: bool, retry: bool = False
    ) -> tuple[int, bool, str] | None:
        """Return the result of an earlier run that stands for these bytes, whether that run was finished, its status.

        With *retry* none is returned that a second try could better: failed ones, and those read in part.
        """
        row = self._db.execute(
            "SELECT id, json, delivered, head FROM results WHERE source=? AND sha256=? AND settings=? AND version=?",
            (source, sha256, settings, __version__),
        ).fetchone()
        if row is None or (json_too and not row[1]):
            return None
        head = json.loads(row[3])
        again = head["reason"] in _TRY_AGAIN or (retry and head["status"] in ("failed", "partial"))
        return None if again else (row[0], bool(row[2]), head["status"])

    def add(self, work: Work, settings: str, packet: Packet, *, json_too: bool) -> None:
        """Keep what an input was converted to."""
        self._begin()
        key = (work.one.source, work.sha256, settings, __version__)
        old = self._db.execute(
            "SELECT id FROM results WHERE source=? AND sha256=? AND settings=? AND version=?", key
        ).fetchone()
        if old is not None:
            self._delete("SELECT ?", old)
        head = {name: getattr(packet, name) for name in ("status", "seconds", "reason", "detail", "next_step")}
        cursor = self._db.execute(
            "INSERT INTO results(source, sha256, settings, version, json, head) VALUES (?, ?, ?, ?, ?, ?)",
            (*key, json_too, json.dumps(head)),
        )
        result = cursor.lastrowid
        for form in packet.forms:
            self._add_form(result, form)
        self._db.execute("UPDATE inputs SET result=? WHERE rowid=?", (result, work.key))
        self._db.execute("INSERT OR IGNORE INTO used VALUES (?)", (result,))
        if time.monotonic() - self._committed > _COMMIT_EVERY:
            self._commit()

    def _add_form(self, result: int | None, form: Written) -> None:
        self._db.execute(
            "INSERT INTO forms VALUES (?, ?, ?, ?, ?)",
            (form.document_id, result, form.form, form.why, json.dumps(form.facts)),
        )
        self._db.executemany(
            "INSERT INTO parts VALUES (?, ?, ?, ?)",
            ((name, form.document_id, result, part) for name, part in form.parts.items()),
        )

    def _delete(self, which: str, values: tuple[Any, ...] = ()) -> None:
        for table, column in (("parts", "result"), ("forms", "result"), ("results", "id")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} IN ({which})", values)

    # --- reading --------------------------------------------------------------------------------------

    def heads(self) -> Iterator[Head]:
        """Yield what is known of every input, by source."""
        rows = self._db.execute(
            "SELECT source, sha256, problem, result, carried, path FROM inputs ORDER BY source, path, members"
        )
        for source, sha256, problem, result, carried, raw_path in rows:
            path = Path(os.fsdecode(raw_path))
            if problem is not None and sha256 is None:
                yield Head(source, "", "converted", _refusal(problem), (), path)
                continue
            action = "unchanged" if carried else "converted"
            if result is None:  # the same bytes as an input before
                (result,) = self._db.execute(
                    "SELECT result FROM inputs WHERE sha256=? AND result IS NOT NULL", (sha256,)
                ).fetchone()
                action = "duplicate"
            (head,) = self._db.execute("SELECT head FROM results WHERE id=?", (result,)).fetchone()
            forms = self._db.execute(
                "SELECT document_id, form, why FROM forms WHERE result=? ORDER BY rowid", (result,)
            ).fetchall()
            yield Head(source, sha256, action, json.loads(head), tuple(forms), path)

    def parts(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Yield the part *name* of all forms of this run that have it, packed, by document id."""
        yield from self._db.execute(
            "SELECT p.document_id, p.data FROM parts p CROSS JOIN used u ON u.result = p.result "
            "WHERE p.name=? ORDER BY p.document_id",
            (name,),
        )

    def part(self, name: str, document_id: str) -> bytes:
        """Return one part of one form of this run, packed; KeyError if it has none."""
        row = self._db.execute(
            "SELECT p.data FROM parts p CROSS JOIN used u ON u.result = p.result WHERE p.name=? AND p.document_id=?",
            (name, document_id),
        ).fetchone()
        if row is None:
            raise KeyError(name)
        return bytes(row[0])

    def facts(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield document id, family and facts of every form of this run, by document id."""
        rows = self._db.execute(
            "SELECT f.document_id, f.form, f.facts FROM forms f CROSS JOIN used u ON u.result = f.result "
            "ORDER BY f.document_id"
        )
        for document_id, form, facts in rows:
            yield document_id, form, json.loads(facts)

    def submissions(self) -> Iterator[tuple[tuple[Any, ...], str, str]]:
        """Yield what every form of this run is for (department, project, year, family), its id and source.

        Forms for the same come one after another; forms without department or year are left out. What no
        family knows is told apart by its title too.
        """
        rows = self._db.execute(
            "SELECT json_extract(f.facts, '$.department') AS department, json_extract(f.facts, '$.project') AS project, "
            "json_extract(f.facts, '$.year') AS year, f.form AS form, "
            "CASE f.form WHEN ? THEN json_extract(f.facts, '$.title') ELSE '' END AS title, "
            "f.document_id AS document_id, json_extract(f.facts, '$.source') "
            "FROM forms f CROSS JOIN used u ON u.result = f.result WHERE department <> '' AND year IS NOT NULL "
            "ORDER BY department, project, year, form, title, document_id",
            (GENERAL,),
        )
        for *what, document_id, source in rows:
            yield tuple(what), document_id, source

    def set_aside_twice(self) -> None:
        """Note which forms of this run are for the same as others: on disk, as there may be as many as files."""
        self._begin()
        for statement in _TWICE:
            self._db.execute(statement)
        groups = (
            (document_id, number, source)
            for number, (_, forms) in enumerate(groupby(self.submissions(), key=lambda one: one[0]))
            for _, document_id, source in forms
        )
        self._db.executemany("INSERT INTO temp.twice VALUES (?, ?, ?)", groups)
        self._db.execute("INSERT INTO temp.many SELECT number, COUNT(*) FROM temp.twice GROUP BY number HAVING COUNT(*) > 1")
        self._db.execute("DELETE FROM temp.twice WHERE number NOT IN (SELECT number FROM temp.many)")

    def twice(self) -> Iterator[str]:
        """Yield the ids of the forms that `set_aside_twice` noted, in order."""
        for (document_id,) in self._db.execute("SELECT document_id FROM temp.twice ORDER BY document_id"):
            yield document_id

    def same_as(self, document_id: str, most: int) -> tuple[int, list[tuple[str, str]]]:
        """Return how many other forms are for the same, and id and source of the first *most*."""
        row = self._db.execute(
            "SELECT t.number, m.forms FROM temp.twice t JOIN temp.many m ON m.number = t.number WHERE t.document_id=?",
            (document_id,),
        ).fetchone()
        if row is None:
            return 0, []
        others = self._db.execute(
            "SELECT document_id, source FROM temp.twice WHERE number=? AND document_id<>? ORDER BY document_id LIMIT ?",
            (row[0], document_id, most),
        )
        return row[1] - 1, others.fetchall()

    def has_json(self, document_id: str) -> bool:
        """Say whether the form *document_id* of this run has a JSON document."""
        row = self._db.execute(
            "SELECT 1 FROM parts p CROSS JOIN used u ON u.result = p.result WHERE p.name=? AND p.document_id=?",
            (JSON, document_id),
        ).fetchone()
        return row is not None

    # --- what stands in the folder ----------------------------------------------------------------------

    def stands(self, name: str, fingerprint: bytes) -> bool:
        """Note that the document *name* will be of this *fingerprint*; say whether the last finished run left it so."""
        self._begin()
        self._db.execute("INSERT INTO next_documents VALUES (?, ?)", (name, fingerprint))
        row = self._db.execute("SELECT fingerprint FROM documents WHERE name=?", (name,)).fetchone()
        return row is not None and row[0] == fingerprint

    def begin_delivery(self) -> None:
        """From here to `end_delivery` files are replaced: a run killed in between leaves none to rely on."""
        self._commit()
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("DELETE FROM documents")

    def end_delivery(self) -> None:
        """Say that the folder holds this run's outputs, and forget what is not of this run."""
        self._begin()
        self._db.execute("INSERT INTO documents SELECT * FROM next_documents")
        self._db.execute("UPDATE results SET delivered=1 WHERE id IN (SELECT result FROM used)")
        self._delete("SELECT id FROM results WHERE id NOT IN (SELECT result FROM used)")
        self._commit()


def error_code(error: sqlite3.Error) -> int:
    """Return the primary error code of SQLite; SQLITE_ERROR where there is none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _path(one: Input) -> bytes:
    return os.fsencode(one.path.absolute())


def _members(one: Input) -> str:
    return "/".join(f"{member:06d}" for member in one.members)


def _problem(error: DocumentError | None) -> str | None:
    return None if error is None else json.dumps([error.reason, error.detail, error.next_step])


def _input(source: str, path: bytes, members: str, problem: str | None) -> Input:
    numbers = tuple(int(member) for member in members.split("/")) if members else ()
    error = None if problem is None else DocumentError(*json.loads(problem))
    return Input(source, Path(os.fsdecode(path)), numbers, error)


def _refusal(problem: str) -> dict[str, Any]:
    reason, detail, next_step = json.loads(problem)
    return {"status": "refused", "seconds": 0.0, "reason": reason, "detail": detail, "next_step": next_step}
