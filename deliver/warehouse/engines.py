"""The two warehouses: how one is opened, held, given rows through dlt, and asked.

Rows go into a stage by dlt, which nobody looks at; from there one transaction of ours moves them, so
that a load is whole or has not happened. dlt's own merge goes table by table: a document that has no
rows left in a table would keep its old ones, and a killed load would be half done.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from .errors import WarehouseError
from .tables import Types

if TYPE_CHECKING:
    import pyarrow as pa

Resources = Sequence[tuple[str, "Iterator[pa.Table]"]]
"""What is staged: the name of each table and its rows."""

STAGE = "jixiao_staging"
_LOCK = 0x6A697869616F
_EXTRA = "缺少可选组件：请运行 pip install 'jixiao[warehouse]'"
_DUCKDB_TYPES: Types = {
    "string": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(38, 10)", "boolean": "BOOLEAN", "date": "DATE",
    "moment": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip
_POSTGRES_TYPES: Types = {
    "string": "text", "integer": "bigint", "decimal": "numeric", "boolean": "boolean", "date": "date",
    "moment": "timestamp with time zone",
}  # fmt: skip
_DLT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "LOAD__RAISE_ON_FAILED_JOBS": "true",
    "LOAD__DELETE_COMPLETED_JOBS": "true",
}


class Engine(Protocol):
    """An open warehouse, held against other loads until it is closed."""

    types: Types
    foreign_keys: bool
    name: str

    def columns(self) -> dict[str, set[str]]:
        """Return the columns of every table and view in the schema, by name."""

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement (``%s`` stands for a value) and return its rows."""

    def stage(self, resources: Resources) -> str:
        """Put rows where only this load sees them; return the schema they stand in."""

    def moved(self, columns: Sequence[tuple[str, str]]) -> str:
        """Return the list of expressions that take (name, kind) *columns* out of the stage."""

    def commit(self) -> None: ...

    def close(self) -> None: ...


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open the warehouse at *url* for one load.

    Raises WarehouseError, without a password in it, for whatever goes wrong inside the block with the
    warehouse; what was not committed has not happened.
    """
    try:
        parts = urlsplit(url)
        scheme, password, port = parts.scheme.partition("+")[0], parts.password, parts.port
    except ValueError as error:
        raise WarehouseError("数据仓库地址有误；主机后的端口应是数字，密码中的特殊字符要写成 %XX", 2) from error
    secrets = [s for s in {password, unquote(password or ""), os.environ.get("PGPASSWORD")} if s]
    try:
        if scheme == "duckdb":
            engine: Engine = DuckDB(unquote(parts.path[1:]))
        elif scheme in ("postgresql", "postgres"):
            engine = Postgres(url.replace(parts.scheme, "postgresql", 1), port)
        else:
            raise WarehouseError(
                "不认识的数据仓库地址；请写作 duckdb:///warehouse.duckdb 或 postgresql://user@host:5432/db", 2
            )
    except ImportError as error:
        raise WarehouseError(_EXTRA, 2) from error
    secrets += [s for s in [getattr(engine, "password", "")] if s]
    try:
        yield engine
    except WarehouseError:
        raise
    except Exception as error:
        if not _is_of_warehouse(error):
            raise
        said = _without(secrets, _innermost(error))
        raise WarehouseError(
            f"{engine.name} 没有载入，数据未改动：{said}；请排除后重新运行 jixiao load", _status(said, 1)
        ) from None
    finally:
        engine.close()


def _status(said: str, otherwise: int) -> int:
    """Return 74 if what the database *said* is that a disk is full: its errors have no class for that."""
    return 74 if "no space left" in said.lower() else otherwise


def _innermost(error: BaseException) -> str:
    """Return the last cause's first line: dlt wraps what the database said in pages of its own."""
    while (inner := error.__cause__ or error.__context__) is not None and _is_of_warehouse(inner):
        error = inner
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0][:300]


