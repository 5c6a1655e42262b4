"""A PDF's pages as an office's scanner would give them: rendered, then damaged in named ways.

    from tests.forms.scan import DAMAGES, encode, scans
    for image in scans(path, "stamp", seed=7):
        data = encode(image, "png", 200)

Every damage is a row of `DAMAGES`; the same PDF, damage and seed give the same pixels.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .style import FONTS

Pixels = NDArray[np.uint8]
"""Height × width × 3, RGB."""


@dataclass(frozen=True)
class Damage:
    """What a scanner does to a page.

    *skew* is the largest turn in degrees either way, *quarters* the clockwise quarter turns, *noise* the
    standard deviation in grey levels, *specks* the share of pixels blown black or white, *blur* a standard
    deviation in pixels at 200 dpi, *jpeg* a quality (0: none), *paper* the colour of the sheet, *light* how much
    darker the dark side is (0–1), *stamps* the number of red seals, *punched* whether two holes and the
    shadow of a margin stand on the left, *tilt* by how many degrees a page photographed at an angle narrows, on a dark
    desk, *holes* the number of holes and *streaks* the number of dark lines of a feeder's dirty glass through its print.
    """

    dpi: int = 200
    skew: float = 0.0
    quarters: int = 0
    noise: float = 0.0
    specks: float = 0.0
    blur: float = 0.0
    jpeg: int = 0
    paper: tuple[int, int, int] = (255, 255, 255)
    light: float = 0.0
    stamps: int = 0
    punched: bool = False
    tilt: float = 0.0
    holes: int = 0
    streaks: int = 0


DAMAGES = {
    "clean-150": Damage(dpi=150),
    "clean-200": Damage(),
    "clean-300": Damage(dpi=300),
    "skew": Damage(skew=3.0),
    "turned-90": Damage(quarters=1),
    "turned-180": Damage(quarters=2),
    "turned-270": Damage(quarters=3),
    "noise": Damage(noise=18, specks=0.002),
    "blur": Damage(blur=1.1),
    "jpeg-40": Damage(jpeg=40),
    "grey": Damage(paper=(208, 206, 200), noise=6),
    "light": Damage(light=0.45, noise=4),
    "stamp": Damage(stamps=2),
    "punched": Damage(punched=True, skew=0.8),
    "holes": Damage(holes=4),
    "streaks": Damage(streaks=2, noise=4),
    "photo": Damage(tilt=3.0, light=0.25, noise=4, jpeg=70, paper=(236, 233, 226)),
    "fax": Damage(skew=1.5, noise=14, specks=0.002, blur=0.7, jpeg=60, paper=(228, 226, 220), stamps=1),
}
CLEAN = ("clean-200", "clean-300")


def scans(path: Path | str, damage: str | Damage, seed: int) -> Iterator[Pixels]:
    """Yield every page of the PDF at *path* as a damaged scan."""
    how = DAMAGES[damage] if isinstance(damage, str) else damage
    with pypdfium2.PdfDocument(path) as document:
        for number in range(len(document)):
            page = document[number]
            bitmap = page.render(scale=how.dpi / 72)
            image = np.ascontiguousarray(bitmap.to_numpy()[:, :, 2::-1])
            page.close()
            yield spoil(image, how, seed * 1000 + number)


def encode(image: Pixels, kind: str, dpi: int) -> bytes:
    """Return *image* as the bytes of a PNG, JPEG or TIFF that says its *dpi*."""
    out = io.BytesIO()
    options = {"jpeg": {"quality": 90}, "tiff": {"compression": "tiff_lzw"}}.get(kind, {})
    Image.fromarray(image).save(out, kind, dpi=(dpi, dpi), **options)
    return out.getvalue()


def spoil(image: Pixels, how: Damage, seed: int) -> Pixels:
    """Return *image* damaged; the paper first, the scanner's glass after it, the file last."""
    rng = np.random.default_rng(seed)
    height, width = image.shape[:2]
    if how.paper != (255, 255, 255):
        image = (image.astype(np.float32) * (np.array(how.paper, np.float32) / 255)).astype(np.uint8)
    for number in range(how.stamps):
        image = _stamped(image, how.dpi, rng, number)
    if how.skew:
        angle = float(rng.uniform(0.3, 1.0) * how.skew * rng.choice((-1, 1)))
        image = _skewed(image, angle, how.paper)
        height, width = image.shape[:2]
    if how.punched:
        image = _punched(image, how.dpi)
    if how.holes:
        image = image.copy()
        for x, y in _in_print(image, how.holes, rng):
            cv2.circle(image, (x, y), int(0.1 * how.dpi), (35, 35, 35), -1)
    if how.tilt:
        image = _tilted(image, how.tilt, rng)
        height, width = image.shape[:2]
    if how.streaks:
        image = image.copy()
        for x, _ in _in_print(image, how.streaks, rng):
            image[:, x : x + max(1, how.dpi // 100)] = (image[:, x : x + max(1, how.dpi // 100)] * 0.35).astype(np.uint8)
    if how.light:
        across = np.linspace(1 - how.light, 1, width, dtype=np.float32)
        down = np.linspace(1, 1 - how.light / 3, height, dtype=np.float32)
        image = (image * (across[None, :] * down[:, None])[:, :, None]).astype(np.uint8)
    if how.blur:
        image = cv2.GaussianBlur(image, (0, 0), how.blur * how.dpi / 200)
    if how.noise:
        grain = rng.normal(0, how.noise, (height, width, 1)).astype(np.float32)
        image = np.clip(image + grain, 0, 255).astype(np.uint8)
    if how.specks:
        draw = rng.random((height, width))
        image = image.copy()
        image[draw < how.specks / 2] = 20
        image[draw > 1 - how.specks / 2] = 250
    image = np.ascontiguousarray(np.rot90(image, -how.quarters))
    if how.jpeg:
        done, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, how.jpeg])
        assert done
        image = np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])
    return image


