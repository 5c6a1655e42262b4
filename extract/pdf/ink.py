"""What stands on a page, whichever library took it out: characters, ruling lines, and doubts about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from jixiao.extract.placed import Glyphs, turned
from jixiao.extract.ruled import Floats
from numpy.typing import NDArray

THIN = 3.5
"""A box no wider than this is a line; a wider one is an area, and its sides are lines."""
WHITE = 250
FAINT = 140
"""Text as light as this (0–255, on white paper) is paler than what a form is filled in with."""
LONG = 1.5


class PageTooLarge(Exception):
    """A page with more on it than any form has."""


@dataclass(slots=True)
class Ink:
    """One page. All places are in points from the top left of the page as it is shown.

    *quarters* is how many quarter turns clockwise set the text upright. *doubts* are reasons not to trust
    the text (keys of `trust.DOUBTS`); *pictures* is the share of the page that images cover, *hidden* the
    number of characters nobody sees, *across* what is stamped across the page and *struck* what is struck out: both
    were taken off its text.
    """

    page: int
    size: tuple[float, float]
    glyphs: Glyphs
    lines: Floats
    quarters: int = 0
    doubts: list[str] = field(default_factory=list)
    pictures: float = 0.0
    hidden: int = 0
    across: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()

    def upright(self) -> tuple[tuple[float, float], Glyphs, Floats, Floats]:
        """Return size, glyphs, horizontal and vertical lines in the frame in which the text reads upright."""
        boxes, lines, (width, height) = self.glyphs.boxes, self.lines, self.size
        glyphs = self.glyphs
        if self.quarters:
            boxes = turned(boxes, self.quarters, width, height)
            lines = turned(lines, self.quarters, width, height)
            # A turned glyph keeps no baseline of its own: its foot serves.
            glyphs = replace(glyphs, boxes=boxes, baselines=boxes[:, 3])
            if self.quarters % 2:
                width, height = height, width
        wide = (lines[:, 2] - lines[:, 0]) >= (lines[:, 3] - lines[:, 1])
        flat, steep = lines[wide], lines[~wide]
        horizontals = np.column_stack([(flat[:, 1] + flat[:, 3]) / 2, flat[:, 0], flat[:, 2]])
        verticals = np.column_stack([(steep[:, 0] + steep[:, 2]) / 2, steep[:, 1], steep[:, 3]])
        return (width, height), glyphs, horizontals, verticals


def sides(boxes: Floats) -> Floats:
    """Return the four sides of each box, as boxes without width."""
    x0, top, x1, bottom = boxes.T
    return np.concatenate(
        [
            np.column_stack([x0, top, x1, top]),
            np.column_stack([x0, bottom, x1, bottom]),
            np.column_stack([x0, top, x0, bottom]),
            np.column_stack([x1, top, x1, bottom]),
        ]
    )


def ruling(lines: Iterable[Floats], areas: Floats, white: NDArray[np.bool_]) -> Floats:
    """Return the lines of a page, and the sides of filled *areas*, of which some are *white*.

    White areas count only where they lie on a dark one: what is left between them is then seen as a line.
    """
    dark = areas[~white]
    found = [*lines, sides(dark)]
    if len(dark):
        for box in areas[white]:
            if ((dark[:, :2] <= box[:2] + 1) & (dark[:, 2:] >= box[2:] - 1)).all(axis=1).any():
                found.append(sides(box[None]))
    return np.concatenate(found)
