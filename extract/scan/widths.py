"""Signs whose width the recogniser does not tell: （ and (, ＝ and =, – and -, and spaces that are only the font's."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from jixiao.normalize.characters import fold_width

from .recognise import Glyph
from .signs import Run

_WIDE = {"=": "＝", ">": "＞", "<": "＜", "~": "～", "+": "＋"}
_WIDE_SHARE, _ROOM_SHARE, _BOTH_SHARE = 0.7, 0.25, 0.85
"""A full-width sign's ink is wider than this share of a Chinese character's height, or as much room is left behind it."""
_SMALL_EQUAL, _LEAST_EQUAL = "﹦", (0.36, 0.43)
_OPEN, _CLOSE = {"(": "（", "[": "［"}, {")": "）", "]": "］"}
_NARROW = {wide: narrow for narrow, wide in {**_WIDE, **_OPEN, **_CLOSE}.items()}
_DASHES = "-–—一─―－"
_EN, _EM = 0.42, 0.8
_ASIDE = 0.3
_SPACE, _WORD_SPACE = 0.3, 0.75
_BLANK = " \u3000"


def restored(glyphs: Sequence[Glyph], runs: Sequence[Run], height: float) -> list[Glyph]:
    """Return the characters of a line with the widths their ink has; *height* is a Chinese character's."""
    out = _without_false_spaces(glyphs, runs, height)
    out = [_sized(g, i, out, runs, height) for i, g in enumerate(out)]
    return _paired(out)


def run_at(runs: Sequence[Run], x: float) -> int | None:
    """Return the index of the run that stands at *x* or nearest to it."""
    if not runs:
        return None
    at = bisect.bisect_left([r.x1 for r in runs], x)
    near = [i for i in (at - 1, at, at + 1) if 0 <= i < len(runs)]
    return min(near, key=lambda i: (max(runs[i].x0 - x, x - runs[i].x1, 0.0), abs(runs[i].middle - x)))


def _without_false_spaces(glyphs: Sequence[Glyph], runs: Sequence[Run], height: float) -> list[Glyph]:
    """Keep a space only where the ink leaves room for one: a full-width sign has its own room beside it."""
    out: list[Glyph] = []
    for i, glyph in enumerate(glyphs):
        if glyph.text not in _BLANK:
            out.append(glyph)
            continue
        if not out or i + 1 >= len(glyphs):
            continue
        before, after = run_at(runs, glyphs[i - 1].x), run_at(runs, glyphs[i + 1].x)
        if before is None or after is None or after <= before:
            continue
        gap = max(runs[k + 1].x0 - runs[k].x1 for k in range(before, after))
        latin = glyphs[i - 1].text.isascii() and glyphs[i + 1].text.isascii()
        plain = glyphs[i - 1].text.isalnum() and glyphs[i + 1].text.isalnum()
        if gap > (_SPACE if latin and plain else _WORD_SPACE) * height:
            out.append(glyph)
    return out


def _sized(glyph: Glyph, i: int, glyphs: Sequence[Glyph], runs: Sequence[Run], height: float) -> Glyph:
    """Return a sign as wide as its ink and the room beside it say."""
    text = _NARROW.get(glyph.text, glyph.text)
    if text not in _WIDE and text not in _OPEN and text not in _CLOSE and text not in _DASHES:
        return glyph
    place = run_at(runs, glyph.x)
    if place is None:
        return glyph
    run = runs[place]
    if text in _WIDE:
        room = runs[place + 1].x0 - run.x1 if place + 1 < len(runs) else 0
        roomy = room > _ROOM_SHARE * height or (run.width > 0.6 * height and run.width + room > _BOTH_SHARE * height)
        if text == "=" and run.width < _LEAST_EQUAL[roomy] * height:
            return replace(glyph, text=_SMALL_EQUAL)
        return replace(glyph, text=_WIDE[text] if roomy or run.width > _WIDE_SHARE * height else text)
    if text in _DASHES:
        return replace(glyph, text=_dash(text, i, glyphs, run, height))
    if text in _OPEN:
        if place == 0:
            return replace(glyph, text=text)
        room = run.x0 - runs[place - 1].x1
        return replace(glyph, text=_OPEN[text] if room > _ASIDE * height else text)
    if place + 1 >= len(runs):
        return replace(glyph, text=text)
    room = runs[place + 1].x0 - run.x1
    return replace(glyph, text=_CLOSE[text] if room > _ASIDE * height else text)


def _dash(text: str, i: int, glyphs: Sequence[Glyph], run: Run, height: float) -> str:
    """Return the dash between two figures by its length; 一 elsewhere is a word."""
    before = glyphs[i - 1].text if i else ""
    after = glyphs[i + 1].text if i + 1 < len(glyphs) else ""
    if all(g.text.isdecimal() or g.text in _DASHES or g.text in _BLANK for g in glyphs) and len(glyphs) > 2 and (
        glyphs[0].text in _DASHES and glyphs[-1].text in _DASHES
    ):
        return "—"  # a page's number between dashes
    between = (before[-1:].isdecimal() or before in "%％") and after[:1].isdecimal() and before != ""
    if not between:
        return text
    return dash_of_length(run.width, height)


def dash_of_length(length: float, height: float) -> str:
    """Return the dash that is so long beside characters of *height*."""
    share = length / height
    return "-" if share < _EN else "–" if share < _EM else "—"


def _paired(glyphs: list[Glyph]) -> list[Glyph]:
    """Return brackets with both ends of one width; where the ink tells nothing, as their neighbours have it."""
    out = list(glyphs)
    opened: list[int] = []
    for i, glyph in enumerate(glyphs):
        narrow = _NARROW.get(glyph.text, glyph.text)
        if narrow in _OPEN:
            opened.append(i)
        elif narrow in _CLOSE and opened:
            start = opened.pop()
            wide = [glyphs[k].text in _NARROW for k in (start, i)]
            if any(wide) or _chinese_around(glyphs, start, i):
                out[start] = replace(glyphs[start], text=_OPEN[_NARROW.get(glyphs[start].text, glyphs[start].text)])
                out[i] = replace(glyph, text=_CLOSE[narrow])
    for start in opened:
        glyph = glyphs[start]
        following = glyphs[start + 1].text if start + 1 < len(glyphs) else ""
        if glyph.text in _OPEN and not following.isascii():
            out[start] = replace(glyph, text=_OPEN[glyph.text])
    return out


def _chinese_around(glyphs: Sequence[Glyph], start: int, stop: int) -> bool:
    """Tell whether a bracket that begins or ends a line holds Chinese: it is a Chinese bracket then."""
    edge = start == 0 or stop == len(glyphs) - 1
    inside = "".join(g.text for g in glyphs[start + 1 : stop])
    return edge and any(not fold_width(ch).isascii() for ch in inside)
