"""Ruling lines of an upright page, through noise, gaps and what is left of seals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Grey, Mask

FAINT = 205
"""Rules are thin: at 150 dpi, half a point blurs to a light grey that print never has."""
_PAPER_INCHES = 0.1
_ACROSS_INCHES = 0.2
_DOWN_INCHES = 0.13
_GAP_INCHES = 0.035
_BREAK_INCHES = 0.12
_THICK_INCHES = 0.06
_NEAR_INCHES = 0.045
_SNAP_INCHES, _STROKE_INCHES = 0.07, 0.16
_ERASED_INCHES = 0.014
_LONG_INCHES = 0.7
_BESIDE_INCHES = 0.03
_MOST_BESIDE = 0.3
_DOT_INCHES, _DASH_INCHES, _APART_INCHES = 0.03, 0.1, 0.06
_ASIDE_INCHES, _OFF_INCHES = 0.03, 0.012
_LEVEL = 5
"""A line no higher than so many pixels, as found, lies level."""
_MOST_GAPS = 6.0
"""An inch: strokes of print that stand in line have nine or more, a rule with noise or a seal on it one or two."""
_LEAST_SOLID, _SHORT_SOLID = 0.8, 0.93
"""Two characters one above the other have strokes in line, and a gap between them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along its axis from *start* to *stop*, at *at* on the other axis, in pixels."""

    at: float
    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Rules:
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def find_rules(grey: Grey, dpi: float) -> Rules:
    """Return the rules that make up grids: each touches another at its ends or stands across others."""
    dark = _dark(grey, dpi)
    dashes = _dashes(dark, dpi)
    turned = np.ascontiguousarray(dark.T | _lined_up(np.ascontiguousarray(dashes.T), dpi))
    dark |= _lined_up(dashes, dpi)
    across, down = _held(_lines(dark, dpi, _ACROSS_INCHES), _lines(turned, dpi, _DOWN_INCHES), dpi)
    snapped = [_snapped(rule, down, dpi) for rule in across], [_snapped(rule, across, dpi) for rule in down]
    return Rules(
        tuple(_trimmed(rule, snapped[1], dark, dpi) for rule in snapped[0]),
        tuple(_trimmed(rule, snapped[0], turned, dpi) for rule in snapped[1]),
    )


def _dark(grey: Grey, dpi: float) -> Mask:
    """Return where a page is darker than the paper beside: a shaded row is no line, and lines in it are."""
    soft = cv2.blur(grey, (3, 3))
    paper = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((max(3, round(_PAPER_INCHES * dpi)),) * 2, np.uint8))
    return ((cv2.subtract(paper, grey) > 255 - FAINT) * np.uint8(255)).astype(np.uint8)


def _dashes(dark: Mask, dpi: float) -> Mask:
    """Return what of *dark* can be dots or dashes of a dotted line."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    kept = (sides.min(axis=1) <= _DOT_INCHES * dpi) & (sides.max(axis=1) <= _DASH_INCHES * dpi)
    kept |= sides.max(axis=1) <= _APART_INCHES * dpi  # where two dotted lines cross
    kept[0] = False
    return np.asarray(kept[labels] * np.uint8(255), np.uint8)


def _lined_up(dashes: Mask, dpi: float) -> Mask:
    """Return the horizontal lines, without gaps, that *dashes* make."""
    gap, long = round(_APART_INCHES * dpi), round(_LONG_INCHES * dpi)
    joined = cv2.morphologyEx(dashes, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    return np.asarray(cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, long), np.uint8)), np.uint8)


def _snapped(rule: Rule, others: Iterable[Rule], dpi: float) -> Rule:
    """Return *rule* with its ends moved onto the rules they end near.

    Blur shortens a line a little; noise, and the stroke of a character that stands in line with it, lengthen it by up
    to a character's height.
    """
    short, long = _SNAP_INCHES * dpi, _STROKE_INCHES * dpi
    met = [o.at for o in others if o.start - short <= rule.at <= o.stop + short]
    first = min((at for at in met if -short <= at - rule.start <= long), key=lambda at: abs(at - rule.start), default=rule.start)
    last = min((at for at in met if -long <= at - rule.stop <= short), key=lambda at: abs(at - rule.stop), default=rule.stop)
    return Rule(rule.at, first, last) if first < last else rule


