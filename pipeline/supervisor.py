"""Many inputs through workers that may crash, hang, eat memory or be killed; each costs its own file.

Every worker has a pipe of its own, and only the parent writes files. Workers are born in a nursery
(see there); an input whose worker did not live is tried once more in a fresh one, after all others,
and then failed with the reason. Results come in any order; whoever uses them sorts.
"""

from __future__ import annotations

import json
import os
import pickle
import selectors
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from jixiao.extract.effort import counted, waited

from .birth import Nursery, begin_nursery
from .limits import BEGUN, FRAME, LENGTH, PAGE, RESULT, Limits, Start, children_of, too_large
from .packets import Packet, Settings, Work, decoded

_LOOK = 0.05
"""Seconds between two looks at the workers' time and memory."""
_BORN = 120.0
"""Seconds a worker may take to begin with a file: the nursery has to load."""
_LOST = 5
"""So many nurseries may die in a row before a file is begun: then none can be started at all."""
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

Done = tuple[Work, Packet]


@dataclass(slots=True)
class _Worker:
    key: int
    link: socket.socket
    pid: int = 0
    work: Work | None = None
    last: bool = False
    """This is the input's second try."""
    spent: float = 0.0
    """Seconds that the first one took."""
    solitary: bool = False
    """Nothing else may run beside it."""
    since: float = 0.0
    waited: float = 0.0
    """Seconds it had stood without a processor when it began with the input."""
    begun: bool = False
    pages: int = 0
    recognised: int = 0
    files: int = 0
    memory: int = 0
    family: list[int] = field(default_factory=list)
    """Itself and all that it started, when it was last looked at."""
    killed_for: str = ""
    said: bytearray = field(default_factory=bytearray)


