"""Pages by pdfium, through its raw interface: the default reader.

Every call goes through `map` to a prototype that keeps the interpreter's lock, and what it finds is
written straight into an array: pdfium's own text extraction costs nearly as much as all of this.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from jixiao.extract.placed import Glyphs, turned
from jixiao.extract.ruled import Floats
from numpy.typing import NDArray

from .ink import FAINT, LONG, THIN, WHITE, Ink, PageTooLarge, ruling

_POINTER, _INT, _FLOAT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_float, ctypes.c_double

MAX_GLYPHS = 200_000
MAX_OBJECTS = 400_000
_MAX_DEPTH = 8
_SAMPLE = 48
_INVISIBLE = 3
_UNMAPPED = 0.05
_AT_ONCE = 1024
_LIGHT = np.array([0.3, 0.59, 0.11])


def _bind(name: str, result: Any, *arguments: Any) -> Any:
    """Return a pdfium function that takes addresses as plain integers and never lets go of the lock."""
    address = ctypes.cast(getattr(raw, name), _POINTER).value
    assert address is not None, name
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


# Called for every character: without declared arguments a call costs half. They take c_void_p, int and byref only.
_unicode = _bind("FPDFText_GetUnicode", ctypes.c_uint)
_loose_box = _bind("FPDFText_GetLooseCharBox", _INT)
_origin = _bind("FPDFText_GetCharOrigin", _INT)
_text_object = _bind("FPDFText_GetTextObject", ctypes.c_ssize_t)
_angle = _bind("FPDFText_GetCharAngle", _FLOAT, _POINTER, _INT)
_map_error = _bind("FPDFText_HasUnicodeMapError", _INT, _POINTER, _INT)
_page_object = _bind("FPDFPage_GetObject", ctypes.c_size_t, _POINTER, _INT)
_form_object = _bind("FPDFFormObj_GetObject", ctypes.c_size_t, _POINTER, ctypes.c_ulong)
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


class _Buffers(threading.local):
    """Room for the places of `_AT_ONCE` characters, with a reference to each: made once, as they cost more than the calls."""

    def __init__(self) -> None:
        boxes, points = (ctypes.c_float * (4 * _AT_ONCE))(), (ctypes.c_double * (2 * _AT_ONCE))()
        self.boxes = np.ctypeslib.as_array(boxes).reshape(-1, 4)
        self.points = np.ctypeslib.as_array(points).reshape(-1, 2)
        self.box_at = [ctypes.byref(boxes, 16 * i) for i in range(_AT_ONCE)]
        self.x_at = [ctypes.byref(points, 16 * i) for i in range(_AT_ONCE)]
        self.y_at = [ctypes.byref(points, 16 * i + 8) for i in range(_AT_ONCE)]


_buffers = _Buffers()


def _places(text: ctypes.c_void_p, characters: Sequence[int]) -> tuple[Floats, Floats]:
    """Return for each character its loose box (left, top, right, bottom) and the point it stands on."""
    same = itertools.repeat(text)
    boxes, points = np.zeros((len(characters), 4)), np.zeros((len(characters), 2))
    for start in range(0, len(characters), _AT_ONCE):
        part = characters[start : start + _AT_ONCE]
        many = len(part)
        # What pdfium cannot tell it leaves as it was: that must be nothing, not the last character's place.
        _buffers.boxes[:many] = 0
        _buffers.points[:many] = 0
        _run(map(_loose_box, same, part, _buffers.box_at))
        _run(map(_origin, same, part, _buffers.x_at, _buffers.y_at))
        boxes[start : start + many] = _buffers.boxes[:many]
        points[start : start + many] = _buffers.points[:many]
    return boxes, points


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
            glyphs = shapes.marked(glyphs, slant)
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
    handle = ctypes.cast(text.raw, _POINTER)
    same = itertools.repeat(handle)
    codes = np.fromiter(map(_unicode, same, range(count)), np.uint32, count)
    # White space says nothing that the gaps do not, and pdfium invents it.
    ink = np.flatnonzero((codes > 32) & (codes != 0xA0) & (codes != 0x3000) & (codes != 0xFFFE))
    places = ink.tolist()
    boxes, origins = _places(handle, places)
    slant = 0
    if places:
        chosen = places[:: max(1, len(places) // _SAMPLE)]
        turns = [round(_angle(handle, i) / (math.pi / 2)) % 4 for i in chosen]
        slant = max(range(4), key=turns.count)
    left, high, right, low = boxes.T
    objects = np.fromiter(map(_text_object, same, places), np.int64, len(ink))
    baselines = frame.heights(origins[:, 0], origins[:, 1])
    return Glyphs(codes[ink], frame.boxes(left, low, right, high), baselines, objects), slant


class _Shapes:
    """Collects the lines of a page, in user space, and looks at what else is drawn."""

    def __init__(self, frame: _Frame) -> None:
        self.frame = frame
        self.found: list[Floats] = []
        self.areas: list[Floats] = [np.zeros((0, 4))]
        self.white: list[NDArray[np.bool_]] = [np.zeros(0, np.bool_)]
        self.invisible: set[int] = set()
        self.slanted: dict[int, float] = {}
        self.faint: list[NDArray[np.uint64]] = []
        self.texts: list[NDArray[np.uint64]] = [np.zeros(0, np.uint64)]
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
        objects = np.fromiter(map(get, itertools.repeat(handle), range(count)), np.uint64, max(count, 0))
        objects = objects[objects != 0]
        kinds = np.fromiter(map(_type, objects.tolist()), np.int64, len(objects))
        paths = objects[kinds == raw.FPDF_PAGEOBJ_PATH]
        if len(paths):
            self._paths(paths, outer)
        texts = objects[kinds == raw.FPDF_PAGEOBJ_TEXT]
        modes = np.fromiter(map(_render_mode, texts.tolist()), np.int64, len(texts))
        self.invisible.update(texts[modes == _INVISIBLE].tolist())
        if len(texts):
            self._texts(texts, outer)
        images = objects[kinds == raw.FPDF_PAGEOBJ_IMAGE]
        if len(images):
            x0, y0, x1, y1 = _moved(_bounds_of(images), outer).T
            self.pictures += float(np.abs((x1 - x0) * (y1 - y0)).sum())
        if depth >= _MAX_DEPTH:
            return
        for form in objects[kinds == raw.FPDF_PAGEOBJ_FORM].tolist():
            inner = np.zeros((1, 6), np.float32)
            _matrix(form, inner.ctypes.data)
            within = raw.FPDFFormObj_CountObjects(ctypes.cast(form, raw.FPDF_PAGEOBJECT))
            self._objects(_form_object, form, within, _times(inner.astype(np.float64), outer)[0], depth + 1)

    def _texts(self, texts: NDArray[np.uint64], outer: Floats) -> None:
        self.texts.append(texts)
        inner = np.zeros((len(texts), 6), np.float32)
        _run(map(_matrix, texts.tolist(), _addresses(inner)))
        along = _times(inner.astype(np.float64), outer)
        angles = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
        off = np.abs(angles) > 0.5
        self.slanted.update(zip(texts[off].tolist(), angles[off].tolist(), strict=True))
        colors, known = _colors(texts)
        seen = 255 - (255 - colors[:, :3].astype(np.float64)) * colors[:, 3:] / 255
        self.faint.append(texts[known & (seen @ _LIGHT >= FAINT)])

    def marked(self, glyphs: Glyphs, slant: int) -> Glyphs:
        """Return *glyphs*, most of which stand *slant* quarters anticlockwise, with what is slanted or faint marked.

        Their strokes, until here the addresses of text objects, count in the order these were drawn.
        """
        if self.slanted or slant:
            angles = np.array([self.slanted.get(s, 0.0) for s in glyphs.strokes.tolist()]) - 90 * slant
            angles = (angles + 180) % 360 - 180
            if (np.abs(angles) > 0.5).any():
                glyphs = replace(glyphs, slants=angles)
        faint = np.concatenate(self.faint) if self.faint else np.zeros(0, np.uint64)
        if len(faint):
            glyphs = replace(glyphs, faint=np.isin(glyphs.strokes, faint.astype(np.int64)))
        texts = np.concatenate(self.texts).astype(np.int64)
        drawn = np.argsort(texts, kind="stable")
        place = np.searchsorted(texts, glyphs.strokes, sorter=drawn)
        return replace(glyphs, strokes=np.append(drawn, len(texts))[place])

    def _paths(self, paths: NDArray[np.uint64], outer: Floats) -> None:
        modes = np.zeros((len(paths), 2), np.int32)
        _run(map(_draw_mode, paths.tolist(), _addresses(modes), _addresses(modes, 1)))
        boxes = _moved(_bounds_of(paths), outer)
        drawn = modes.any(axis=1)
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        thin = drawn & (np.minimum(wide, high) <= THIN)
        self.found.append(boxes[thin & (np.maximum(wide, high) >= LONG)])
        counts = np.zeros(len(paths), np.int64)
        rest = np.flatnonzero(drawn & ~thin)
        counts[rest] = np.fromiter(map(_segments, paths[rest].tolist()), np.int64, len(rest))
        rest = np.flatnonzero(counts >= 2)
        if len(rest):
            self.count += int(counts[rest].sum())
            if self.count > MAX_OBJECTS:
                raise PageTooLarge(f"{self.count} 个图形")
            self._shapes(paths[rest], counts[rest], modes[rest] != 0, outer)

    def _shapes(
        self, paths: NDArray[np.uint64], counts: NDArray[np.int64], modes: NDArray[np.bool_], outer: Floats
    ) -> None:
        """Take apart paths that are more than one line: their straight parts, or the sides of the boxes they fill.

        All paths of a page at once, as one row of *counts* segments each; *modes* tells which are filled and stroked.
        """
        path_of = np.repeat(np.arange(len(paths)), counts)
        firsts = np.cumsum(counts) - counts
        numbers = np.arange(len(path_of)) - firsts[path_of]
        segments = list(map(_segment, paths[path_of].tolist(), numbers.tolist()))
        kinds = np.fromiter(map(_segment_type, segments), np.int64, len(segments))
        closes = np.fromiter(map(_segment_close, segments), np.bool_, len(segments))
        points = np.zeros((len(segments), 2), np.float32)
        _run(map(_segment_point, segments, _addresses(points), _addresses(points, 1)))
        inner = np.zeros((len(paths), 6), np.float32)
        _run(map(_matrix, paths.tolist(), _addresses(inner)))
        placed = _points(points.astype(np.float64), _times(inner.astype(np.float64), outer)[path_of])

        begins = kinds == raw.FPDF_SEGMENT_MOVETO
        begins[firsts] = True
        starts = np.flatnonzero(begins)
        stops = np.append(starts[1:], len(kinds))
        part_of = np.cumsum(begins) - 1
        filled, stroked = modes[path_of[starts]].T
        only_filled = filled & ~stroked

        low, high = np.minimum.reduceat(placed, starts), np.maximum.reduceat(placed, starts)
        # A filled part is a box if it has no curves and all its corners lie on the sides of its bounds.
        near = (np.abs(placed - low[part_of]) < 0.5) | (np.abs(placed - high[part_of]) < 0.5)
        fits = near.all(axis=1) & (kinds != raw.FPDF_SEGMENT_BEZIERTO)
        boxlike = only_filled & (stops - starts >= 4) & np.logical_and.reduceat(fits, starts)
        narrow = (high - low).min(axis=1) <= THIN
        boxes = np.hstack([low, high])
        self.found.append(boxes[boxlike & narrow])
        areas = np.flatnonzero(boxlike & ~narrow)
        if len(areas):
            self.areas.append(boxes[areas])
            self.white.append(_are_white(paths[path_of[starts[areas]]]))

        drawn = ~only_filled & (stops - starts >= 2)
        steps = np.flatnonzero(drawn[part_of[1:]] & (kinds[1:] == raw.FPDF_SEGMENT_LINETO) & ~begins[1:])
        closed = drawn & (closes[stops - 1] | filled)
        begin, end = np.append(steps, stops[closed] - 1), np.append(steps + 1, starts[closed])
        self.found.append(_straight(np.hstack([placed[begin], placed[end]])))

    def lines(self) -> Floats:
        """Return all lines as boxes on the page as shown."""
        boxes = ruling(self.found, np.concatenate(self.areas), np.concatenate(self.white))
        return self.frame.boxes(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3])


def _bounds_of(objects: NDArray[np.uint64]) -> Floats:
    """Return left, bottom, right, top of each object."""
    boxes = np.zeros((len(objects), 4), np.float32)
    _run(map(_bounds, objects.tolist(), *(_addresses(boxes, i) for i in range(4))))
    return boxes.astype(np.float64)


def _times(inner: Floats, outer: Floats) -> Floats:
    """Return for each row of *inner* the matrix (a, b, c, d, e, f) that does it first and *outer* then."""
    a, b, c, d, e, f = inner.T
    p, q, r, s, t, u = outer.tolist()
    both = (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
    return np.column_stack(both)


def _points(points: Floats, matrix: Floats) -> Floats:
    """Return *points* after *matrix*: one for all, or one each."""
    a, b, c, d, e, f = matrix.T
    x, y = points.T
    return np.column_stack([a * x + c * y + e, b * x + d * y + f])


def _moved(boxes: Floats, matrix: Floats) -> Floats:
    """Return the bounds of *boxes* after *matrix*."""
    if matrix.tolist() == [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]:
        return boxes
    corners = [_points(boxes[:, [i, j]], matrix) for i in (0, 2) for j in (1, 3)]
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    bounds: Floats = np.hstack([low, high])
    return bounds


def _straight(ends: Floats) -> Floats:
    """Return the level and upright ones among lines (x0, y0, x1, y1), as boxes."""
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    size = high - low
    boxes: Floats = np.hstack([low, high])
    level: Floats = boxes[(size.min(axis=1) <= 0.7) & (size.max(axis=1) >= LONG)]
    return level


def _colors(objects: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return red, green, blue and opacity (0–255) that objects are filled with, and of which this is known."""
    colors = np.zeros((len(objects), 4), np.uint32)
    places = (_addresses(colors, i) for i in range(4))
    return colors, np.fromiter(map(_fill_color, objects.tolist(), *places), np.bool_, len(objects))


def _are_white(paths: NDArray[np.uint64]) -> NDArray[np.bool_]:
    colors, known = _colors(paths)
    white: NDArray[np.bool_] = known & ((colors[:, :3] >= WHITE).all(axis=1) | (colors[:, 3] == 0))
    return white
