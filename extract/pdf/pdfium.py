"""Pages by pdfium, through its raw interface: the default reader.

Every call goes through `map` to a prototype that keeps the interpreter's lock, and what it finds is
written straight into an array: pdfium's own text extraction costs nearly as much as all of this.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from jixiao.extract.placed import Glyphs, turned
from jixiao.extract.ruled import Floats
from numpy.typing import NDArray

from .ink import LONG, THIN, WHITE, Ink, PageTooLarge, ruling

_POINTER, _INT, _FLOAT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_float, ctypes.c_double

MAX_GLYPHS = 200_000
MAX_OBJECTS = 400_000
_MAX_DEPTH = 8
_SAMPLE = 48
_INVISIBLE = 3
_UNMAPPED = 0.05


def _bind(name: str, result: Any, *arguments: Any) -> Any:
    """Return a pdfium function that takes addresses as plain integers and never lets go of the lock."""
    address = ctypes.cast(getattr(raw, name), _POINTER).value
    assert address is not None, name
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_unicode = _bind("FPDFText_GetUnicode", ctypes.c_uint, _POINTER, _INT)
_loose_box = _bind("FPDFText_GetLooseCharBox", _INT, _POINTER, _INT, _POINTER)
_origin = _bind("FPDFText_GetCharOrigin", _INT, _POINTER, _INT, _POINTER, _POINTER)
_angle = _bind("FPDFText_GetCharAngle", _FLOAT, _POINTER, _INT)
_map_error = _bind("FPDFText_HasUnicodeMapError", _INT, _POINTER, _INT)
_text_object = _bind("FPDFText_GetTextObject", ctypes.c_ssize_t, _POINTER, _INT)
_page_object = _bind("FPDFPage_GetObject", _POINTER, _POINTER, _INT)
_form_object = _bind("FPDFFormObj_GetObject", _POINTER, _POINTER, ctypes.c_ulong)
_type = _bind("FPDFPageObj_GetType", _INT, _POINTER)
_bounds = _bind("FPDFPageObj_GetBounds", _INT, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_matrix = _bind("FPDFPageObj_GetMatrix", _INT, _POINTER, _POINTER)
_segments = _bind("FPDFPath_CountSegments", _INT, _POINTER)
_segment = _bind("FPDFPath_GetPathSegment", _POINTER, _POINTER, _INT)
_segment_type = _bind("FPDFPathSegment_GetType", _INT, _POINTER)
_segment_close = _bind("FPDFPathSegment_GetClose", _INT, _POINTER)
_segment_point = _bind("FPDFPathSegment_GetPoint", _INT, _POINTER, _POINTER, _POINTER)
_draw_mode = _bind("FPDFPath_GetDrawMode", _INT, _POINTER, _POINTER, _POINTER)
_fill_color = _bind("FPDFPageObj_GetFillColor", _INT, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_render_mode = _bind("FPDFTextObj_GetTextRenderMode", _INT, _POINTER)


def _run(calls: Iterable[object]) -> None:
    deque(calls, maxlen=0)


def _addresses(array: NDArray[Any], column: int = 0) -> range:
    """Return the address of *column* in each row of *array*."""
    start, step = int(array.ctypes.data) + column * array.itemsize, array.itemsize * array.shape[1]
    return range(start, start + array.shape[0] * step, step)


class PdfiumPages:
    """The pages of a document that is open."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self.document = document

    def read(self, index: int) -> Ink:
        """Return what stands on the page at 0-based *index*; raise as `read_page`."""
        return read_page(self.document, index)


