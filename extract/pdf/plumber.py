"""Pages by pdfplumber: the second reader, which shares no code with the first up to the characters and lines.

Slower by far; it is there to be compared with, and for a file the first one reads wrongly.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pdfplumber
from jixiao.extract.placed import Glyphs
from jixiao.extract.ruled import Floats

from .ink import FAINT, LONG, THIN, WHITE, Ink, PageTooLarge, ruling, sides

MAX_GLYPHS = 200_000
_LEVEL = 0.7
_SLANTED = 0.5

# Every font of Chromium's draws a warning for each page; what is wrong with a file is said in a finding.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


class PlumberPages:
    """The pages of a PDF; *count* is how many there should be."""

    def __init__(self, data: bytes, count: int) -> None:
        self._data = data
        self._count = count

    def read(self, index: int) -> Ink:
        """Return what stands on the page at 0-based *index*; raise ValueError where pdfplumber cannot read it.

        The file is opened anew for each page: what pdfplumber keeps of pages grows without end.
        """
        try:
            with pdfplumber.open(io.BytesIO(self._data), pages=[index + 1]) as document:
                if not document.pages:
                    raise ValueError("pdfplumber 找不到这一页")
                return _ink(document.pages[0], index + 1)
        except (PageTooLarge, MemoryError):
            raise
        except Exception as error:
            # pdfminer raises bare TypeError, KeyError, IndexError and more on broken files: all say the same.
            raise ValueError(f"pdfplumber：{type(error).__name__}") from error


def _ink(page: Any, number: int) -> Ink:
    left, top, right, bottom = page.cropbox or page.mediabox
    chars = page.chars
    if len(chars) > MAX_GLYPHS:
        raise PageTooLarge(f"{len(chars)} 个字符")
    media = page.mediabox
    x0, y0 = left - media[0], top - media[1]
    shift = np.array([page.bbox[0] + x0, page.bbox[1] + y0] * 2)
    size = (float(right - left), float(bottom - top))
    shown = max(size[0] * size[1], 1.0)
    pictures = sum(abs((i["x1"] - i["x0"]) * (i["bottom"] - i["top"])) for i in page.images) / shown
    glyphs, quarters = _glyphs(chars, page, shift)
    lines = _lines(page) - shift
    return Ink(number, size, glyphs, lines, quarters, [], float(pictures))


def _glyphs(chars: Sequence[Mapping[str, Any]], page: Any, shift: Floats) -> tuple[Glyphs, int]:
    codes: list[int] = []
    boxes: list[tuple[float, float, float, float]] = []
    baselines: list[float] = []
    strokes: list[int] = []
    turns: list[int] = []
    angles: list[float] = []
    faint: list[bool] = []
    stroke, before = 0, ("", 0.0)
    for char in chars:
        text = char["text"]
        if text.startswith("(cid:"):
            text = "\ufffd"
        matrix = char["matrix"]
        angle = math.degrees(math.atan2(matrix[1], matrix[0]))
        turns.append(round(angle / 90) % 4)
        pale = _is_faint(char.get("non_stroking_color"))
        now = (char["fontname"], round(float(char["size"]), 1))
        stroke += now != before
        before = now
        step = (char["x1"] - char["x0"]) / max(len(text), 1)
        for i, character in enumerate(text):
            if character.isspace() or ord(character) <= 32:
                continue
            codes.append(ord(character))
            x0 = char["x0"] + i * step
            boxes.append((x0, char["top"], x0 + step, char["bottom"]))
            baselines.append(page.bbox[1] + page.height - matrix[5])
            strokes.append(stroke)
            angles.append(angle)
            faint.append(pale)
    placed = np.array(boxes).reshape(-1, 4) - shift
    levels = np.array(baselines) - shift[1]
    quarters = max(range(4), key=turns.count) if turns else 0
    glyphs = Glyphs(np.array(codes, np.uint32), placed, levels, np.array(strokes, np.int64))
    slants = (np.array(angles) - 90 * quarters + 180) % 360 - 180
    if (np.abs(slants) > _SLANTED).any():
        glyphs = replace(glyphs, slants=slants)
    if any(faint):
        glyphs = replace(glyphs, faint=np.array(faint))
    return glyphs, quarters


def _is_faint(color: Any) -> bool:
    """Tell whether *color*, as pdfminer gives it (grey, RGB or CMYK from 0 to 1), is pale; what is unknown is not."""
    parts = color if isinstance(color, list | tuple) else (color,)
    if not parts or not all(isinstance(part, int | float) for part in parts):
        return False
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        parts = tuple((1 - part) * (1 - black) for part in (cyan, magenta, yellow))
    red, green, blue = parts if len(parts) == 3 else (parts[0],) * 3
    return bool((0.3 * red + 0.59 * green + 0.11 * blue) * 255 >= FAINT)


def _lines(page: Any) -> Floats:
    """Return the page's lines as boxes, from what pdfplumber calls lines, rects and curves."""
    found: list[Floats] = []
    areas: list[Floats] = []
    white: list[bool] = []
    for line in page.lines:
        box = _box(line)
        if min(box[0, 2] - box[0, 0], box[0, 3] - box[0, 1]) <= _LEVEL and _drawn(line):
            found.append(box)
    for rect in page.rects:
        box = _box(rect)
        if min(box[0, 2] - box[0, 0], box[0, 3] - box[0, 1]) <= THIN:
            found.append(box)
        elif rect.get("stroke"):
            found.append(sides(box))
        elif rect.get("fill"):
            areas.append(box)
            white.append(_is_white(rect.get("non_stroking_color")))
    for curve in page.curves:
        points = np.array(curve["pts"], float)
        if not curve.get("stroke") or len(points) < 2:
            continue
        ends = np.hstack([points[:-1], points[1:]])
        low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
        extent = high - low
        found.append(np.hstack([low, high])[(extent.min(axis=1) <= _LEVEL) & (extent.max(axis=1) >= LONG)])
    boxes = ruling(found, np.concatenate([np.zeros((0, 4)), *areas]), np.array(white, np.bool_))
    return boxes[(boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= LONG] if len(boxes) else boxes


def _drawn(thing: Mapping[str, Any]) -> bool:
    return bool(thing.get("stroke") or thing.get("fill"))


def _box(thing: Mapping[str, Any]) -> Floats:
    return np.array([[thing["x0"], thing["top"], thing["x1"], thing["bottom"]]], float)


def _is_white(color: Any) -> bool:
    """Tell whether a colour of pdfminer's (a number, or one to four in a row) is white."""
    if color is None:
        return False
    parts = [float(c) for c in (color if isinstance(color, list | tuple) else [color]) if isinstance(c, int | float)]
    if len(parts) == 4:
        return all(c == 0 for c in parts)
    return bool(parts) and all(c * 255 >= WHITE for c in parts)
