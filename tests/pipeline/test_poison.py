"""Files that do their worst, and workers that are killed: each costs itself and no other."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from jixiao.extract.effort import Allowance
from jixiao.pipeline.limits import Limits, children_of
from jixiao.pipeline.supervisor import Supervisor

from . import fakes
from .test_run import actions, go, manifest, tables

FILES = int(os.environ.get("JIXIAO_SOAK_FILES", "300"))
EACH = int(os.environ.get("JIXIAO_SOAK_EACH", "1"))
"""Poison files of each kind."""
KILLS = int(os.environ.get("JIXIAO_SOAK_KILLS", "30"))
LIMITS = Limits(Allowance(2.0, 0.5, 1.0), memory=400 * 1024**2, packet=1024**2)
REASONS = {
    "CRASH": "worker_killed",
    "PARRICIDE": "worker_killed",
    "EXIT": "crashed",
    "ABORT": "crashed",
    "FAULT": "crashed",
    "HANG": "timed_out",
    "SPIN": "timed_out",
    "STOP": "timed_out",
    "HOG": "out_of_memory",
    "GRAB": "out_of_memory",
    "CHILDREN": "timed_out",
    "HUGE": "too_large",
    "SYSTEMEXIT": "internal_error",
    "UNPICKLABLE": "internal_error",
    "DEEP": "internal_error",
    "LONG": "internal_error",
    "BABBLE": "crashed",
}


def fill(folder: Path, count: int) -> Path:
    """Write *count* forms that read well into *folder*."""
    for number in range(count):
        path = folder / f"{number // 100:03}" / f"{number % 100:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"FORM 第{number}\n" + f"ROW 目标{number}\n" * (number % 7), encoding="utf-8")
    return folder


def alive(pid: int) -> bool:
    """Say whether process *pid* runs; one that waits only for its parent to take notice does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def gone(pids: list[int], seconds: float = 10) -> bool:
    late = time.monotonic() + seconds
    while any(alive(pid) for pid in pids) and time.monotonic() < late:
        time.sleep(0.02)
    return not any(alive(pid) for pid in pids)


def supervisor(workers: int = 2, limits: Limits = LIMITS) -> Supervisor:
    return Supervisor(workers, limits, fakes.CONVERT)


def test_poison_of_every_kind_costs_itself_only(tmp_path: Path) -> None:
    assert set(REASONS) == {*fakes.POISON, "HUGE"}
    source, pids = fill(tmp_path / "in", FILES), tmp_path / "pids"
    go(source, tmp_path / "clean")
    rng = random.Random(6)
    poison = {}
    for kind in sorted(REASONS):
        for number in range(EACH):
            path = source / f"{rng.randrange(FILES // 100):03}" / f"{rng.randrange(100):02}-{kind}-{number}.txt"
            path.write_text(f"FORM 毒{number}\n{kind} {pids if kind == 'CHILDREN' else ''}\n", encoding="utf-8")
            poison[path.relative_to(source).as_posix()] = kind
    mine = set(children_of(os.getpid()))
    go(source, tmp_path / "out", engine=supervisor())
    lines = {line["source"]: line for line in manifest(tmp_path / "out")}
    assert len(lines) == FILES + len(poison)
    assert {name: lines[name]["reason"] for name in poison} == {name: REASONS[kind] for name, kind in poison.items()}
    assert all(lines[name]["next_step"] and lines[name]["detail"] for name in poison)
    assert max(len(line["detail"]) for line in lines.values()) < 10_000
    assert tables(tmp_path / "out") == tables(tmp_path / "clean")
    started = [int(line) for line in pids.read_text().split()]
    assert len(started) == 6 * EACH
    assert gone(started)
    assert set(children_of(os.getpid())) <= mine


def test_files_that_kill_what_workers_are_born_in_do_not_end_the_run(tmp_path: Path) -> None:
    source = fill(tmp_path / "in", 5)
    for number in range(8):
        (source / f"{number}.txt").write_text(f"FORM 毒{number}\nPARRICIDE", encoding="utf-8")
    go(source, tmp_path / "out", engine=supervisor())
    assert Counter(actions(tmp_path / "out").values()) == {"converted ok": 5, "converted failed": 8}


def test_workers_that_cannot_be_started_end_the_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="cannot be started"):
        go(fill(tmp_path / "in", 30), tmp_path / "out", engine=Supervisor(2, LIMITS, "no_such_module:convert"))
    assert "no_such_module" in capfd.readouterr().err


def test_pages_finished_before_a_hang_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("FORM 甲\nPAGES 4", encoding="utf-8")
    go(tmp_path / "a.txt", tmp_path / "out", engine=supervisor(limits=Limits(Allowance(0.5, 0.2, 1.0))))
    assert actions(tmp_path / "out") == {"a.txt": "converted partial"}
    assert (tmp_path / "out" / "goals.csv").read_text(encoding="utf-8").count("\n") == 4


