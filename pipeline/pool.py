"""Many inputs through `convert`, in this process or in several; a crash costs one input.

Workers are started afresh (spawn): pdfium is not safe in threads, and a fork of a process with
threads is not safe at all. Results come in any order; whoever uses them sorts.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.deliver.files import csv_text
from jixiao.deliver.nested import nested_text
from jixiao.extract.errors import DocumentError
from jixiao.rules.families import Families, load_families

from .inputs import Input, Reader
from .one import Outcome, Status, failed, read_bytes, refused, rows_by_form

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_BATCH = 32
_BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides what an input becomes, apart from its bytes."""

    families: Families
    personal: bool = True
    json: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """One input to convert. *data* is given for members of a zip, else the worker reads the file itself."""

    one: Input
    sha256: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """One form as it will stand in the output: CSV lines by table, and its JSON document."""

    document_id: str
    form: str
    why: str
    tables: dict[str, str]
    json: str


@dataclass(frozen=True, slots=True)
class Packet:
    """What a worker sends back: plain texts only, so that sending cannot fail."""

    status: Status
    seconds: float
    forms: tuple[Written, ...] = ()
    reason: str = ""
    detail: str = ""
    next_step: str = ""


Converter = Callable[[Work, Settings], Packet]


def families_for(folder: Path | None, family: str | None) -> Families:
    """Return the families in use: those of the package and of *folder*, or only the one called *family*."""
    families = load_families(folder)
    if family is None:
        return families
    only = {family: families.get(family)}
    return replace(families, known=only, fingerprint=f"{families.fingerprint}/{family}")


def convert(work: Work, settings: Settings) -> Packet:
    """Read, check and lay out one input. Never raises."""
    start = time.perf_counter()
    try:
        outcome = _read(work, settings)
        rows = rows_by_form(outcome.tables)
        written = tuple(
            Written(
                document_id=form.document_id,
                form=form.family,
                why=form.family_reason,
                tables={name: csv_text(lines) for name, lines in rows[form.document_id].items()},
                json=nested_text(form) if settings.json else "",
            )
            for form in outcome.forms
        )
    except Exception:
        outcome, written = failed(traceback.format_exc(), work.one.source, work.sha256), ()
    return replace(packet_of(outcome), seconds=round(time.perf_counter() - start, 3), forms=written)


def packet_of(outcome: Outcome) -> Packet:
    """Return the packet of an outcome without forms."""
    return Packet(outcome.status, 0.0, (), outcome.reason, outcome.detail, outcome.next_step)


def _read(work: Work, settings: Settings) -> Outcome:
    source = work.one.source
    try:
        data = work.data
        if data is None:
            with Reader() as reader:
                data = reader.read(work.one)
        outcome = read_bytes(data, source, settings.families, personal=settings.personal)
        if outcome.sha256 != work.sha256:
            raise DocumentError("unreadable", "文件在转换时被改动", "请等文件写完后再转换一次")
    except DocumentError as error:
        return refused(error, source, work.sha256)
    return outcome


def convert_all(
    works: Iterable[Work], count: int, settings: Settings, workers: int, converter: Converter = convert
) -> Iterator[tuple[Work, Packet]]:
    """Yield every one of *works* (about *count*) with its packet, in any order.

    A single input, or one worker, is done in this process. If a worker dies, the inputs it may have
    died of are tried again one by one, each in a process of its own; the one that kills its process
    is failed, and the rest go on.
    """
    stream = iter(works)
    first = tuple(islice(stream, 2))
    if workers <= 1 or len(first) < 2:
        for work in chain(first, stream):
            yield work, converter(work, settings)
        return
    batches = _batches(chain(first, stream), max(1, min(_BATCH, count // (workers * 4))))
    exhausted = False
    while not exhausted:
        suspects: list[Work] = []
        exhausted = yield from _pool(batches, settings, workers, converter, suspects)
        for work in suspects:
            yield work, _alone(work, settings, converter)


def _pool(
    batches: Iterator[list[Work]],
    settings: Settings,
    workers: int,
    converter: Converter,
    suspects: list[Work],
) -> Generator[tuple[Work, Packet], None, bool]:
    """Yield packets until the batches or the pool end; say whether the batches did.

    Only a few batches are handed out at a time: those under way when the pool breaks are *suspects*.
    """
    import multiprocessing
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start_worker, (settings,))
    running: dict[Future[list[Packet]], list[Work]] = {}
    exhausted = broken = ended = False
    try:
        while True:
            while len(running) < 2 * workers and not (exhausted or broken):
                batch = next(batches, None)
                if batch is None:
                    exhausted = True
                    break
                try:
                    running[pool.submit(_convert_batch, batch, converter)] = batch
                except RuntimeError:  # BrokenProcessPool is one
                    suspects += batch
                    broken = True
            if not running:
                ended = True
                return exhausted
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                batch = running.pop(future)
                if future.exception() is None:
                    yield from zip(batch, future.result(), strict=True)
                else:
                    suspects += batch
                    broken = True
    finally:
        if broken or not ended:  # do not wait for what nobody will collect
            for child in set(multiprocessing.active_children()) - others:
                child.kill()
        # The interpreter's pool was seen to wait for ever for a worker of a broken pool.
        pool.shutdown(wait=not broken, cancel_futures=True)


_settings: Settings
"""In a pool's worker: sent once when it starts, since the families are near a megabyte."""


def _convert_batch(batch: list[Work], converter: Converter) -> list[Packet]:
    return [converter(work, _settings) for work in batch]


def _start_worker(settings: Settings) -> None:
    """Leave the keyboard's interrupt to the parent, and do not outlive it."""
    global _settings
    _settings = settings
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _alone(work: Work, settings: Settings, converter: Converter) -> Packet:
    """Return the packet of *work*, converted in a process of its own; failed if that process dies."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_solo, args=(sender, work, settings, converter), daemon=True)
    try:
        process.start()
        sender.close()
        packet: Packet = receiver.recv()
        return packet
    except EOFError:
        process.join()
        return packet_of(failed(f"处理进程异常退出（{_exit_words(process.exitcode)}）", work.one.source))
    finally:
        receiver.close()
        process.kill()
        process.join()


def _solo(sender: Connection, work: Work, settings: Settings, converter: Converter) -> None:
    _start_worker(settings)
    sender.send(converter(work, settings))


def _exit_words(code: int | None) -> str:
    names = {-one.value: one.name for one in signal.Signals}
    return f"信号 {names[code]}" if code in names else f"退出码 {code}"


def _batches(works: Iterable[Work], size: int) -> Iterator[list[Work]]:
    batch: list[Work] = []
    held = 0
    for work in works:
        batch.append(work)
        held += len(work.data or b"")
        if len(batch) >= size or held > _BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