def _skewed(image: Pixels, angle: float, paper: tuple[int, int, int]) -> Pixels:
    """Turn about the middle on a sheet large enough to lose nothing."""
    height, width = image.shape[:2]
    radians = math.radians(abs(angle))
    wide = int(width * math.cos(radians) + height * math.sin(radians)) + 1
    high = int(height * math.cos(radians) + width * math.sin(radians)) + 1
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    matrix[0, 2] += (wide - width) / 2
    matrix[1, 2] += (high - height) / 2
    return cv2.warpAffine(image, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=paper)


def _in_print(image: Pixels, count: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Yield *count* places of print, none on a rule."""
    ink = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) < 110).astype(np.uint8)
    for kernel in (np.ones((1, 60), np.uint8), np.ones((60, 1), np.uint8)):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        ink[cv2.dilate(rules, np.ones((5, 5), np.uint8)) > 0] = 0
    ys, xs = np.nonzero(ink)
    for chosen in rng.choice(len(xs), min(count, len(xs)), replace=False):
        yield int(xs[chosen]), int(ys[chosen])


def _tilted(image: Pixels, degrees: float, rng: np.random.Generator) -> Pixels:
    """The sheet on a dark desk, seen from one of its sides: the far one is shorter."""
    height, width = image.shape[:2]
    edge = int(0.05 * width)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = corners + edge
    angle = math.radians(degrees * float(rng.uniform(0.5, 1.0)))
    if rng.random() < 0.5:
        narrow = height * math.tan(angle) / 2
        seen[:2] += np.array([(narrow, narrow / 2), (-narrow, narrow / 2)], np.float32)
    else:
        narrow = width * math.tan(angle) / 2
        seen[1:3] += np.array([(-narrow / 2, narrow), (-narrow / 2, -narrow)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    size = (width + 2 * edge, height + 2 * edge)
    return np.asarray(cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(52, 46, 40)), np.uint8)


def _punched(image: Pixels, dpi: int) -> Pixels:
    """Two holes and a dark edge on the left, where the sheet was filed."""
    image = image.copy()
    height, width = image.shape[:2]
    for share in (0.38, 0.62):
        cv2.circle(image, (int(0.18 * dpi), int(height * share)), int(0.11 * dpi), (35, 35, 35), -1)
    edge = int(0.06 * dpi)
    image[:, :edge] = (image[:, :edge] * np.linspace(0.2, 1, edge)[None, :, None]).astype(np.uint8)
    image[:, width - 3 :] = 30
    return image


def _stamped(image: Pixels, dpi: int, rng: np.random.Generator, number: int) -> Pixels:
    """A round red seal with a star and a name round its edge, its ink letting the print through."""
    size = int(1.6 * dpi)
    seal = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(seal)
    middle, radius = size / 2, size / 2 - 0.03 * dpi
    draw.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), outline=230, width=int(0.03 * dpi))
    star = [
        (
            middle + (0.28 if n % 2 == 0 else 0.11) * size * math.sin(n * math.pi / 5),
            middle - (0.28 if n % 2 == 0 else 0.11) * size * math.cos(n * math.pi / 5),
        )
        for n in range(10)
    ]
    draw.polygon(star, fill=225)
    font = ImageFont.truetype(FONTS["zenhei"], int(0.17 * dpi))
    for place, character in enumerate("某某市预算绩效专用章"):
        turn = -120 + place * 240 / 9
        glyph = Image.new("L", (int(0.22 * dpi),) * 2, 0)
        ImageDraw.Draw(glyph).text((0.02 * dpi, 0.0), character, fill=230, font=font)
        glyph = glyph.rotate(-turn, resample=Image.Resampling.BICUBIC)
        at = math.radians(turn)
        x = middle + (radius - 0.17 * dpi) * math.sin(at) - glyph.width / 2
        y = middle - (radius - 0.17 * dpi) * math.cos(at) - glyph.height / 2
        seal.paste(glyph, (int(x), int(y)), glyph)
    seal = seal.rotate(float(rng.uniform(-25, 25)), resample=Image.Resampling.BICUBIC)
    ink = np.asarray(seal, np.float32) / 255
    ink *= rng.uniform(0.55, 1.0, ink.shape).astype(np.float32)
    height, width = image.shape[:2]
    x0 = int(rng.uniform(0.1, 0.9) * max(1, width - size))
    y0 = int(rng.uniform(0.1, 0.9) * max(1, height - size))
    image = image.copy()
    part = image[y0 : y0 + size, x0 : x0 + size].astype(np.float32)
    ink = ink[: part.shape[0], : part.shape[1], None]
    red = np.array((205, 40, 45), np.float32) / 255
    image[y0 : y0 + size, x0 : x0 + size] = (part * (1 - ink) + part * red * ink).astype(np.uint8)
    return image
