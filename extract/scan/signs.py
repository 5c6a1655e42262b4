"""The ink of a line as runs of columns, and what shape a comparator's ink has, whatever the recogniser read.

≥ and > differ in one bar of a few pixels. The recogniser is right nearly always, and when it is wrong it can be sure
of itself; a small reader of shapes alone, trained on drawings of these signs (`tests/forms/train_signs.py`), is asked
as well, and a sign is sure only where both agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Grey, Mask
from .lines import Line

SHAPES = ("", "ge", "le", "eq", "gt", "lt")
"""What a shape can be: "" is everything that is no comparator."""

_SIDE = 20
_LEAST_PIXELS = 3

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Run:
    """Columns of a line that have ink without a gap: from *x0* to before *x1* in pixels of the page."""

    x0: int
    x1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def runs_of(mask: Mask, line: Line) -> list[Run]:
    """Return the runs of ink of *line* from left to right."""
    columns = np.flatnonzero(mask[line.y0 : line.y1, line.x0 : line.x1].any(axis=0))
    if not len(columns):
        return []
    gaps = np.flatnonzero(np.diff(columns) > 1)
    starts = [int(columns[0]), *(int(columns[g + 1]) for g in gaps)]
    stops = [*(int(columns[g]) + 1 for g in gaps), int(columns[-1]) + 1]
    return [Run(line.x0 + a, line.x0 + b) for a, b in zip(starts, stops, strict=True)]


def shape_of(grey: Grey, line: Line, run: Run, height: float) -> tuple[str, float]:
    """Return which of `SHAPES` the ink of *run* has, and its chance; *height* is that of the page's characters."""
    features = features_of(grey, line, run, height)
    if features is None:
        return "", 0.0
    chance = chances(features, _weights())
    best = int(chance.argmax())
    return SHAPES[best], float(chance[best])


def features_of(grey: Grey, line: Line, run: Run, height: float) -> Floats32 | None:
    """Return a run's ink as the shape reader sees it: 20 × 20 greys, its proportions, its height."""
    part = grey[line.y0 : line.y1, run.x0 : run.x1]
    if min(part.shape) < _LEAST_PIXELS:
        return None
    darkest = float(np.percentile(part, 4))
    dark = part < (255 + darkest) / 2
    rows, columns = np.flatnonzero(dark.sum(axis=1) >= 2), np.flatnonzero(dark.any(axis=0))
    if not len(rows) or not len(columns):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    own = part[top:bottom, left:right]
    picture = cv2.resize(own, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA if own.shape[0] > _SIDE else cv2.INTER_LINEAR)
    depth = (255 - picture.astype(np.float32)) / max(40.0, 255 - darkest)
    shape = [np.log((right - left) / (bottom - top)), (bottom - top) / height, (right - left) / height]
    return np.concatenate([np.clip(depth, 0, 1.2).ravel(), np.array(shape, np.float32)]).astype(np.float32)


def chances(features: Floats32, weights: dict[str, Floats32]) -> Floats32:
    """Return the chance of each of `SHAPES`."""
    values = features
    for layer in range(3):
        values = values @ weights[f"w{layer}"] + weights[f"b{layer}"]
        if layer < 2:
            values = np.maximum(values, 0)
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum(), np.float32)


@cache
def _weights() -> dict[str, Floats32]:
    with resources.files("jixiao.extract.scan").joinpath("data/signs.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        return {name: stored[name].astype(np.float32) for name in stored.files}
