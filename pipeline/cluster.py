"""The same work on a Dask cluster: `jixiao convert … --engine dask --scheduler tcp://host:8786`.

Inputs travel as paths, in batches: every worker must see the files under the same paths. A Dask worker
runs the files of a batch under a supervisor of its own, so that a poison file costs itself and not
the worker, which Dask would give up after a few; a batch whose worker is killed all the same goes to
another, and in the end is taken apart, and what still fails is tried once more with nothing beside it.
"""

from __future__ import annotations

import pickle
import tempfile
import threading
import traceback
import zlib
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from jixiao.version import __version__

from .convert import packet_of
from .engines import EngineError
from .limits import Limits
from .one import failed
from .packets import Packet, Settings, Work, decoded
from .supervisor import Supervisor

BATCH = 64
"""Files in one task: sending and accounting for it costs Dask some milliseconds."""
_LEAST_AHEAD = 8
"""So many tasks are handed out at least, so that a cluster that grows with its load sees one."""
_CONNECT = 20


class Cluster:
    """The engine of the Dask cluster whose scheduler is at *address*."""

    def __init__(self, address: str, limits: Limits | None = None, converter: str = "") -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError as error:
            raise EngineError("缺少可选组件 dask：请运行 pip install 'jixiao[dask]'") from error
        try:
            self._client = self._dask.Client(address, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise EngineError(f"连不上 {address} 的 Dask 调度器：{error}。请核对 --scheduler") from error
        self._limits, self._converter = limits or Limits(), converter
        self._start = b""

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the cluster; what still runs on it for this run is cancelled."""
        self._client.close()

    def prepare(self, settings: Settings, temp: Path, *, warm: bool = False) -> None:
        """Hear what is to be done; raise EngineError if a worker has another version, or none."""
        self._start = zlib.compress(pickle.dumps((settings, self._limits, self._converter)))
        try:
            versions = self._client.run(_version)
        except Exception as error:  # whatever the workers raised: mostly that there is no such module
            raise EngineError(f"Dask 的 worker 上不能运行 jixiao：{error}。请在每台机器上装同一版本") from error
        others = {name: version for name, version in versions.items() if version != __version__}
        if others:
            raise EngineError(f"Dask 的 worker 上 jixiao 的版本不是 {__version__}：{others}。请装同一版本")

    def convert(self, works: Iterable[Work]) -> Iterator[tuple[Work, Packet]]:
        """Yield every one of *works* with its packet, in any order."""
        stream = iter(works)
        running: dict[Any, list[Work]] = {}
        done = self._dask.as_completed(loop=self._client.loop, raise_errors=False)
        suspects: list[Work] = []
        alone = False

        def hand(batch: list[Work]) -> None:
            future = self._client.submit(convert_batch, self._start, batch, pure=False)
            running[future] = batch
            done.add(future)

        while True:
            ahead = max(_LEAST_AHEAD, 2 * sum(self._client.nthreads().values()))
            while len(running) < ahead and (batch := list(islice(stream, BATCH))):
                hand(batch)
            if not running:
                if not suspects:
                    return
                alone = True
                hand([suspects.pop()])
            future = next(done)
            batch = running.pop(future)
            error: BaseException | None = None
            if future.status == "finished":
                try:
                    packets = future.result()  # may have to be made again, if its worker died meanwhile
                except Exception as caught:
                    error = caught
                else:
                    yield from zip(batch, map(decoded, packets), strict=True)
                    continue
            elif future.status == "error":
                error = future.exception()
            if error is None:  # cancelled, or lost with the worker that had it
                hand(batch)
            elif len(batch) > 1:
                for work in batch:
                    hand([work])
            elif not alone:
                suspects += batch  # the worker may have died of what it did beside this
            else:
                yield batch[0], self._given_up(batch[0], error)

    def _given_up(self, work: Work, error: BaseException) -> Packet:
        if isinstance(error, self._dask.KilledWorker):
            step = "请看 Dask worker 的日志与内存；再运行一次即再试"
            return Packet("failed", 0.0, (), "worker_killed", "读它的 Dask worker 一再被终止", step)
        return packet_of(failed("".join(traceback.format_exception(error)), work.one.source, work.sha256))


def _version() -> str:
    from jixiao.version import __version__

    return __version__


_kept = threading.local()
"""In a Dask worker: the supervisor of this thread, and what it was started with."""


def convert_batch(start: bytes, works: list[Work]) -> list[bytes]:
    """Convert *works* in this Dask worker; return their packets, encoded, in the same order."""
    if getattr(_kept, "start", None) != start:
        _forget()
        settings, limits, converter = pickle.loads(zlib.decompress(start))
        _kept.temp = tempfile.TemporaryDirectory(prefix="jixiao-")
        _kept.supervisor = Supervisor(1, limits, converter)
        _kept.supervisor.prepare(settings, Path(_kept.temp.name), warm=True)
        _kept.start = start
    try:
        packets = {work.key: packet.encoded() for work, packet in _kept.supervisor.convert(works)}
    except BaseException:
        _forget()
        raise
    return [packets[work.key] for work in works]


def _forget() -> None:
    if getattr(_kept, "start", None) is not None:
        _kept.start = None
        _kept.supervisor.close()
        _kept.temp.cleanup()
