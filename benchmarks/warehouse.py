"""Rows per second into DuckDB and PostgreSQL, against a plain COPY of the same CSV files.

    python benchmarks/warehouse.py                     10,000 documents
    python benchmarks/warehouse.py --documents 1000

The folder loaded is the converted samples over and over, each copy under an id of its own. The limit is
what each database does with COPY into tables with the same columns and no keys, files already there.
Then the same folder again (nothing changed), and once more with one document changed. PostgreSQL is a
server of the benchmark's own (Debian package postgresql), with fsync as it comes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from jixiao.deliver.schema import TABLES  # noqa: E402
from jixiao.deliver.warehouse import engines  # noqa: E402
from jixiao.deliver.warehouse.load import load  # noqa: E402
from jixiao.deliver.warehouse.tables import FORMS  # noqa: E402

from tests.warehouse.server import programs, running  # noqa: E402

TYPES = {"duckdb": engines.DuckDB.types, "postgresql": engines.Postgres.types}


def make_folder(out: Path, documents: int) -> int:
    """Fill *out* with the samples' tables repeated for *documents* documents; return the number of rows."""
    import jixiao

    jixiao.convert(ROOT / "samples" / "years", out / "once", formats=("csv",))
    ids = [line[:16] for line in (out / "once" / "documents.csv").read_bytes().splitlines()[1:]]
    total = 0
    resources = []
    for table in TABLES:
        header, *lines = (out / "once" / f"{table.name}.csv").read_bytes().splitlines(keepends=True)
        groups: dict[bytes, list[bytes]] = {}
        for line in lines:
            groups.setdefault(line[:16], []).append(line[16:])
        path = out / f"{table.name}.csv"
        with path.open("wb") as file:
            file.write(header)
            for number in range(documents):
                new = f"{number:016x}".encode()
                rows = groups.get(ids[number % len(ids)], [])
                file.writelines(new + row for row in rows)
                total += len(rows)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        resources.append({"path": path.name, "hash": f"sha256:{digest}"})
    (out / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    return total


def change_one(out: Path) -> None:
    """Change one row of the last document."""
    path = out / "goals.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b",annual,", b",long_term,")
    path.write_bytes(b"".join(lines))
    package = json.loads((out / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        if resource["path"] == "goals.csv":
            resource["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    (out / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def copy_duckdb(out: Path, path: Path) -> None:
    import duckdb

    with duckdb.connect(str(path)) as connection:
        for table, stored in zip(TABLES, FORMS, strict=True):
            columns = ", ".join(f'"{c.name}" {TYPES["duckdb"][c.type]}' for c in table.columns)
            connection.execute(f"CREATE TABLE {stored.name} ({columns})")
            connection.execute(f"COPY {stored.name} FROM '{out / table.name}.csv' (HEADER, NULLSTR '')")


def copy_postgres(out: Path, url: str) -> None:
    import psycopg2

    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for table in TABLES:
            columns = ", ".join(f'"{c.name}" {TYPES["postgresql"][c.type]}' for c in table.columns)
            cursor.execute(f"CREATE TABLE {table.name} ({columns})")
            with (out / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
                cursor.copy_expert(f"COPY {table.name} FROM STDIN (FORMAT csv, HEADER MATCH)", file)
    connection.close()


def timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    documents = parser.parse_args().documents
    found = programs()
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as folder:
        base = Path(folder)
        base.chmod(0o755)
        (base / "server").mkdir()
        out = base / "out"
        rows = make_folder(out, documents)
        print(f"{documents} documents, {rows} rows\n")
        engines_to_try: list[tuple[str, str, Callable[[], None]]] = [
            ("DuckDB", f"duckdb:///{base}/warehouse.duckdb", lambda: copy_duckdb(out, base / "copy.duckdb"))
        ]
        if found is None:
            print("PostgreSQL: initdb is missing (Debian package postgresql)")
            measure(engines_to_try, out, rows)
            return
        with running(base / "server", found) as server:
            url, limit = server.new_database("warehouse"), server.new_database("copy")
            engines_to_try.append(("PostgreSQL", url, lambda: copy_postgres(out, limit)))
            measure(engines_to_try, out, rows)


def measure(engines_to_try: list[tuple[str, str, Callable[[], None]]], out: Path, rows: int) -> None:
    seconds = {}
    for name, url, copy in engines_to_try:
        limit = timed(copy)
        first = timed(lambda url=url: load(out, url))
        again = timed(lambda url=url: load(out, url))
        seconds[name] = (limit, first, again, url)
    change_one(out)
    for name, (limit, first, again, url) in seconds.items():
        one = timed(lambda url=url: load(out, url))
        print(
            f"{name:10}  COPY {limit:6.1f} s  first load {first:6.1f} s ({rows / first:,.0f} rows/s, "
            f"{first / limit:.1f}× COPY)  unchanged {again:5.2f} s ({again / first:.1%})  one changed {one:5.1f} s"
        )


if __name__ == "__main__":
    main()
