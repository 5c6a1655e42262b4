"""Killed loads, two loads at once, a server that goes away, a wrong password: the warehouse stays whole and nothing leaks."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from jixiao.deliver.warehouse.errors import WarehouseError
from jixiao.deliver.warehouse.load import load

from .asking import Warehouse
from .server import PASSWORD, USER, Server, running

Convert = Callable[..., Path]
SAMPLE = "nantong-keji-2025.txt"
KILLS = int(os.environ.get("JIXIAO_KILLS", "3"))


def command(out: Path, url: str) -> list[str]:
    return [sys.executable, "-m", "jixiao", "load", str(out), url]


def test_a_load_killed_at_any_moment_has_happened_whole_or_not_at_all(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    first = convert({"a.txt": sample_texts[SAMPLE]})
    load(first, warehouse.url)
    old = warehouse.state()
    second = convert({"a.txt": sample_texts[SAMPLE].replace("15.3", "15.4"), "b.txt": sample_texts["invented-county-tika.txt"]})
    began = time.monotonic()
    other = Warehouse(warehouse.url + "_whole") if warehouse.url.startswith("duckdb") else None
    if other is not None:  # how long a whole load takes, so that kills fall into it
        subprocess.run(command(second, other.url), check=True, capture_output=True)
    lasts = time.monotonic() - began if other is not None else 4.0
    chance = random.Random(warehouse.url.partition(":")[0])
    for _ in range(KILLS):
        child = subprocess.Popen(command(second, warehouse.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.0) * lasts)
        child.send_signal(signal.SIGKILL)
        child.wait()
        state = warehouse.state()
        if len(state["documents"]) == 1:
            assert state == old
        else:
            assert len(state["documents"]) == 3
            assert state["submissions"] != old["submissions"]
    load(second, warehouse.url)
    assert warehouse.count("documents") == 3
    assert warehouse.ask("SELECT amount FROM current_funds WHERE item = '科研机构建设专项' AND period = 'full_year'")[0][0] != 0
    stages = warehouse.ask("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'jixiao_staging'")
    assert stages == [(0,)], "what a killed load had staged is gone"


def test_of_two_loads_at_once_the_second_says_so_and_stops(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    out = convert(sample_texts)
    ready = (
        "import sys, pathlib\n"
        "from jixiao.deliver.warehouse.engines import opened\n"
        "with opened(sys.argv[1]):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", ready, warehouse.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    ended = subprocess.run(command(out, warehouse.url), capture_output=True, text=True, check=False)
    holder.communicate()
    assert ended.returncode == 75
    assert "结束后再载入" in ended.stderr
    assert load(out, warehouse.url).changed == 2


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop; it is running again at the end."""
    with running() as server:
        yield server


def test_a_server_that_goes_away_in_the_middle_leaves_the_old_state(
    own_server: Server, convert: Convert, sample_texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from jixiao.deliver.warehouse import engines

    warehouse = Warehouse(own_server.new_database("goes_away"))
    load(convert({SAMPLE: sample_texts[SAMPLE]}), warehouse.url)
    old = warehouse.state()
    staged = engines.Postgres.stage

    def stage_and_stop(engine: engines.Postgres, resources: engines.Resources) -> str:
        stage = staged(engine, resources)
        own_server.stop()
        return stage

    out = convert(sample_texts)
    with monkeypatch.context() as patch:
        patch.setattr(engines.Postgres, "stage", stage_and_stop)
        with pytest.raises(WarehouseError, match="没有载入，数据未改动") as gone:
            load(out, warehouse.url)
    assert PASSWORD not in str(gone.value)
    own_server.start()
    assert warehouse.state() == old
    assert load(out, warehouse.url).changed == 1
    assert warehouse.count("documents") == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.replace(PASSWORD, "wrong-word"), "用户名或密码不对"),
        (lambda url: url.rsplit("/", 1)[0] + "/no_such_database", "没有这个用户或数据库"),
        (lambda url: url.replace("127.0.0.1:", "127.0.0.1:no"), "端口应是数字"),
        (lambda url: url + "?no_such_setting=1", "地址有误"),
        (lambda url: url.replace("postgresql", "postgresqll"), "不认识的数据仓库地址"),
    ],
    ids=["password", "database", "port", "setting", "scheme"],
)
def test_no_password_is_ever_shown(
    server: Server, convert: Convert, sample_texts: dict[str, str], change: Callable[[str], str], said: str
) -> None:
    url = change(server.url("postgres"))
    out = convert({"a.txt": sample_texts[SAMPLE]})
    ended = subprocess.run(command(out, url), capture_output=True, text=True, check=False)
    assert ended.returncode in (1, 2)
    assert said in ended.stderr
    shown = ended.stdout + ended.stderr
    assert "Traceback" not in shown
    for secret in (PASSWORD, PASSWORD.replace("%40", "@"), "wrong-word"):
        assert secret not in shown


def test_a_password_from_the_environment_will_do(
    server: Server, convert: Convert, sample_texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "by_environment"
    server.new_database(name)
    monkeypatch.setenv("PGPASSWORD", PASSWORD.replace("%40", "@"))
    out = convert({"a.txt": sample_texts[SAMPLE]})
    url = f"postgresql://{USER}@127.0.0.1:{server.port}/{name}"
    assert load(out, url).changed == 1
    assert load(out, f"postgresql://{USER}@/{name}?host={server.folder}&port={server.port}").changed == 0


def test_a_user_who_may_not_make_tables_is_told_so(
    server: Server, convert: Convert, sample_texts: dict[str, str]
) -> None:
    admin = Warehouse(server.new_database("not_allowed"))
    admin.ask("CREATE ROLE reader LOGIN PASSWORD 'reads-only'")
    url = server.url("not_allowed", "reads-only").replace(USER, "reader")
    with pytest.raises(WarehouseError, match="permission denied") as refused:
        load(convert({"a.txt": sample_texts[SAMPLE]}), url)
    assert "reads-only" not in str(refused.value)
    assert admin.ask("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") == [(0,)]


def test_nothing_is_reported_to_anyone_and_nothing_written_to_the_users_home(
    convert: Convert, sample_texts: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.create_connection = refuse\n"
        "from jixiao.pipeline.commands import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    out = convert({"a.txt": sample_texts[SAMPLE]})
    ended = subprocess.run(
        [sys.executable, "-c", code, "load", str(out), f"duckdb:///{tmp_path}/w.duckdb"],
        env={**os.environ, "HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "a connection was tried" not in ended.stderr
    assert list(home.rglob("*")) == []


def test_the_server_of_the_tests_asks_for_a_password(server: Server) -> None:
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(server.url("postgres", "wrong-word"))
