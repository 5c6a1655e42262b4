"""Who does the work: processes of this machine, this process itself, or a cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .inputs import Reader
from .limits import Limits
from .packets import Converter, Packet, Settings, Work

if TYPE_CHECKING:
    from .birth import Nursery


class EngineError(Exception):
    """The engine asked for cannot be had; the message says how to mend it."""


class Engine(Protocol):
    """Converts inputs one by one, in whatever order; used in a `with`."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *_: object) -> None: ...

    def prepare(self, settings: Settings, temp: Path, *, warm: bool = False) -> None:
        """Hear what is to be done with every input, once and first. *temp* takes temporary files."""

    def convert(self, works: Iterable[Work]) -> Iterator[tuple[Work, Packet]]:
        """Yield every one of *works* with its packet."""

    def close(self) -> None:
        """Leave nothing running; no input will come after this."""


class InThisProcess:
    """No isolation: a file that crashes takes the run with it. For systems without fork, and to measure by."""

    def __init__(self, converter: Converter | None = None) -> None:
        from .convert import convert

        self._converter = converter or convert
        self._settings: Settings

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        pass

    def prepare(self, settings: Settings, temp: Path, *, warm: bool = False) -> None:
        self._settings = settings

    def convert(self, works: Iterable[Work]) -> Iterator[tuple[Work, Packet]]:
        with Reader() as reader:
            for work in works:
                yield work, self._converter(work, self._settings, reader)


def local(workers: int, limits: Limits | None = None, nursery: Nursery | None = None) -> Engine:
    """Return the engine of this machine; *nursery* may have been begun before."""
    if sys.platform != "linux":
        return InThisProcess()
    from .supervisor import Supervisor

    return Supervisor(workers, limits, nursery=nursery)
