"""Sheets laid on the glass one after another: their tables' sides brought onto one another, so that they join."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from jixiao.extract.placed import RuledPage
from jixiao.extract.ruled import Floats, Table

_WIDTHS = 12.0
"""Tables whose widths differ by more than so many points are two."""
_NEAR = 4.5


def align(pages: Iterable[RuledPage]) -> None:
    """Move the sides of each table onto those of the tables before it that are as wide.

    Paper shrinks, is fed at a slant and never lies twice in one place: the same side comes out some points apart on
    two sheets, and a grid joined of them would have two columns there. Only sides move; text keeps its boxes.
    """
    known: Floats | None = None
    for page in pages:
        for item in page.items:
            if not isinstance(item, Table):
                continue
            left, right = float(item.xs[0]), float(item.xs[-1])
            if known is None or abs((right - left) - (known[-1] - known[0])) > _WIDTHS:
                known = np.array(item.xs, np.float64)
                continue
            scale = (known[-1] - known[0]) / (right - left)
            known = _moved(item, known, scale, float(known[0]) - left * scale)


def _moved(table: Table, known: Floats, scale: float, shift: float) -> Floats:
    """Put *table*'s sides where *known* ones are near; return the known ones with those that are new."""
    places = {x: x * scale + shift for x in table.xs.tolist()}
    to: dict[float, float] = {}
    fresh = []
    for x, place in places.items():
        nearest = float(known[int(np.abs(known - place).argmin())])
        # Two columns a few points apart must not become one: a known side draws only the side that is nearest to it.
        rival = min(places.values(), key=lambda other: abs(other - nearest))
        if abs(nearest - place) <= _NEAR and rival == place:
            to[x] = nearest
        else:
            to[x] = place
            fresh.append(place)
    for slot in table.slots:
        x0, top, x1, bottom = slot.box
        slot.box = (to.get(x0, x0 * scale + shift), top, to.get(x1, x1 * scale + shift), bottom)
    table.xs = np.array([to[x] for x in table.xs.tolist()], np.float64)
    return np.sort(np.concatenate([known, np.array(fresh, np.float64)]))