def _trimmed(rule: Rule, others: Iterable[Rule], dark: Mask, dpi: float) -> Rule:
    """Return *rule*, a horizontal line of *dark*, without end parts that are strokes of print in line with it.

    A rule joins those it crosses without a gap; print keeps off the rules of its row on both sides. Seen where a rule ended
    under the rows of two names, and their strokes went on with it: the names lost what stood before.
    """
    near = _NEAR_INCHES * dpi
    met = sorted(o.at for o in _met(rule, others, near))
    start, stop = rule.start, rule.stop
    while len(met) > 2 and abs(met[0] - start) <= near and _is_print(dark, rule.at, met[0], met[1], dpi):
        del met[0]
        start = met[0]
    while len(met) > 2 and abs(met[-1] - stop) <= near and _is_print(dark, rule.at, met[-2], met[-1], dpi):
        del met[-1]
        stop = met[-1]
    return Rule(rule.at, start, stop)


def _is_print(dark: Mask, at: float, first: float, last: float, dpi: float) -> bool:
    """Tell whether a part of a line between two it crosses touches neither, wherever near *at* it is fullest."""
    aside, gap = round(_ASIDE_INCHES * dpi), max(2, round(_OFF_INCHES * dpi))
    x0, x1 = round(first) + gap, round(last) - gap
    top = max(0, round(at) - aside)
    band = dark[top : round(at) + aside + 1, x0:x1] > 0
    if band.shape[0] < 3 or band.shape[1] < 3 * gap:
        return False
    rows = band[:-2] | band[1:-1] | band[2:]
    row = rows[int(rows.mean(axis=1).argmax())]
    return not row[:gap].any() and not row[-gap:].any() and float(row.mean()) < _SHORT_SOLID


def erase(mask: Mask, rules: Rules, dpi: float) -> Mask:
    """Return *mask* without the ink of *rules*."""
    out = mask.copy()
    half = max(3, round(_ERASED_INCHES * dpi))
    for rule in rules.across:
        out[max(0, round(rule.at) - half) : round(rule.at) + half + 1, max(0, round(rule.start)) : round(rule.stop) + 1] = 0
    for rule in rules.down:
        out[max(0, round(rule.start)) : round(rule.stop) + 1, max(0, round(rule.at) - half) : round(rule.at) + half + 1] = 0
    return out