def test_time_without_a_processor_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("FORM 甲\nNAP 1.5", encoding="utf-8")
    limits = Limits(Allowance(0.6))
    go(tmp_path / "a.txt", tmp_path / "idle", engine=supervisor(limits=limits))
    assert manifest(tmp_path / "idle")[0]["reason"] == "timed_out"
    monkeypatch.setattr("jixiao.pipeline.supervisor.waited", lambda pid: time.monotonic())
    go(tmp_path / "a.txt", tmp_path / "busy", engine=supervisor(limits=limits))
    assert actions(tmp_path / "busy") == {"a.txt": "converted ok"}


def test_a_hang_ends_however_busy_the_machine_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("FORM 甲\nHANG", encoding="utf-8")
    monkeypatch.setattr("jixiao.pipeline.supervisor.waited", lambda pid: time.monotonic())
    go(tmp_path / "a.txt", tmp_path / "out", engine=supervisor(limits=Limits(Allowance(0.1))))
    assert manifest(tmp_path / "out")[0]["reason"] == "timed_out"


def test_workers_killed_at_random_lose_no_file(tmp_path: Path) -> None:
    source = fill(tmp_path / "in", FILES)
    go(source, tmp_path / "clean")
    killed, over = Counter[str](), threading.Event()

    def kill() -> None:
        rng = random.Random(7)
        while killed["workers"] < KILLS and not over.wait(rng.uniform(0.005, 0.03)):
            for nursery in children_of(os.getpid()):
                workers = children_of(nursery)
                if workers and "nursery" in Path(f"/proc/{nursery}/cmdline").read_text():
                    with suppress(ProcessLookupError):
                        os.kill(rng.choice(workers), signal.SIGKILL)
                        killed["workers"] += 1

    killer = threading.Thread(target=kill)
    killer.start()
    go(source, tmp_path / "out", engine=supervisor())
    over.set()
    killer.join()
    lines = manifest(tmp_path / "out")
    lost = [line for line in lines if line["status"] != "ok"]
    assert len(lines) == FILES
    assert killed["workers"] >= min(KILLS, 5)
    assert {line["reason"] for line in lost} <= {"worker_killed"}
    go(source, tmp_path / "out")  # what was lost to a kill from outside is tried again
    assert tables(tmp_path / "out") == tables(tmp_path / "clean")


KILLED = """
import sys
from pathlib import Path
from jixiao.extract.effort import Allowance
from jixiao.pipeline.limits import Limits
from jixiao.pipeline.run import run
from jixiao.pipeline.supervisor import Supervisor
from tests.pipeline import fakes
engine = Supervisor(2, Limits(Allowance(60.0)), fakes.CONVERT)
run([Path(sys.argv[1])], Path(sys.argv[2]), engine=engine)
"""
ROOT = Path(__file__).parents[2]


def begin(source: Path, out: Path) -> subprocess.Popen[bytes]:
    """Begin a run of the fake reader in a process of its own."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    arguments = [sys.executable, "-c", KILLED, str(source), str(out)]
    return subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})


def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pids = tmp_path / "pids"
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text(f"FORM {name}\nCHILDREN {pids}", encoding="utf-8")
    with begin(tmp_path / "in", tmp_path / "out") as parent:
        late = time.monotonic() + 30
        while not (pids.exists() and len(pids.read_text().split()) == 6) and time.monotonic() < late:
            time.sleep(0.02)
        nurseries = children_of(parent.pid)
        started = [int(pid) for pid in pids.read_text().split()]
        assert len(started) == 6
        assert all(alive(pid) for pid in (*started, *nurseries))
        parent.kill()
    assert gone([*started, *nurseries])


@pytest.mark.parametrize("seed", range(int(os.environ.get("JIXIAO_SOAK_PARENTS", "2"))))
def test_a_run_killed_at_any_moment_ends_as_an_undisturbed_one(tmp_path: Path, seed: int) -> None:
    source = fill(tmp_path / "in", FILES)
    go(source, tmp_path / "clean")
    rng = random.Random(seed)
    for _ in range(4):
        with begin(source, tmp_path / "out") as parent:
            time.sleep(rng.uniform(0.2, 1.2) * max(1, FILES // 1000))
            parent.kill()
    with begin(source, tmp_path / "out") as parent:
        assert parent.wait() == 0
    assert tables(tmp_path / "out") == tables(tmp_path / "clean")
    ours, theirs = ([line | {"seconds": 0, "action": ""} for line in manifest(tmp_path / n)] for n in ("out", "clean"))
    assert ours == theirs
