"""Quotation marks and comparators that a dumper printed beside their place, put back into it.

A word processor takes some signs from another font than the words around them. Dumpers then sort them to the
beginning of their line, to its end, or to a line of their own: 开展“百千”系列活动 comes out as “ ”开展 百千 系列活动,
and ≦40台次 as 40≦ 台次. The gaps they left tell where they stood.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from jixiao.extract.document import Piece
from jixiao.normalize.units import is_unit

from .atoms import SIGNS

# Pairs with nothing between them: no text is printed so.
_ADRIFT = re.compile("[“‘] ?[”’](?: [“‘] ?[”’]){0,5}")
_GAP = re.compile("(?<=[^\x00-\x7f ]) (?=[^\x00-\x7f ])")
_NO_WORD = frozenset((*SIGNS, *"“”‘’"))
_SIGN_BEHIND = re.compile(r"(?<!\S)([0-9][0-9.,]{0,15}%?)([≦≧﹦])(?: ([^\s0-9]{1,8}))?(?!\S)")
_SIGN_BELOW = re.compile(r"([≦≧﹦])(?: ([^\s0-9]{1,8}))?(?!\S) ?")
_NUMBER_ABOVE = re.compile(r"(?<!\S)[0-9][0-9.,]{0,15}%?$")
_LONGEST = 1000
_MOST = 8


def mend_marks(lines: Sequence[Piece], turns: Container[int]) -> tuple[list[Piece], set[int]]:
    """Return *lines* with such signs back in their places, and which of them begin a page (of *turns* before).

    A line so mended carries the step ``signs_moved``. Where the gaps do not go with the signs nothing is moved.
    """
    out: list[Piece] = []
    begins: set[int] = set()
    carried, turned = "", False  # marks whose words are on the next line
    texts = [line.text if line.text == line.raw and len(line.text) <= _LONGEST else "" for line in lines]
    for n, line in enumerate(lines):
        turned = turned or n in turns
        below = texts[n + 1] if n + 1 < len(lines) else ""
        text = texts[n]
        if carried:
            text, carried = fill_gaps(text, carried, 0) or text, ""
        if "”" in text or "’" in text:
            text, carried = _mend_line(text, below)
        if "≦" in text or "≧" in text or "﹦" in text:
            text = _SIGN_BEHIND.sub(_sign_first, text)
        sign, number = _SIGN_BELOW.match(below), _NUMBER_ABOVE.search(text)
        if sign is not None and number is not None and (sign[2] is None or is_unit(sign[2])):
            text = f"{text[: number.start()]}{sign[1]}{number[0]}{sign[2] or ''}"
            texts[n + 1] = below[sign.end() :]
        if (texts[n] == "" and line.text != line.raw) or len(line.text) > _LONGEST:
            text = line.text
        if not text.strip():
            continue
        if turned:
            begins.add(len(out))
            turned = False
        if text == line.text:
            out.append(line)
        else:
            out.append(Piece(text, text, line.page, line.line, line.column, line.box, (*line.steps, "signs_moved")))
    return out, begins


def _sign_first(found: re.Match[str]) -> str:
    number, sign, unit = found.groups()
    if unit is None or is_unit(unit):
        return f"{sign}{number}{unit or ''}"
    return f"{sign}{number} {unit}"


def _mend_line(text: str, below: str) -> tuple[str, str]:
    """Return a line with its marks in their places, and marks whose words stand in the line *below*."""
    for _ in range(_MOST):
        found = _ADRIFT.search(text)
        if found is None:
            break
        marks = found[0].replace(" ", "")
        before, after = text[: found.start()], text[found.end() :]
        if not after.strip():
            whole = fill_gaps(before.rstrip(), marks, 0) if before.strip() else None
            if whole is None and fill_gaps(below, marks, 0) is not None:
                return before.rstrip(), marks
        elif after[0] == " " and before[-1:] not in ("", " "):
            whole = fill_gaps(before + after, marks, len(before))  # 开展“ ” 百千 系列活动: the gap beside them is one
        else:
            whole = fill_gaps(before + after.lstrip(), marks, len(before))
        if whole is None:
            break
        text = whole
    return text, ""


def fill_gaps(text: str, marks: str, start: int) -> str | None:
    """Return *text* with *marks* in its gaps between words from *start* on, or None if they do not fit.

    The first may stand before the first word or the last behind the last one, where no gap shows.

    >>> fill_gaps("开展 百千 系列活动", "“”", 0), fill_gaps("惠民 家庭医生签约行动 228.67", "“”", 0)
    ('开展“百千”系列活动', '“惠民”家庭医生签约行动 228.67')
    >>> fill_gaps("公共文化服务品牌", "“”", 0) is None
    True
    """
    gaps = [m.start() for m in _GAP.finditer(text) if m.start() >= start]
    gaps = [g for g in gaps if text[g - 1] not in _NO_WORD and text[g + 1] not in _NO_WORD]
    first, last = start, len(text)
    if len(gaps) == len(marks) - 1 and gaps:
        gaps = [first, *gaps] if gaps[0] - first <= last - gaps[-1] else [*gaps, last]
    elif len(gaps) > len(marks) == 2:
        # The gap between two cells is none of theirs: what is quoted is short.
        k = min(range(len(gaps) - 1), key=lambda k: gaps[k + 1] - gaps[k])
        gaps = gaps[k : k + 2]
    if len(gaps) < len(marks):
        return None
    out, at = "", 0
    for mark, gap in zip(marks, gaps, strict=False):
        out += text[at:gap] + mark
        at = gap + 1 if text[gap : gap + 1] == " " else gap
    return out + text[at:]
