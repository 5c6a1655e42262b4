"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a free port of the loopback address."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

USER = "loader"
PASSWORD = "p%40ss-w0rd-nobody-may-see"
"""As it stands in an address; the server knows it with an @."""


class Server:
    """A running server. As root it runs as nobody, since PostgreSQL refuses to run as root."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.programs = programs
        self.as_user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self.as_user is not None:
            shutil.chown(folder, self.as_user.pw_uid, self.as_user.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        secret = folder / "secret"
        secret.write_text(PASSWORD.replace("%40", "@"), encoding="utf-8")
        secret.chmod(0o644)
        options = ("-D", self.data, "-U", USER, "-A", "scram-sha-256", "--pwfile", secret, "--no-sync", "-E", "UTF8")
        self.run("initdb", *options, "--locale", "C")
        self.start()

    def run(self, program: str, *arguments: object) -> None:
        owner = {} if self.as_user is None else {"user": self.as_user.pw_uid, "group": self.as_user.pw_gid}
        command: Sequence[str] = [str(self.programs / program), *map(str, arguments)]
        ended = subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.folder, text=True, **owner
        )
        assert ended.returncode == 0, ended.stderr

    def start(self) -> None:
        settings = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", settings, "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def url(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, name: str) -> str:
        """Make an empty database and return its address."""
        connection = psycopg2.connect(self.url("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}")
        finally:
            connection.close()
        return self.url(name)


def programs() -> Path | None:
    """Return the folder of the newest server programs there are, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if folders:
        return folders[-1].parent
    found = shutil.which("initdb")
    return None if found is None else Path(found).parent


@contextmanager
def running() -> Iterator[Server]:
    """A server of one's own; the test is skipped where there are no programs for one."""
    found = programs()
    if found is None:
        pytest.skip("initdb is missing: Debian package postgresql")
    # Not below pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="jixiao-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder), found)
        try:
            yield server
        finally:
            server.stop()
