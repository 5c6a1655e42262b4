"""Draw comparators and what stands beside them in many sizes and damages, and train the shape reader on them.

    python -m tests.forms.train_signs      # rewrites extract/scan/data/signs.npz; says how well it reads held-out fonts

Two layers of 32 units see a 20 × 20 picture of one glyph; nothing but numpy is needed to use them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from jixiao.extract.scan.lines import Line
from jixiao.extract.scan.signs import SHAPES, Run, features_of
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.ttfonts import TTFont

from .style import FONTS

OUT = Path(__file__).resolve().parents[2] / "extract" / "scan" / "data" / "signs.npz"
_EXTRA = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
)
_SIGNS = {"ge": "≥≧⩾", "le": "≤≦⩽", "eq": "=＝﹦", "gt": ">＞﹥", "lt": "<＜﹤"}
_OTHERS = (
    "0123456789()（）[]KLSVWXZABEFGTYxyzks约不至达二三一工土上下之了人个云亏王正己已乙大天夫干于千斤几万元年月日每全较"
    "%％~～-—+±/\\|、，。.:：;×√^"
)
_SIZES = (13, 16, 19, 22, 25, 29, 34, 42)
_SEED = 7


@functools.cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@functools.cache
def _characters(path: str) -> frozenset[int]:
    return frozenset(TTFont(f"known {path}", path, subfontIndex=0).face.charToGlyph)


def _has(path: str, character: str) -> bool:
    return ord(character) in _characters(path)


def drawn(path: str, character: str, rng: np.random.Generator) -> NDArray[np.float32] | None:
    """Return the features of one drawing of *character*, damaged at random."""
    size, over = int(rng.choice(_SIZES)), 4
    image = Image.new("L", (3 * size * over, 3 * size * over), 255)
    place = tuple(size * over + int(v) for v in rng.integers(0, over, 2))
    ink = int(rng.choice((0, 0, 20, 60)))
    ImageDraw.Draw(image).text(place, character, font=_font(path, size * over), fill=ink)
    pixels = np.asarray(image)
    if rng.random() < 0.3:
        pixels = np.asarray(cv2.erode(pixels, np.ones((int(rng.integers(2, 5)),) * 2, np.uint8)))
    if rng.random() < 0.5:
        turned = cv2.getRotationMatrix2D((pixels.shape[1] / 2, pixels.shape[0] / 2), float(rng.uniform(-2, 2)), 1)
        pixels = np.asarray(cv2.warpAffine(pixels, turned, pixels.shape[::-1], borderValue=(255.0,)))
    pixels = np.asarray(cv2.resize(pixels, (3 * size, 3 * size), interpolation=cv2.INTER_AREA))
    blur = float(rng.choice((0, 0, 0.5, 0.8, 1.2))) * max(1.0, size / 25)
    if blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur))
    values = pixels + rng.normal(0, float(rng.choice((0, 4, 10, 18))), pixels.shape)
    grey = np.clip(values, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        done, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.choice((40, 60, 80)))])
        assert done
        grey = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))
    ys, xs = np.nonzero(pixels < 165)
    if len(ys) < 3:
        return None
    shift = rng.integers(0, 2, 4)
    line = Line(int(xs.min()), max(0, int(ys.min()) - int(shift[0])), int(xs.max()) + 1, int(ys.max()) + 1 + int(shift[1]))
    return features_of(np.ascontiguousarray(grey), line, Run(max(0, line.x0 - int(shift[2])), line.x1 + int(shift[3])), float(size))


def samples(paths: list[str], count: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return features and classes of *count* drawings, the signs half of them."""
    rng = np.random.default_rng(seed)
    rows: list[NDArray[np.float32]] = []
    classes: list[int] = []
    for path, character, name in _choices(paths, rng):
        row = drawn(path, character, rng)
        if row is not None:
            rows.append(row)
            classes.append(SHAPES.index(name))
        if len(rows) >= count:
            break
    return np.array(rows), np.array(classes)


