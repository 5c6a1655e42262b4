"""A picture's bytes → upright-as-shown pixels, page by page. Nothing is decoded before its size is known."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from jixiao.extract.errors import DocumentError
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

Pixels = NDArray[np.uint8]
"""Height × width × 3 (RGB), or height × width (grey)."""

MAX_SIDE = 20_000
MAX_PIXELS = 100_000_000
"""A3 at 600 dpi has 70 million."""
MAX_PAGES = 200
_LEAST_SIDE = 40
_MOST_DPI = 400
"""What is finer is read at `_READ_DPI`: more pixels cost time and memory, and read no better."""
_READ_DPI = 300
_FORMATS = ("PNG", "JPEG", "TIFF")
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, TypeError, KeyError, IndexError, AttributeError,
    ZeroDivisionError, struct.error,
)  # fmt: skip
"""What Pillow raises on files whose headers lie."""
_A4_INCHES = 11.69
_LEAST_INCHES, _MOST_INCHES = 4.0, 40.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page's pixels and where they lie: a pixel is *scale* points wide, (0, 0) is *origin* in points."""

    pixels: Pixels
    page: int
    scale: float
    origin: tuple[float, float] = (0.0, 0.0)

    @property
    def dpi(self) -> float:
        return 72 / self.scale


def read_images(data: bytes) -> Iterator[Sheet | DocumentError]:
    """Yield every page of a picture file; a page that cannot be decoded as an error in its place.

    Raises DocumentError where the file cannot be opened at all.
    """
    with _opened(data) as image:
        for number in range(MAX_PAGES + 1):
            try:
                if number and not _goes_on(image, number):
                    return
            except _BROKEN as error:
                # Pages hang on one another in a chain: behind a broken link none can be found.
                yield _undecoded(f"第 {number + 1} 页及其后的图像", error)
                return
            if number == MAX_PAGES:
                break
            try:
                yield _sheet(image, number + 1)
            except DocumentError as error:
                yield error
            except _BROKEN as error:
                yield _undecoded(f"第 {number + 1} 页的图像", error)
        yield DocumentError("too_large", f"超过 {MAX_PAGES} 页，其后未读", "请把文件分成几份再转换")


def _goes_on(image: Image.Image, number: int) -> bool:
    """Move a TIFF to its page *number* (from 0); False where there are no more."""
    if image.format != "TIFF":
        return False
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _undecoded(what: str, error: Exception) -> DocumentError:
    return DocumentError("unreadable", f"{what}解不开（{type(error).__name__}）", "请重新扫描或重新导出这一页")


def paper_of(pixels: Pixels) -> tuple[float, ...]:
    """Return the sheet's own colour: its bright half's middle."""
    thin = pixels[::8, ::8].reshape(-1, *pixels.shape[2:])
    return tuple(float(v) for v in np.atleast_1d(np.percentile(thin, 75, axis=0)))


def check_size(width: int, height: int, page: int) -> None:
    """Raise DocumentError, naming the size, for a picture too large to be decoded."""
    if width >= MAX_SIDE or height >= MAX_SIDE or width * height > MAX_PIXELS:
        raise DocumentError(
            "too_large",
            f"第 {page} 页的图像为 {width} × {height} 像素，超过上限（边长 {MAX_SIDE}，共 {MAX_PIXELS // 1_000_000} 百万像素）",
            "请以 200–300 dpi 重新扫描",
        )


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Our own check stands before every decoding and names the size; Pillow's raises without it.
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                yield image
        except (UnidentifiedImageError, *_BROKEN) as error:
            raise DocumentError(
                "unreadable", f"图像文件打不开（{type(error).__name__}）", "请确认文件完整，或重新扫描"
            ) from error
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _sheet(image: Image.Image, page: int) -> Sheet:
    check_size(*image.size, page)
    if min(image.size) < _LEAST_SIDE:
        width, height = image.size
        raise DocumentError("unreadable", f"第 {page} 页的图像只有 {width} × {height} 像素", "请以 200–300 dpi 重新扫描")
    dpi = _dpi(image.info.get("dpi"), max(image.size))
    image.load()
    shown = _plain(ImageOps.exif_transpose(image))
    if dpi > _MOST_DPI:
        share = _READ_DPI / dpi
        size = [max(_LEAST_SIDE, round(side * share)) for side in shown.size]
        shown = shown.resize((size[0], size[1]), Image.Resampling.BOX)
        dpi = _READ_DPI
    return Sheet(np.asarray(shown), page, 72 / dpi)


def _plain(image: Image.Image) -> Image.Image:
    """Return *image* as 8-bit grey or RGB on white paper."""
    if image.mode.startswith("I;16"):
        deep = np.asarray(image).astype(np.uint32)
        return Image.fromarray((deep // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        deep_values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        low, high = float(deep_values.min()), float(deep_values.max())
        spread = (deep_values - low) / (high - low) * 255 if high > low else np.full(deep_values.shape, 255.0)
        return Image.fromarray(spread.astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, (255, 255, 255))
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image.convert("RGB")


def _dpi(said: object, longest: int) -> float:
    """Return the resolution the file says, if the page it makes could be paper; else that of an A4 page.

    Cameras and converters write 72 or 96 without having measured anything.
    """
    if isinstance(said, tuple) and said:
        try:
            dpi = float(said[0])
        except (TypeError, ValueError, ZeroDivisionError):
            dpi = 0.0
        if dpi > 100 and _LEAST_INCHES <= longest / dpi <= _MOST_INCHES:
            return dpi
    return longest / _A4_INCHES
