"""The process that workers are born in, and what a worker does.

Started afresh once a run, it loads the reader and then forks: a worker costs milliseconds, so that one
can be thrown away for every file that breaks it. It has one thread and opens no document, and is
the only one that waits for the workers, so that a process number is never mistaken. When the parent
is gone it kills every worker's group and ends. Linux only.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import pickle
import resource
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

from jixiao.extract import effort

from .convert import packet_of
from .inputs import Reader
from .limits import BEGUN, FRAME, LENGTH, PAGE, RESULT, Limits, Start, children_of, too_large
from .one import failed
from .packets import Converter, Packet, Settings

_TICK = 1.0
_OBJECTS = 20_000
"""So many objects more than there were, and the collector looks among the new ones."""
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def main(descriptor: int) -> None:
    """Serve the parent at the other end of the socket *descriptor*; the start comes on standard input."""
    control = socket.socket(fileno=descriptor)
    data = sys.stdin.buffer.read()
    try:
        start: Start = pickle.loads(data)
    except (EOFError, pickle.UnpicklingError):
        return  # the parent had nothing to convert, or was gone before it had said what
    module, _, name = start.converter.partition(":")
    converter: Converter = getattr(importlib.import_module(module), name)
    os.environ["TMPDIR"] = tempfile.tempdir = start.temp
    if start.warm:
        from jixiao.extract.dump.words import cuts_word

        cuts_word("绩效", "目标")
    calm_collector()
    _Nursery(control, start, converter).serve()


def calm_collector() -> None:
    """Look for cycles of garbage seldom, and never among what is loaded by now: reading a form makes hardly any.

    With Python's own settings a fifth of the time of reading went into looking. The watched memory of a
    worker bounds what a file could do with this.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 50)
    gc.enable()


class _Nursery:
    def __init__(self, control: socket.socket, start: Start, converter: Converter) -> None:
        self.control = control
        self.start = start
        self.converter = converter
        self.workers: set[int] = set()
        self.wake, self.waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.call = ctypes.CDLL(None).prctl

    def serve(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.waker)
        self.call(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # what a dead worker leaves behind comes to us
        try:
            while os.getppid() == self.start.parent:
                ready, _, _ = select.select([self.control.fileno(), self.wake], [], [], _TICK)
                if self.wake in ready:
                    os.read(self.wake, 4096)
                if self.control.fileno() in ready and not self._obey():
                    break
                self._reap()
                self._kill_strays()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the parent is gone
        finally:
            self._end()

    def _obey(self) -> bool:
        data, handles, _, _ = socket.recv_fds(self.control, 4096, 4)
        if not data:
            return False
        said = json.loads(data)
        if "kill" in said:
            self._kill(said["kill"])
        else:
            (handle,) = handles
            pid = os.fork()
            if pid == 0:
                self._become_worker(handle)
            os.close(handle)
            self.workers.add(pid)
            self._tell({"key": said["start"], "pid": pid})
        return True

    def _tell(self, said: dict[str, int]) -> None:
        self.control.send(json.dumps(said).encode())

    def _kill(self, pid: int) -> None:
        if pid in self.workers:
            for kill in (os.killpg, os.kill):
                with suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.workers:
                self.workers.remove(pid)
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)  # whoever of its group is left
                self._tell({"ended": pid, "status": status})

    def _kill_strays(self) -> None:
        for pid in children_of(os.getpid()):
            if pid not in self.workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _end(self) -> None:
        for pid in self.workers:
            self._kill(pid)
        self.workers.clear()
        late = time.monotonic() + 5
        while time.monotonic() < late:
            self._kill_strays()
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.005)
            except ChildProcessError:
                break

    def _become_worker(self, handle: int) -> NoReturn:
        try:
            nursery = os.getppid()
            os.setsid()  # a group of its own, that is killed whole
            self.call(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != nursery:
                os._exit(1)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.control.close()
            os.close(self.wake)
            os.close(self.waker)
            quiet = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(quiet, number)
            limits = self.start.limits
            _limit(resource.RLIMIT_AS, limits.address_space)
            _limit(resource.RLIMIT_CORE, 0)
            work_on(socket.socket(fileno=handle), self.start.settings, limits, self.converter)
        except BaseException:
            os._exit(1)
        os._exit(0)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def work_on(link: socket.socket, settings: Settings, limits: Limits, converter: Converter) -> None:
    """Convert one input after the other until the parent hangs up."""

    def say(kind: bytes, data: bytes = b"") -> None:
        link.sendall(FRAME.pack(kind, len(data)) + data)

    def page_done(recognised: bool) -> None:
        say(PAGE, bytes([recognised]))

    with Reader() as reader:
        while True:
            work = _receive(link)
            if work is None:
                return
            say(BEGUN)
            effort.begin(limits.allowance, page_done, work.last_page)
            data = _converted(partial(converter, work, settings, reader), work.one.source)
            if len(data) > limits.packet:
                data = too_large(len(data), limits.packet).encoded()
            for child in children_of(os.getpid()):  # nothing of a file goes on after it
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            say(RESULT, data)


def _converted(convert: Callable[[], Packet], source: str) -> bytes:
    try:
        return convert().encoded()
    except BaseException:  # some library's sys.exit, say
        return packet_of(failed(traceback.format_exc(), source)).encoded()


def _receive(link: socket.socket) -> Any:
    """Return what the parent sends next, or None if it has hung up."""
    head = _exactly(link, LENGTH.size)
    if head is None:
        return None
    data = _exactly(link, *LENGTH.unpack(head))
    return None if data is None else pickle.loads(data)


def _exactly(link: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        more = link.recv(count - len(data))
        if not more:
            return None
        data += more
    return data
