"""What a file may cost, and how a worker and its parent speak."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from jixiao.extract.effort import Allowance

from .packets import Packet, Settings

BEGUN, PAGE, RESULT = b"B", b"P", b"R"
FRAME = struct.Struct("<cI")
"""Kind and length of what a worker says; what it is told has a length only."""
LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost: *allowance* in seconds, *memory* in bytes for the worker and what it started.

    *memory* is looked at some twenty times a second; *address_space* is the kernel's own limit, against
    what comes faster. A worker is replaced after *files*; a result larger than *packet* is refused.
    """

    allowance: Allowance = field(default_factory=Allowance)
    memory: int = 1024**3
    address_space: int = 2 * 1024**3
    files: int = 200
    packet: int = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Start:
    """What the nursery is told first: *converter* is "module:function", *warm* loads what most files need."""

    parent: int
    settings: Settings
    limits: Limits
    converter: str
    temp: str
    warm: bool


def children_of(pid: int) -> list[int]:
    """Return the process numbers of the children of *pid* (of its first thread); none where /proc lacks them."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", "rb") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def too_large(size: int, most: int) -> Packet:
    """Return the packet of an input whose result is of *size* bytes, more than *most*."""
    detail = f"读出的内容有 {size / 1024**2:.0f} MB，超过上限 {most // 1024**2} MB"
    return Packet("failed", 0.0, (), "too_large", detail, "请拆成较小的文件")
