"""Lines whose letters setting drew apart, put together already: where labels and values in them begin and end.

Between cells of such a line the space is no wider than between letters: 经 济 效 益 精 品 创 作 可 持 续 性 长 期 长 期.
What is known there is cut off: labels before a name, words of value behind it that stand twice.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from jixiao.normalize.quality import is_quality

from .atoms import Atom, split_piece

_LEAST = 4
"""Characters: a shorter text holds no two cells."""
_LONGEST = 20
_ENDS = "率性度数"
"""Behind a label these make a name of it: 预算执行率."""


def part_labels(atoms: Sequence[Atom], labels: Container[str]) -> list[Atom]:
    """Return *atoms* with those cut that were put together of single letters and hold several cells.

    *labels* are those of headers and levels, as printed.
    """
    out: list[Atom] = []
    for atom in atoms:
        text = atom.text
        if "inner_space" not in atom.piece.steps or len(text) < _LEAST or text.isascii():
            out.append(atom)
            continue
        begun = 0
        for cut in _cuts(text, labels):
            left, right = split_piece(atom.piece, cut - begun)
            out.append(replace(atom, piece=left, last=False))
            atom = Atom(right, atom.line, False, atom.last, 1)
            begun = cut
        out.append(atom)
    return out


def _cuts(text: str, labels: Container[str]) -> list[int]:
    """Return where in *text* cells behind the first begin.

    >>> _cuts("经济效益精品创作可持续性长期长期", {"经济效益"}), _cuts("一级指标二级指标", {"一级指标", "二级指标"})
    ([4, 12, 14], [4])
    >>> _cuts("预算执行率", {"预算执行"}), _cuts("服务对象满意度", set())
    ([], [])
    """
    cuts = []
    start = 0
    while start < len(text):
        stop = next((n for n in range(min(len(text), start + _LONGEST), start + 1, -1) if text[start:n] in labels), 0)
        if not stop or (stop < len(text) and text[stop] in _ENDS):
            break
        cuts.append(stop)
        start = stop
    for size in range(min(_LONGEST, (len(text) - start) // 2), 1, -1):
        second, rest = text[-size:], text[start:-size]
        first = next((n for n in range(min(_LONGEST, len(rest)), 1, -1) if is_quality(rest[-n:])), 0) if is_quality(second) else 0
        if first:
            cuts += [len(text) - size - first, len(text) - size]
            break
    return sorted({cut for cut in cuts if 0 < cut < len(text)})
