"""The real reader, but a file whose second line is a word of `fakes.POISON` does what that says."""

from __future__ import annotations

from jixiao.pipeline import convert as real
from jixiao.pipeline.inputs import Reader
from jixiao.pipeline.packets import Packet, Settings, Work

from .fakes import POISON


def convert(work: Work, settings: Settings, reader: Reader) -> Packet:
    """Convert one input with the real reader, unless it is poison."""
    if work.one.path.name.partition("-")[0] in POISON:
        word = work.one.path.read_text(encoding="utf-8").splitlines()[1]
        POISON[word.strip()]("")
    return real.convert(work, settings, reader)