def read_page(document: pypdfium2.PdfDocument, index: int) -> Ink:
    """Return what stands on the page at 0-based *index*.

    Raises PdfiumError for a page that cannot be loaded, PageTooLarge for one nobody would print.
    """
    page = document[index]
    try:
        left, bottom, right, top = page.get_bbox()
        frame = _Frame(left, top, right - left, top - bottom, page.get_rotation() // 90 % 4)
        text = page.get_textpage()
        try:
            glyphs, slant = _glyphs(text, frame)
            shapes = _Shapes(frame)
            shapes.page(page)
            hidden = 0
            doubts = ["unmapped"] if _is_unmapped(text, len(glyphs)) else []
            if shapes.invisible:
                seen = ~np.isin(glyphs.strokes, np.array(sorted(shapes.invisible), np.int64))
                hidden = int((~seen).sum())
                if hidden * 2 > len(seen):
                    doubts.append("invisible")
                else:
                    glyphs = glyphs.of(seen)
        finally:
            text.close()
    finally:
        page.close()
    width, height = frame.size
    shown = max(width * height, 1.0)
    turns = (slant - frame.quarters) % 4
    return Ink(index + 1, (width, height), glyphs, shapes.lines(), turns, doubts, shapes.pictures / shown, hidden)


def _is_unmapped(text: pypdfium2.PdfTextPage, count: int) -> bool:
    """Tell whether fonts give no Unicode for what they draw, judged by a sample of the page's characters."""
    if not count:
        return False
    handle, total = ctypes.cast(text.raw, _POINTER).value, text.count_chars()
    sample = range(0, total, max(1, total // _SAMPLE))
    lacking: int = sum(_map_error(handle, i) == 1 for i in sample)
    return lacking > _UNMAPPED * len(sample)


class _Frame:
    """From user space (origin bottom left, before /Rotate) to points from the top left of the page as shown."""

    def __init__(self, left: float, top: float, width: float, height: float, quarters: int) -> None:
        self.left, self.top, self.width, self.height, self.quarters = left, top, width, height, quarters

    @property
    def size(self) -> tuple[float, float]:
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)

    def boxes(self, left: Floats, low: Floats, right: Floats, high: Floats) -> Floats:
        flat = np.column_stack([left - self.left, self.top - high, right - self.left, self.top - low])
        return turned(flat, self.quarters, self.width, self.height)

    def heights(self, x: Floats, y: Floats) -> Floats:
        """Return how far down the page as shown points stand."""
        flat = np.column_stack([x - self.left, self.top - y, x - self.left, self.top - y])
        return turned(flat, self.quarters, self.width, self.height)[:, 1]


def _glyphs(text: pypdfium2.PdfTextPage, frame: _Frame) -> tuple[Glyphs, int]:
    """Return the page's characters, and how many quarter turns clockwise most of them stand."""
    count = text.count_chars()
    if count > MAX_GLYPHS:
        raise PageTooLarge(f"{count} 个字符")
    handle = ctypes.cast(text.raw, _POINTER).value
    same = itertools.repeat(handle)
    codes = np.fromiter(map(_unicode, same, range(count)), np.uint32, count)
    boxes = np.zeros((count, 4), np.float32)
    _run(map(_loose_box, same, range(count), _addresses(boxes)))
    origins = np.zeros((count, 2))
    _run(map(_origin, same, range(count), _addresses(origins), _addresses(origins, 1)))
    # White space says nothing that the gaps do not, and pdfium invents it.
    ink = np.flatnonzero((codes > 32) & (codes != 0xA0) & (codes != 0x3000) & (codes != 0xFFFE))
    slant = 0
    if len(ink):
        chosen = ink[:: max(1, len(ink) // _SAMPLE)].tolist()
        turns = [round(_angle(handle, i) / (math.pi / 2)) % 4 for i in chosen]
        slant = max(range(4), key=turns.count)
    codes, origins = codes[ink], origins[ink]
    left, high, right, low = boxes[ink].astype(np.float64).T
    objects = np.fromiter(map(_text_object, same, ink.tolist()), np.int64, len(ink))
    baselines = frame.heights(origins[:, 0], origins[:, 1])
    return Glyphs(codes, frame.boxes(left, low, right, high), baselines, objects), slant


class _Shapes:
    """Collects the lines of a page, in user space, and looks at what else is drawn."""

    def __init__(self, frame: _Frame) -> None:
        self.frame = frame
        self.found: list[Floats] = []
        self.areas: list[tuple[Floats, bool]] = []
        self.invisible: set[int] = set()
        self.pictures = 0.0
        self.count = 0

    def page(self, page: pypdfium2.PdfPage) -> None:
        handle = ctypes.cast(page.raw, _POINTER).value
        count = raw.FPDFPage_CountObjects(page.raw)
        self._objects(_page_object, handle, count, np.array([1.0, 0, 0, 1, 0, 0]), 0)

    def _objects(self, get: Any, handle: int | None, count: int, outer: Floats, depth: int) -> None:
        self.count += max(count, 0)
        if self.count > MAX_OBJECTS:
            raise PageTooLarge(f"{self.count} 个图形")
        objects = [o for o in map(get, itertools.repeat(handle), range(count)) if o]
        kinds = list(map(_type, objects))
        paths = [o for o, kind in zip(objects, kinds, strict=True) if kind == raw.FPDF_PAGEOBJ_PATH]
        if paths:
            self._paths(paths, outer)
        for o, kind in zip(objects, kinds, strict=True):
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                if _render_mode(o) == _INVISIBLE:
                    self.invisible.add(o)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                x0, y0, x1, y1 = _moved(_bounds_of([o]), outer)[0].tolist()
                self.pictures += abs((x1 - x0) * (y1 - y0))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inner = np.zeros(6, np.float32)
                _matrix(o, inner.ctypes.data)
                within = raw.FPDFFormObj_CountObjects(ctypes.cast(o, raw.FPDF_PAGEOBJECT))
                self._objects(_form_object, o, within, _times(inner.astype(np.float64), outer), depth + 1)

    def _paths(self, paths: Sequence[int], outer: Floats) -> None:
        count = len(paths)
        modes = np.zeros((count, 2), np.int32)
        _run(map(_draw_mode, paths, _addresses(modes), _addresses(modes, 1)))
        boxes = _moved(_bounds_of(paths), outer)
        drawn = modes.any(axis=1)
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        thin = drawn & (np.minimum(wide, high) <= THIN)
        self.found.append(boxes[thin & (np.maximum(wide, high) >= LONG)])
        for i in np.flatnonzero(drawn & ~thin).tolist():
            self._shape(paths[i], bool(modes[i, 0]), bool(modes[i, 1]), outer)

    def _shape(self, path: int, filled: bool, stroked: bool, outer: Floats) -> None:
        """Take apart a path that is more than one line: its straight parts, or the sides of the box it fills."""
        count = _segments(path)
        if count < 2:
            return
        self.count += count
        if self.count > MAX_OBJECTS:
            raise PageTooLarge(f"{self.count} 个图形")
        segments = list(map(_segment, itertools.repeat(path), range(count)))
        kinds = list(map(_segment_type, segments))
        points = np.zeros((count, 2), np.float32)
        _run(map(_segment_point, segments, _addresses(points), _addresses(points, 1)))
        inner = np.zeros(6, np.float32)
        _matrix(path, inner.ctypes.data)
        placed = _points(points.astype(np.float64), _times(inner.astype(np.float64), outer))
        closes = list(map(_segment_close, segments))
        lines = []
        for begin, end in _subpaths(kinds):
            corners = placed[begin:end]
            steps = [(k, k + 1) for k in range(begin, end - 1) if kinds[k + 1] == raw.FPDF_SEGMENT_LINETO]
            if closes[end - 1] or filled:
                steps.append((end - 1, begin))
            x0, y0 = corners.min(axis=0).tolist()
            x1, y1 = corners.max(axis=0).tolist()
            if filled and not stroked:
                if raw.FPDF_SEGMENT_BEZIERTO in kinds[begin:end] or not _is_box(corners):
                    continue
                box = np.array([[x0, y0, x1, y1]])
                if min(x1 - x0, y1 - y0) <= THIN:
                    lines.append(box)
                else:
                    self.areas.append((box, _is_white(path)))
                continue
            ends = np.concatenate([placed[[a for a, _ in steps]], placed[[b for _, b in steps]]], axis=1)
            lines.append(_straight(ends))
        if lines:
            self.found.append(np.concatenate(lines))

    def lines(self) -> Floats:
        """Return all lines as boxes on the page as shown."""
        boxes = ruling(self.found, self.areas)
        return self.frame.boxes(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3])


def _bounds_of(objects: Sequence[int]) -> Floats:
    """Return left, bottom, right, top of each object."""
    boxes = np.zeros((len(objects), 4), np.float32)
    _run(map(_bounds, objects, *(_addresses(boxes, i) for i in range(4))))
    return boxes.astype(np.float64)


def _times(inner: Floats, outer: Floats) -> Floats:
    """Return the matrix (a, b, c, d, e, f) that does *inner* first and *outer* then."""
    a, b, c, d, e, f = inner.tolist()
    p, q, r, s, t, u = outer.tolist()
    return np.array([a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u])


def _points(points: Floats, matrix: Floats) -> Floats:
    a, b, c, d, e, f = matrix.tolist()
    x, y = points[:, 0], points[:, 1]
    return np.column_stack([a * x + c * y + e, b * x + d * y + f])


def _moved(boxes: Floats, matrix: Floats) -> Floats:
    """Return the bounds of *boxes* after *matrix*."""
    if matrix.tolist() == [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]:
        return boxes
    corners = [_points(boxes[:, [i, j]], matrix) for i in (0, 2) for j in (1, 3)]
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    bounds: Floats = np.hstack([low, high])
    return bounds


def _subpaths(kinds: Sequence[int]) -> Iterator[tuple[int, int]]:
    starts = [i for i, kind in enumerate(kinds) if kind == raw.FPDF_SEGMENT_MOVETO] or [0]
    yield from ((a, b) for a, b in zip(starts, [*starts[1:], len(kinds)], strict=True) if b - a >= 2)


def _straight(ends: Floats) -> Floats:
    """Return the level and upright ones among lines (x0, y0, x1, y1), as boxes."""
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    size = high - low
    boxes: Floats = np.hstack([low, high])
    level: Floats = boxes[(size.min(axis=1) <= 0.7) & (size.max(axis=1) >= LONG)]
    return level


def _is_box(corners: Floats) -> bool:
    """Tell whether all corners lie on the sides of their bounds."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = (np.abs(corners - low) < 0.5) | (np.abs(corners - high) < 0.5)
    return len(corners) >= 4 and bool(near.all())


def _is_white(path: int) -> bool:
    color = np.zeros(4, np.uint32)
    if not _fill_color(path, *(int(color.ctypes.data) + 4 * i for i in range(4))):
        return False
    return bool((color[:3] >= WHITE).all()) or bool(color[3] == 0)