class Supervisor:
    """Workers for inputs that are not to be trusted. Used in a `with`; nothing is left running after it."""

    def __init__(
        self, workers: int, limits: Limits | None = None, converter: str = "", nursery: Nursery | None = None
    ) -> None:
        """*nursery* is one that was begun before, so that it loads already."""
        self.limits = limits or Limits()
        self.most = workers
        self.converter = converter or "jixiao.pipeline.convert:convert"
        self._start: Start | None = None
        self._workers: dict[int, _Worker] = {}
        self._selector = selectors.DefaultSelector()
        self._keys = 0
        self._lost = 0
        self._born = False
        self._again: deque[tuple[Work, bool, float]] = deque()
        self._results: deque[Done] = deque()
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket
        self._take_nursery(nursery or begin_nursery())  # it loads while the inputs are listed

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self, settings: Settings, temp: Path, *, warm: bool = False) -> None:
        """Say what is to be done with every input. *temp* is a folder for the workers' temporary files."""
        self._start = Start(os.getpid(), settings, self.limits, self.converter, os.fspath(temp.absolute()), warm)
        self._send_start()

    def convert(self, works: Iterable[Work]) -> Iterator[Done]:
        """Yield every one of *works* with its packet, in any order."""
        stream = iter(works)
        more = True
        while True:
            while more and self._free():
                work = next(stream, None)
                if work is None:
                    more = False
                else:
                    self._hand(work)
            while not more and self._again and self._free(solitary=self._again[0][1]):
                again, solitary, spent = self._again.popleft()
                self._hand(again, last=True, solitary=solitary, spent=spent)
            if self._results:
                yield self._results.popleft()
            elif any(worker.work is not None for worker in self._workers.values()):
                self._wait()
            elif not more and not self._again:
                return

    def close(self) -> None:
        """End all workers, and whatever they started, at once."""
        for worker in list(self._workers.values()):
            self._forget(worker)
        if self._nursery is not None:
            self._end_nursery(10 if self._born else 0)  # one that is still loading has nothing to end

    # --- the nursery ---------------------------------------------------------------------------------

    def _take_nursery(self, nursery: Nursery) -> None:
        self._born = False
        self._nursery, self._control = nursery
        self._selector.register(self._control, selectors.EVENT_READ, None)
        if self._start is not None:
            self._send_start()

    def _end_nursery(self, patience: float) -> None:
        """Hang up, whereupon it kills the workers and ends; *patience* is in seconds."""
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        self._selector.unregister(self._control)
        self._control.close()
        with suppress(OSError):
            self._nursery.stdin.close()
        try:
            self._nursery.wait(patience)
        except subprocess.TimeoutExpired:
            self._nursery.kill()
            self._nursery.wait()
        self._nursery = None

    def _send_start(self) -> None:
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        with suppress(BrokenPipeError):  # it died already; that is noticed where its messages are read
            self._nursery.stdin.write(pickle.dumps(self._start))
            self._nursery.stdin.close()

    def _ask_nursery(self, said: dict[str, int], handles: tuple[int, ...] = ()) -> None:
        with suppress(OSError):  # it is gone, which is noticed where it is listened to
            socket.send_fds(self._control, [json.dumps(said).encode()], handles)

    def _lose_nursery(self) -> None:
        """All workers died with it, and the file that did it may be among theirs; a new one is for the next worker."""
        self._lost += 1
        if self._lost > _LOST:
            raise RuntimeError("workers cannot be started; see the messages above")
        for worker in list(self._workers.values()):
            if worker.pid:
                with suppress(OSError):
                    os.killpg(worker.pid, signal.SIGKILL)
                for pid in {worker.pid, *worker.family}:  # nobody else is left to end what left the group
                    with suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            self._listen(worker)
            self._died(worker, signal.SIGKILL)
        self._end_nursery(0)

    # --- handing out ---------------------------------------------------------------------------------

    def _free(self, *, solitary: bool = False) -> bool:
        busy = [worker for worker in self._workers.values() if worker.work is not None]
        return len(busy) < (1 if solitary else self.most) and not any(worker.solitary for worker in busy)

    def _hand(self, work: Work, *, last: bool = False, solitary: bool = False, spent: float = 0.0) -> None:
        idle = [worker for worker in self._workers.values() if worker.work is None]
        if last:
            for worker in idle:
                self._retire(worker)
            idle = []
        worker = idle[0] if idle else self._new_worker()
        worker.work, worker.last, worker.solitary, worker.spent = work, last, solitary, spent
        worker.since, worker.begun, worker.pages, worker.recognised = time.monotonic(), False, 0, 0
        data = pickle.dumps(work)
        with suppress(BrokenPipeError, ConnectionResetError):  # it died idle; its end is told by the nursery
            worker.link.sendall(LENGTH.pack(len(data)) + data)

    def _new_worker(self) -> _Worker:
        if self._nursery is None:
            self._take_nursery(begin_nursery())
        mine, theirs = socket.socketpair()
        with theirs:
            self._keys += 1
            worker = _Worker(self._keys, mine)
            self._ask_nursery({"start": worker.key}, (theirs.fileno(),))
        self._workers[worker.key] = worker
        self._selector.register(mine, selectors.EVENT_READ, worker)
        return worker

    def _retire(self, worker: _Worker) -> None:
        self._kill(worker)
        self._forget(worker)

    def _kill(self, worker: _Worker) -> None:
        if worker.pid:
            self._ask_nursery({"kill": worker.pid})

    def _forget(self, worker: _Worker) -> None:
        self._workers.pop(worker.key, None)
        self._mute(worker)
        worker.link.close()

    def _mute(self, worker: _Worker) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(worker.link)

    # --- listening -----------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Wait for a word from any worker or the nursery, then look at time and memory."""
        for key, _ in self._selector.select(_LOOK):
            if key.data is None:
                self._hear_nursery()
            elif key.data.key in self._workers and not self._listen(key.data):
                self._mute(key.data)  # it hung up; the nursery says how it ended
        now = time.monotonic()
        for worker in list(self._workers.values()):
            if worker.work is not None and not worker.killed_for and now - worker.since > _LOOK:
                self._look_at(worker, now)

    def _hear_nursery(self) -> None:
        try:
            data = self._control.recv(4096)
        except ConnectionResetError:
            data = b""
        if not data:
            self._lose_nursery()
            return
        said = json.loads(data)
        if "key" in said:
            self._born = True
            worker = self._workers.get(said["key"])
            if worker is None:
                self._ask_nursery({"kill": said["pid"]})
            else:
                worker.pid = said["pid"]
                if worker.killed_for:
                    self._kill(worker)
            return
        for worker in list(self._workers.values()):
            if worker.pid == said["ended"]:
                self._listen(worker)
                self._died(worker, said["status"])

    def _listen(self, worker: _Worker) -> bool:
        """Take in what *worker* says; False if it has hung up."""
        while True:
            try:
                data = worker.link.recv(1 << 18, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return True
            except ConnectionResetError:
                data = b""
            if not data:
                return False
            worker.said += data
            if not self._understand(worker):
                return False

    def _understand(self, worker: _Worker) -> bool:
        """Do as the whole frames among what was said ask for; False if it is no sense."""
        said = worker.said
        while len(said) >= FRAME.size:
            kind, length = FRAME.unpack_from(said)
            if kind not in (BEGUN, PAGE, RESULT) or length > self.limits.packet:
                self._end(worker, "crashed")
                return False
            if len(said) < FRAME.size + length:
                break
            data = bytes(said[FRAME.size : FRAME.size + length])
            del said[: FRAME.size + length]
            if kind == BEGUN:
                worker.begun, worker.since, worker.waited = True, time.monotonic(), waited(worker.pid)
                self._lost = 0
            elif kind == PAGE:
                worker.recognised += data == b"\1"
                worker.pages += data != b"\1"
            elif not self._take(worker, data):
                return False
        return True

    def _take(self, worker: _Worker, data: bytes) -> bool:
        work = worker.work
        try:
            packet = decoded(data)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._end(worker, "crashed")
            return False
        if work is None or worker.killed_for in ("crashed", "too_large"):
            return True
        self._results.append((work, packet))
        worker.work = None
        worker.files += 1
        large = worker.memory > self.limits.memory // 2
        if worker.last or worker.killed_for or large or worker.files >= self.limits.files:
            self._retire(worker)
            return False
        return True

    # --- limits --------------------------------------------------------------------------------------

    def _look_at(self, worker: _Worker, now: float) -> None:
        allowance = self.limits.allowance
        seconds = allowance.seconds(worker.pages, worker.recognised) if worker.begun else _BORN
        spent = now - worker.since
        if spent > seconds and counted(spent, waited(worker.pid) - worker.waited) > seconds:
            self._end(worker, "timed_out")
            return
        worker.family = family_of(worker.pid) if worker.pid else []
        worker.memory = sum(map(_resident, worker.family))
        if worker.memory > self.limits.memory:
            self._end(worker, "out_of_memory")

    def _end(self, worker: _Worker, reason: str) -> None:
        worker.killed_for = worker.killed_for or reason
        self._kill(worker)

    def _died(self, worker: _Worker, status: int) -> None:
        self._forget(worker)
        work = worker.work
        if work is None:
            return
        reason = worker.killed_for or ("worker_killed" if _signal(status) == signal.SIGKILL else "crashed")
        spent = worker.spent + time.monotonic() - worker.since
        if not worker.last:
            pages = worker.pages + worker.recognised
            outside = reason == "worker_killed"
            again = work if outside or not pages else replace(work, last_page=pages)
            self._again.append((again, outside, spent))
            return
        self._results.append((work, self._quarantined(reason, status, spent)))

    def _quarantined(self, reason: str, status: int, spent: float) -> Packet:
        limits = self.limits
        details = {
            "timed_out": f"试了两次，每次都超过了时间上限（{limits.allowance.file:g} 秒，每页另加 {limits.allowance.page:g} 秒）",
            "out_of_memory": f"试了两次，每次都超过了内存上限（{limits.memory // 1024**2} MB）",
            "crashed": f"试了两次，处理进程都异常退出（{_ending(status)}）",
            "worker_killed": "试了两次，处理进程都被强行终止（可能是系统内存不足）",
        }
        steps = {
            "timed_out": "请拆成较小的文件，或核对文件的来源；若当时机器很忙，请用 --retry 再试",
            "out_of_memory": "请拆成较小的文件，或核对文件的来源",
            "crashed": "请用别的软件打开另存一份再转换；若文件来源可信，请报告给维护者",
            "worker_killed": "请减少 --workers 或腾出内存后再运行一次",
        }
        if reason == "too_large":
            return too_large(limits.packet, limits.packet)
        return Packet("failed", round(spent, 3), (), reason, details[reason], steps[reason])


def _signal(status: int) -> int:
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _ending(status: int) -> str:
    number = _signal(status)
    if number:
        names = {one.value: one.name for one in signal.Signals}
        return f"信号 {names.get(number, number)}"
    return f"退出码 {os.waitstatus_to_exitcode(status)}"


def memory_of(pid: int) -> int:
    """Return the bytes in memory of process *pid* and all that it started, shared pages counted for each."""
    return sum(map(_resident, family_of(pid)))


def family_of(pid: int) -> list[int]:
    """Return *pid* and the numbers of all processes it started, directly or not."""
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += children_of(found[-1])
    return found


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0
