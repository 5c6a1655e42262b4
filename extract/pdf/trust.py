"""Whether a page's text layer can be believed, and the repairs of what can be repaired."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from jixiao.extract.placed import Glyphs
from numpy.typing import NDArray

from .across import without_stamps
from .ink import Ink

DOUBTS = {
    "no_text": "没有文字，只有图像",
    "invisible": "文字层是隐藏的，多为识别软件所加",
    "unmapped": "字体没有给出所用的文字编码，读出的字不可靠",
    "strange": "多数字符不像中文表格里的字，字体的编码可能被打乱",
}
"""Reasons not to believe the text of a page, each with its wording."""

_PICTURE = 0.5
_UNMAPPED = 0.03
_STRANGE = 0.25
_FEW = 20
_SAME_PLACE = 0.35
"""A character drawn again within this share of its height is made bold that way: Word's and WPS's shadow."""


def judge(ink: Ink) -> Ink:
    """Return *ink* with what nobody sees or what is stamped across left out, doubled characters once, and doubts about the rest."""
    glyphs = _on_page(ink)
    hidden = ink.hidden + len(ink.glyphs) - len(glyphs)
    glyphs = _once(glyphs)
    doubts = list(ink.doubts)
    if not len(glyphs):
        if ink.pictures > _PICTURE and "invisible" not in doubts:
            doubts.append("no_text")
    else:
        codes = glyphs.codes
        kinds = _kinds()[np.minimum(codes, 0xF0000)]
        odd = int((kinds == _MEANS_NOTHING).sum())
        if odd > _UNMAPPED * len(codes) and odd > 2:
            doubts.append("unmapped")
        strange = int((kinds == _IS_STRANGE).sum())
        if strange > _STRANGE * len(codes) and strange > _FEW:
            doubts.append("strange")
    return without_stamps(replace(ink, glyphs=glyphs, doubts=doubts, hidden=hidden))


def _on_page(ink: Ink) -> Glyphs:
    """Return the characters whose middle lies on the page."""
    boxes, (width, height) = ink.glyphs.boxes, ink.size
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    return ink.glyphs if inside.all() else ink.glyphs.of(inside)


def _once(glyphs: Glyphs) -> Glyphs:
    """Return *glyphs* with each that is drawn several times in one place once, and marked as doubled."""
    if len(glyphs) < 2:
        return glyphs
    boxes = glyphs.boxes
    order = np.lexsort((boxes[:, 0], np.round(glyphs.baselines), glyphs.codes))
    codes, apart = glyphs.codes[order], np.abs(np.diff(boxes[order, 0]))
    reach = _SAME_PLACE * (boxes[order, 3] - boxes[order, 1])[1:]
    near = (codes[1:] == codes[:-1]) & (apart < reach * 0.5)
    near &= np.abs(np.diff(glyphs.baselines[order])) < reach
    if not near.any():
        return glyphs
    # Narrow signs may truly stand twice side by side; drawn in one place they overlap by more than half.
    width = np.maximum((boxes[order, 2] - boxes[order, 0])[1:], 0.1)
    near &= apart < width * 0.4
    again = np.zeros(len(glyphs), bool)
    again[order[1:][near]] = True
    first = np.zeros(len(glyphs), bool)
    first[order[:-1][near]] = True
    return replace(glyphs, doubled=first).of(~again)


_USUAL = (
    (0x21, 0x7E), (0xA0, 0xFF), (0x370, 0x3FF), (0x2000, 0x27BF), (0x2E80, 0x303F), (0x3105, 0x312F), (0x3200, 0x33FF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF), (0x3400, 0x4DBF), (0x20000, 0x3FFFF),
    (0xD800, 0xDFFF),
)  # fmt: skip
"""First and last code points of what Chinese forms are printed with."""
_NOTHING = ((0xE000, 0xF8FF), (0xFFFD, 0xFFFD), (0xFFFF, 0xFFFF), (0xF0000, 0xF0000))
"""Those that stand for no known character: private use (from U+F0000 to the end), replacement, noncharacter."""
_IS_STRANGE, _IS_USUAL, _MEANS_NOTHING = range(3)


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return which of the three each code point is, all from U+F0000 on as that one."""
    kinds = np.full(0xF0001, _IS_STRANGE, np.uint8)
    for kind, ranges in ((_IS_USUAL, _USUAL), (_MEANS_NOTHING, _NOTHING)):
        for low, high in ranges:
            kinds[low : high + 1] = kind
    return kinds
