"""Pages of a PDF that are pictures, or whose characters cannot be believed, read as scans."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from jixiao.extract.effort import may_read, page_done
from jixiao.extract.errors import DocumentError

from .align import align
from .images import Pixels, Sheet, check_size
from .page import Scanned, read_sheet

_LEAST_DPI, _MOST_DPI = 200.0, 300.0
_WHOLE = 0.9
"""One picture that covers this share of a page is the page."""
_SQUARE = 0.02


def is_installed() -> bool:
    """Tell whether what recognition needs is there."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def read_pictures(document: pypdfium2.PdfDocument, numbers: Iterable[int]) -> tuple[dict[int, Scanned], dict[int, str]]:
    """Return the pages *numbers* (from 1) read as scans, and why those that could not be were not."""
    found: dict[int, Scanned] = {}
    failed: dict[int, str] = {}
    for number in numbers:
        if not may_read(number):
            failed[number] = "已到这份文件的时限"
            continue
        try:
            found[number] = read_sheet(sheet_of(document, number))
        except DocumentError as error:
            failed[number] = error.detail
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
            failed[number] = f"图像解不开（{type(error).__name__}）"
        page_done(recognised=True)
    align(page.ruled for page in found.values())
    return found, failed


def sheet_of(document: pypdfium2.PdfDocument, number: int) -> Sheet:
    """Return the page *number* (from 1) as pixels: its one picture as it is stored, else the page as it is drawn.

    Raises DocumentError, before anything is decoded, where either is too large.
    """
    page = document[number - 1]
    try:
        images = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        sizes = [image.get_px_size() for image in images]
        for width, height in sizes:
            check_size(width, height, number)
        if len(images) == 1 and page.get_rotation() == 0:
            stored = _stored(page, images[0], number)
            if stored is not None:
                return stored
        dpi = _LEAST_DPI
        for image, (width, _) in zip(images, sizes, strict=True):
            left, _, right, _ = image.get_bounds()
            if right - left > 36:
                dpi = max(dpi, width / (right - left) * 72)
        dpi = min(dpi, _MOST_DPI)
        check_size(round(page.get_width() * dpi / 72), round(page.get_height() * dpi / 72), number)
        bitmap = page.render(scale=dpi / 72)
        return Sheet(_pixels(bitmap), number, 72 / dpi)
    finally:
        page.close()


def _stored(page: pypdfium2.PdfPage, image: pypdfium2.PdfImage, number: int) -> Sheet | None:
    """Return the one picture of a page, if it lies upright on all of it and is stored in whole bytes."""
    a, b, c, d, _, _ = image.get_matrix().get()
    width, height = image.get_px_size()
    page_left, page_bottom, page_right, page_top = page.get_bbox()
    left, bottom, right, top = image.get_bounds()
    covers = (right - left) * (top - bottom) >= _WHOLE * (page_right - page_left) * (page_top - page_bottom)
    if not covers or b or c or a <= 0 or d <= 0 or min(width, height) < 2:
        return None
    across, down = (right - left) / width, (top - bottom) / height
    # One bit a pixel may be a stencil, whose black and white are not its own.
    if abs(across / down - 1) > _SQUARE or image.get_metadata().bits_per_pixel < 8:
        return None
    bitmap = image.get_bitmap(render=False)
    return Sheet(_pixels(bitmap), number, across, (left - page_left, page_top - top))


def _pixels(bitmap: pypdfium2.PdfBitmap) -> Pixels:
    """Return a bitmap as grey or RGB."""
    values = bitmap.to_numpy()
    if values.ndim == 2 or values.shape[2] == 1:
        return np.array(values.reshape(values.shape[:2]), np.uint8)
    return np.ascontiguousarray(values[:, :, 2::-1])
