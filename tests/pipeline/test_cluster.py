"""The same bytes from a Dask cluster, also where it loses a worker and files are poison."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jixiao.pipeline import cluster
from jixiao.pipeline.cluster import Cluster
from jixiao.pipeline.commands import main
from jixiao.pipeline.engines import EngineError
from jixiao.pipeline.packets import Packet, Work

from . import fakes
from .test_poison import LIMITS, REASONS, fill
from .test_run import go, manifest, tables

KINDS = ("CRASH", "PARRICIDE", "EXIT", "ABORT", "HANG", "HUGE")


@pytest.fixture(autouse=True)
def _no_longer_than_three_minutes() -> Iterator[None]:
    """A cluster all of whose workers are gone waits for new ones for ever; a test must not."""

    def late(*_: object) -> None:
        raise TimeoutError("the cluster did not come back")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(180)
    yield
    signal.alarm(0)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    import dask
    from distributed import LocalCluster

    # By default Dask gives a task up when four workers have died of it, and every one takes seconds to come back.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
    ):
        yield local.scheduler_address


def test_another_version_on_the_cluster_is_said(address: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(cluster, "__version__", "0")
    with pytest.raises(EngineError, match="版本"):
        go(fill(tmp_path / "in", 1), tmp_path / "out", engine=Cluster(address))


class Harmed(Cluster):
    """Kills one of the cluster's workers when the first results are there."""

    def convert(self, works: Iterable[Work]) -> Iterator[tuple[Work, Packet]]:
        for number, done in enumerate(super().convert(works)):
            if number == 0:
                first = min(self._client.run(os.getpid).values())
                os.kill(first, signal.SIGKILL)
            yield done


def test_a_lost_worker_and_poison_change_no_other_byte(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "BATCH", 16)
    source = fill(tmp_path / "in", 200)
    go(source, tmp_path / "clean")
    for kind in KINDS:
        (source / f"{kind}.txt").write_text(f"FORM 毒\n{kind}", encoding="utf-8")
    go(source, tmp_path / "out", engine=Harmed(address, LIMITS, fakes.CONVERT))
    reasons = {line["source"]: line["reason"] for line in manifest(tmp_path / "out") if line["reason"]}
    assert reasons == {f"{kind}.txt": REASONS[kind] for kind in KINDS}
    assert tables(tmp_path / "out") == tables(tmp_path / "clean")


def test_a_batch_that_kills_its_worker_each_time_is_taken_apart(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "convert_batch", breaking)
    source = fill(tmp_path / "in", 4)
    (source / "000" / "bad.txt").write_text("FORM 毒", encoding="utf-8")
    go(source, tmp_path / "out", engine=Cluster(address, LIMITS, fakes.CONVERT))
    assert {line["source"]: line["reason"] for line in manifest(tmp_path / "out") if line["reason"]} == {
        "000/bad.txt": "worker_killed"
    }


_sound = cluster.convert_batch


def breaking(start: bytes, works: list[Work]) -> list[bytes]:
    if any(work.one.path.name == "bad.txt" for work in works):
        os._exit(1)
    return _sound(start, works)


def test_a_scheduler_that_is_not_there_is_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster, "_CONNECT", 0.5)
    source = fill(tmp_path / "in", 1)
    arguments = ["convert", str(source), "--out", str(tmp_path / "out"), "--engine", "dask"]
    assert main(arguments) == 2
    assert "--scheduler" in capsys.readouterr().err
    assert main([*arguments, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "127.0.0.1:9" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