def _lines(dark: Mask, dpi: float, least: float) -> list[Rule]:
    """Return the horizontal lines of *dark* that are at least *least* inches long."""
    length = max(5, round(least * dpi))
    gap = max(2, round(_GAP_INCHES * dpi))
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    # A line that falls by a pixel is still one.
    thick = cv2.dilate(joined, np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    opened = cv2.bitwise_and(opened, thick)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    found = []
    for label in range(1, count):
        x, y, w, h = (int(v) for v in stats[label][:4])
        if h - 2 > _THICK_INCHES * dpi:
            x, y, w, h = _core(labels[y : y + h, x : x + w] == label, x, y)
        if h - 2 > _THICK_INCHES * dpi or w < length:
            continue
        beside = _beside(dark, x, y, w, h, max(2, round(_BESIDE_INCHES * dpi)))
        least_solid = _LEAST_SOLID if w >= _LONG_INCHES * dpi else _SHORT_SOLID
        if _solid(dark, x, y, w, h, dpi) >= least_solid and beside <= _MOST_BESIDE:
            found.append(Rule(_middle(dark, x, y, w, h), x, x + w - 1))
    return _chained(found, dpi)


def _core(part: NDArray[np.bool_], x: int, y: int) -> tuple[int, int, int, int]:
    """Return the box of a line without the strokes that touch it: the rows about its fullest one."""
    counts = part.sum(axis=1)
    top = bottom = int(counts.argmax())
    least = 0.3 * counts[top]
    while top > 0 and counts[top - 1] >= least:
        top -= 1
    while bottom + 1 < len(counts) and counts[bottom + 1] >= least:
        bottom += 1
    columns = np.flatnonzero(part[top : bottom + 1].any(axis=0))
    return x + int(columns[0]), y + top, int(columns[-1] - columns[0]) + 1, bottom - top + 1


def _solid(dark: Mask, x: int, y: int, w: int, h: int, dpi: float) -> float:
    """Return which share of a line's length its fullest two rows of pixels cover: gaps between characters tell.

    Paper stretches and curls: rows follow the line where it rises or falls by a pixel or more.
    """
    band = dark[y : y + h, x : x + w] > 0
    if h > _LEVEL:
        band = _levelled(band)
    pairs = band[:-1] | band[1:] if len(band) > 1 else band
    row = pairs[int(pairs.mean(axis=1).argmax())]
    gaps = int((row[:-1] & ~row[1:]).sum())
    return 0.0 if gaps > _MOST_GAPS * w / dpi else float(row.mean())


def _levelled(band: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return *band* with each column moved up or down as the line in it does."""
    rows, columns = np.nonzero(band)
    if len(np.unique(columns[:: max(1, len(columns) // 500)])) < 2:
        return band
    slope, _ = np.polyfit(columns, rows, 1)
    moved = np.rint(rows - slope * (columns - band.shape[1] / 2)).astype(np.int64)
    inside = (moved >= 0) & (moved < band.shape[0])
    out = np.zeros_like(band)
    out[moved[inside], columns[inside]] = True
    return out


def _middle(dark: Mask, x: int, y: int, w: int, h: int) -> float:
    """Return the row of a line's ink: specks beside it widen its box to one side, and its middle is not theirs."""
    counts = dark[y : y + h, x : x + w].mean(axis=1)
    full = np.flatnonzero(counts >= 0.5 * counts.max())
    return y + float((full * counts[full]).sum() / counts[full].sum())


def _beside(dark: Mask, x: int, y: int, w: int, h: int, reach: int) -> float:
    """Return how much ink stands beside a line, on its emptier side: a stroke in a line of print has some on both."""
    above = dark[max(0, y - reach) : max(0, y - reach + 2), x : x + w]
    below = dark[y + h + reach - 2 : y + h + reach, x : x + w]
    return min((float(band.mean()) / 255 if band.size else 0.0) for band in (above, below))


def _chained(rules: Sequence[Rule], dpi: float) -> list[Rule]:
    """Return *rules* with those on one line and a small gap apart made one."""
    near, gap = 0.025 * dpi, _BREAK_INCHES * dpi
    out: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (r.start, r.at)):
        for i, other in enumerate(out):
            if abs(other.at - rule.at) <= near and rule.start - other.stop <= gap:
                long, short = other.stop - other.start, rule.stop - rule.start
                at = (other.at * long + rule.at * short) / max(1.0, long + short)
                out[i] = Rule(at, other.start, max(other.stop, rule.stop))
                break
        else:
            out.append(rule)
    return sorted(out, key=lambda r: (r.at, r.start))


def _held(across: Sequence[Rule], down: Sequence[Rule], dpi: float) -> tuple[list[Rule], list[Rule]]:
    """Return the rules that hold each other: both ends of a short one lie on rules, an end of a long one, or it crosses two.

    A stroke of a large character is as long as a short rule, but nothing long holds it.
    """
    near, long = _NEAR_INCHES * dpi, _LONG_INCHES * dpi
    kept = [[r for r in rules if r.stop - r.start >= long] for rules in (across, down)]
    rest = [[r for r in rules if r.stop - r.start < long] for rules in (across, down)]
    _grow(kept, rest, near)
    loose = True
    while loose:
        held = [[r for r in kept[side] if len(_met(r, kept[1 - side], near)) >= 2] for side in (0, 1)]
        loose = held != kept
        kept = held
    _grow(kept, rest, near)
    return tuple(sorted(side, key=lambda r: (r.at, r.start)) for side in kept)  # type: ignore[return-value]


def _grow(kept: list[list[Rule]], rest: list[list[Rule]], near: float) -> None:
    """Move those of *rest* to *kept* (across, down) whose ends are held by what is kept, until there are no more.

    An end is held on a rule, or level with the end of a parallel one where a page break left the border open.
    """
    grown = True
    while grown:
        grown = False
        for side in (0, 1):
            for rule in list(rest[side]):
                met = _met(rule, kept[1 - side], near)
                held = [any(abs(o.at - end) <= near for o in met) for end in (rule.start, rule.stop)]
                level = (
                    any(abs(o.start - rule.start) <= near for o in kept[side]),
                    any(abs(o.stop - rule.stop) <= near for o in kept[side]),
                )
                if any(held) and all(h or even for h, even in zip(held, level, strict=True)):
                    kept[side].append(rule)
                    rest[side].remove(rule)
                    grown = True


def _met(rule: Rule, others: Iterable[Rule], near: float) -> list[Rule]:
    return [
        o
        for o in others
        if o.start - near <= rule.at <= o.stop + near and rule.start - near <= o.at <= rule.stop + near
    ]