def _choices(paths: list[str], rng: np.random.Generator) -> Iterator[tuple[str, str, str]]:
    while True:
        path = str(rng.choice(paths))
        if rng.random() < 0.6:
            name = str(rng.choice(list(_SIGNS)))
            character = str(rng.choice(list(_SIGNS[name])))
        else:
            name, character = "", str(rng.choice(list(_OTHERS)))
        if _has(path, character):
            yield path, character, name


def trained(rows: NDArray[np.float32], classes: NDArray[np.int64], epochs: int = 24) -> dict[str, NDArray[np.float32]]:
    """Return the weights after *epochs* of Adam on shuffled batches."""
    rng = np.random.default_rng(_SEED)
    sizes = (rows.shape[1], 32, 32, len(SHAPES))
    weights = {}
    for layer, (a, b) in enumerate(pairwise(sizes)):
        weights[f"w{layer}"] = (rng.normal(0, np.sqrt(2 / a), (a, b))).astype(np.float32)
        weights[f"b{layer}"] = np.zeros(b, np.float32)
    first = {k: np.zeros_like(v) for k, v in weights.items()}
    second = {k: np.zeros_like(v) for k, v in weights.items()}
    step = 0
    for epoch in range(epochs):
        rate = 2e-3 * (1 - epoch / epochs) + 1e-4
        order = rng.permutation(len(rows))
        for start in range(0, len(order), 128):
            chosen = order[start : start + 128]
            inputs, wanted = rows[chosen], classes[chosen]
            states = [inputs]
            for layer in range(3):
                values = states[-1] @ weights[f"w{layer}"] + weights[f"b{layer}"]
                states.append(np.maximum(values, 0) if layer < 2 else values)
            shifted = np.exp(states[-1] - states[-1].max(axis=1, keepdims=True))
            error = shifted / shifted.sum(axis=1, keepdims=True)
            error[np.arange(len(chosen)), wanted] -= 1
            error /= len(chosen)
            step += 1
            for layer in (2, 1, 0):
                slopes = {f"w{layer}": states[layer].T @ error + 1e-5 * weights[f"w{layer}"], f"b{layer}": error.sum(axis=0)}
                error = (error @ weights[f"w{layer}"].T) * (states[layer] > 0)
                for key, slope in slopes.items():
                    first[key] = 0.9 * first[key] + 0.1 * slope
                    second[key] = 0.999 * second[key] + 0.001 * slope**2
                    mean, spread = first[key] / (1 - 0.9**step), second[key] / (1 - 0.999**step)
                    weights[key] -= (rate * mean / (np.sqrt(spread) + 1e-8)).astype(np.float32)
    return weights


def right(weights: dict[str, NDArray[np.float32]], rows: NDArray[np.float32], classes: NDArray[np.int64]) -> str:
    """Return how many drawings are read right, left open and read wrong."""
    from jixiao.extract.scan.signs import chances

    sure = wrong = 0
    for row, wanted in zip(rows, classes, strict=True):
        chance = chances(row, weights)
        best = int(chance.argmax())
        if chance[best] >= 0.9:
            sure += best == wanted
            wrong += best != wanted
    return f"{len(rows)} drawings: {sure} sure and right, {wrong} sure and wrong"


def main() -> None:
    paths = [p for p in (*FONTS.values(), *_EXTRA) if Path(p).exists()]
    held_out = [p for p in paths if "uming" in p or "Liberation" in p]
    seen = [p for p in paths if p not in held_out]
    weights = trained(*samples(seen, 24_000, 1))
    print("fonts held out:", right(weights, *samples(held_out, 3000, 2)))
    print("fonts seen:    ", right(weights, *samples(seen, 3000, 3)))
    weights = trained(*samples(paths, 30_000, 4))
    print("all fonts:     ", right(weights, *samples(paths, 3000, 5)))
    OUT.parent.mkdir(exist_ok=True)
    np.savez_compressed(OUT, **{k: v.astype(np.float16) for k, v in weights.items()})


if __name__ == "__main__":
    main()