def _is_of_warehouse(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in ("dlt", "duckdb", "_duckdb", "psycopg2", "pyarrow") or isinstance(
        error, OSError
    )


def _without(secrets: Sequence[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


@contextmanager
def _quiet_dlt(folder: str) -> Iterator[None]:
    """Keep dlt's settings to this process and this load: no telemetry, no files in the user's home."""
    settings = {**_DLT_SETTINGS, "DLT_DATA_DIR": folder, "DLT_PROJECT_DIR": folder}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run_dlt(destination: Callable[[Any], Any], dataset: str, resources: Resources, file_format: Any) -> None:
    with tempfile.TemporaryDirectory(prefix="jixiao-load-") as folder, _quiet_dlt(folder):
        import dlt

        pipeline = dlt.pipeline(
            "jixiao", pipelines_dir=folder, destination=destination(dlt), dataset_name=dataset
        )
        pipeline.config.restore_from_destination = False
        pipeline.config.use_single_dataset = True
        staged = [
            dlt.resource(rows, name=name, table_name=name, write_disposition="append") for name, rows in resources
        ]
        pipeline.run(staged, loader_file_format=file_format)


class DuckDB:
    """A DuckDB file. It has one writer: whoever has it open keeps all others out."""

    types = _DUCKDB_TYPES
    foreign_keys = False

    def __init__(self, path: str) -> None:
        import duckdb

        self.name = path
        if not path:
            raise WarehouseError("地址中没有文件名；请写作 duckdb:///warehouse.duckdb", 2)
        if not Path(path).absolute().parent.is_dir():
            raise WarehouseError(f"没有文件夹 {Path(path).absolute().parent}；请先建立，再载入", 73)
        try:
            self._connection = duckdb.connect(path)
        except duckdb.IOException as error:
            if "lock" in str(error).lower():
                raise WarehouseError(f"{path} 正被另一个程序使用；请等它结束后再载入", 75) from error
            said = str(error).splitlines()[0]
            raise WarehouseError(f"{path} 打不开：{said}；请核对路径与权限", _status(said, 73)) from error
        except duckdb.Error as error:
            raise WarehouseError(f"{path} 不是 DuckDB 文件：{str(error).splitlines()[0]}；请另指一个文件", 1) from error
        self._folder = tempfile.TemporaryDirectory(prefix="jixiao-stage-")
        self._connection.execute("BEGIN")

    def columns(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        query = (
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_catalog = current_database() AND table_schema = current_schema()"
        )
        for table, column in self.run(query):
            found.setdefault(table, set()).add(column)
        return found

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if values:
            statement = statement.replace("%s", "?")
        return self._connection.execute(statement, list(values)).fetchall()

    def stage(self, resources: Resources) -> str:
        """Stage into a file of its own beside the warehouse: a killed load leaves nothing in that."""
        import duckdb

        path = f"{self._folder.name}/stage.duckdb"
        connection = duckdb.connect(path)
        try:
            _run_dlt(lambda dlt: dlt.destinations.duckdb(connection), STAGE, resources, "parquet")
        finally:
            connection.close()
        self._connection.execute(f"ATTACH '{path}' AS stage (READ_ONLY)")
        return f"stage.{STAGE}"

    def moved(self, columns: Sequence[tuple[str, str]]) -> str:
        return ", ".join(f'"{name}"' for name, _ in columns)

    def commit(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()


class Postgres:
    """A PostgreSQL database; tables stand in the first schema of the user's search path, as a rule ``public``."""

    types = _POSTGRES_TYPES
    foreign_keys = True

    def __init__(self, url: str, port: int | None) -> None:
        import psycopg2

        self.name = "PostgreSQL"
        self._url = url
        try:
            self._connection = psycopg2.connect(url, connect_timeout=15, application_name="jixiao")
        except (psycopg2.Error, UnicodeDecodeError) as error:
            # What libpq says of a malformed address repeats it, password and all.
            reason = "地址有误" if isinstance(error, psycopg2.ProgrammingError) else _failure(error)
            raise WarehouseError(f"连接不上 PostgreSQL：{reason}；请核对主机、端口、用户、密码与库名") from None
        about = self._connection.info
        self.password = about.password or ""
        self.name = f"PostgreSQL {about.host}:{about.port or port}/{about.dbname}"
        (held,) = self.run("SELECT pg_try_advisory_lock(%s)", (_LOCK,))[0]
        if not held:
            self._connection.close()
            raise WarehouseError(f"{self.name} 正有另一次载入；请等它结束后再载入", 75)
        self._connection.commit()

    def columns(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        for table, column in self.run(query):
            found.setdefault(table, set()).add(column)
        return found

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, tuple(values) or None)
            return cursor.fetchall() if cursor.description is not None else []

    def stage(self, resources: Resources) -> str:
        """Stage into a schema that lasts as long as the load; one that a killed load left goes first."""
        self._drop_stage()
        _run_dlt(self._destination, STAGE, resources, "csv")
        return STAGE

    def _destination(self, dlt: Any) -> Any:
        """Return dlt's destination: the database this connection came to, with what the address says of TLS."""
        about = self._connection.info
        query = dict(parse_qsl(urlsplit(self._url).query))
        if about.host.startswith("/"):  # a socket's folder: libpq takes it from the query alone
            query |= {"host": about.host, "port": str(about.port)}
        credentials = {
            "database": about.dbname,
            "username": about.user,
            "password": self.password,
            "host": "localhost" if about.host.startswith("/") else about.host,
            "port": about.port,
            "query": query,
        }
        return dlt.destinations.postgres(credentials, create_indexes=False)

    def moved(self, columns: Sequence[tuple[str, str]]) -> str:
        # Through the stage a number gets ten decimals; what was printed had its own.
        return ", ".join(f'trim_scale("{name}")' if kind == "decimal" else f'"{name}"' for name, kind in columns)

    def commit(self) -> None:
        self._connection.commit()

    def _drop_stage(self) -> None:
        self.run(f"DROP SCHEMA IF EXISTS {STAGE} CASCADE")
        self._connection.commit()

    def close(self) -> None:
        import psycopg2

        try:
            self._connection.rollback()
            self._drop_stage()
        except psycopg2.Error:
            pass  # the server went away; the next load drops what is left
        finally:
            self._connection.close()


def _failure(error: Exception) -> str:
    said = str(error).lower()
    known = {
        "password authentication failed": "用户名或密码不对",
        "no password supplied": "需要密码（可放在环境变量 PGPASSWORD 或 ~/.pgpass）",
        "could not translate host name": "找不到主机",
        "connection refused": "主机没有在这个端口上应答",
        "does not exist": "没有这个用户或数据库",
        "timeout": "连接超时",
    }
    return next((chinese for english, chinese in known.items() if english in said), type(error).__name__)
