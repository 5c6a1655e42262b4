"""What becomes of each comparator in a scanned cell: right, in doubt, or silently wrong, sign by sign.

    python benchmarks/scan_signs.py --damages clean-200 noise

Pages of ruled cells, a sign and a figure in each, in every font that has it, are damaged (tests/forms/scan.py) and read.
A cell counts as right if sign and figure are (≧ as ≥ and full-width signs as narrow ones: they mean the same), as in
doubt if it is less sure than a figure must be, else as silent.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.forms.scan import DAMAGES, Pixels, spoil  # noqa: E402
from tests.forms.style import FONTS  # noqa: E402

SIGNS = "≥≤＝＜＞≧≦"
FIGURES = ("95%", "100%", "3项", "1200人次", "0.5万元", "12", "27个")
_ALIKE = str.maketrans("≧≦＝＜＞", "≥≤=<>")
_WIDTH, _HEIGHT, _EDGE = 200, 60, 80


def page_of(font: ImageFont.FreeTypeFont) -> tuple[Pixels, list[str]]:
    """Return a page at 200 dpi with a cell for each sign and figure, and their texts row by row."""
    size = (2 * _EDGE + _WIDTH * len(FIGURES), 2 * _EDGE + _HEIGHT * len(SIGNS))
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    texts = []
    for row, sign in enumerate(SIGNS):
        for column, figure in enumerate(FIGURES):
            x, y = _EDGE + column * _WIDTH, _EDGE + row * _HEIGHT
            pen.rectangle((x, y, x + _WIDTH, y + _HEIGHT), outline="black", width=2)
            pen.text((x + 20, y + 14), sign + figure, fill="black", font=font)
            texts.append(sign + figure)
    return np.asarray(image), texts


def cells_of(pixels: Pixels, dpi: int) -> Iterator[tuple[str, float]]:
    """Yield what is read in each cell, row by row, and how sure it is."""
    from jixiao.extract.ruled import Table
    from jixiao.extract.scan.images import Sheet
    from jixiao.extract.scan.page import read_sheet

    for item in read_sheet(Sheet(pixels, 1, 72 / dpi)).ruled.items:
        if isinstance(item, Table):
            for slot in item.slots:
                yield "".join(p.text for p in slot.pieces), min((p.confidence for p in slot.pieces), default=0.0)


def measure(damages: Sequence[str]) -> dict[str, Counter[str]]:
    from jixiao.extract.doubts import SURE_FIGURE

    found: dict[str, Counter[str]] = {sign: Counter() for sign in SIGNS}
    for name, path in FONTS.items():
        font = ImageFont.truetype(path, 28)
        missing = font.getmask("\U000f1234").getbbox()
        for damage in damages:
            page, texts = page_of(font)
            read = list(cells_of(spoil(page, DAMAGES[damage], 1), 200))
            if len(read) != len(texts):
                print(f"{name} {damage}: {len(read)} cells of {len(texts)}", file=sys.stderr)
                continue
            for text, (seen, sure) in zip(texts, read, strict=True):
                if any(font.getmask(ch).getbbox() == missing for ch in text):
                    continue  # the font draws boxes: Droid has no digits
                right = "".join(seen.split()).translate(_ALIKE) == text.translate(_ALIKE)
                asked = sure < SURE_FIGURE
                kind = ("right, asked" if asked else "right") if right else "doubt" if asked else "silent"
                found[text[0]][kind] += 1
                if kind == "silent":
                    print(f"silent {name} {damage}: {text} → {seen} ({sure:.2f})", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--damages", nargs="+", choices=list(DAMAGES), default=["clean-200", "noise", "blur", "jpeg-40", "skew"])
    kinds = ("right", "right, asked", "doubt", "silent")
    print("sign" + "".join(f"{kind:>14}" for kind in kinds))
    for sign, counts in measure(parser.parse_args().damages).items():
        print(f"{sign:<4}" + "".join(f"{counts[kind]:>14}" for kind in kinds))


if __name__ == "__main__":
    main()
