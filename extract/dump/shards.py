"""Words that a dumper broke to pieces, put together: a line's end before letters that are a text object of their own.

A PDF writer parts a font of many characters into subsets, and draws a word that mixes them in several objects;
pdfium then ends a line before an object of one character (节水 / 载 / 体 / 创 / 建). Such ends are no ends of
printed lines. A page of a dump is mended only where it plainly holds such pieces; what is put together
stands in one cell however it is read: a whole word of the family's or of values, a value with its unit, letters alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jixiao.extract.headings import is_page_mark
from jixiao.normalize.comparators import read_comparator
from jixiao.normalize.quality import ends_like_name, quality_words
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit

from .atoms import SIGNS, Atom, Words, closed
from .costs import LEADING, begins_value, looks_like_target

_PLAINLY = 3
"""So many lines of one character behind another on a page are no chance."""
_LONGEST_VALUE = 8  # pieces
_LONGEST_WORD = 5  # characters
_SURE = 0.9
_CUT = 0.5
_GO_ON = "，、；："
"""Behind these no cell ends."""
_WORD = 0.95


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a table whose words are in pieces.

    *words* are labels and names known whole; *few* tells that no other column holds words of the form's own, so that
    two texts one below the other are one name; *cuts* tells whether a break between two texts cuts a word (0–1).
    """

    words: Words
    few: bool
    cuts: Callable[[str, str], float]


def mend_shards(atoms: Sequence[Atom], known: Known) -> list[Atom]:
    """Return *atoms* with the pieces of broken words joined, on pages that hold such pieces."""
    out: list[Atom] = []
    for page in _pages(_letters_joined(atoms, known)):
        alone = _shards(page, known.words)
        if sum(alone) < _PLAINLY or (not known.few and sum(one and two for one, two in pairwise(alone)) < _PLAINLY):
            out += page
            continue
        out += _mended(page, known)
    return out


def _letters_joined(atoms: Sequence[Atom], known: Known) -> Sequence[Atom]:
    """Return *atoms* with letters put back that spaces set apart within a line: 动， 推 动农民工, 完善技工 教 育制.

    The letter and what follows must be one word, and so must they and what stands before, unless a comma does.
    """
    apart = [i for i in range(1, len(atoms) - 1) if _set_apart(atoms, i)]
    out = list(atoms)
    for i in reversed(apart):
        before, letter, after = out[i - 1 : i + 2]
        if max(map(_worth, (before.text, after.text))) >= _SURE or known.words.match(out, i + 1, len(out)) is not None:
            continue
        one = letter.text + after.text
        ended = before.text[-1] not in _GO_ON and known.cuts(before.text, one) <= _CUT
        if ended or known.cuts(letter.text, after.text) <= _CUT:
            continue
        out[i - 1 : i + 2] = [closed((before, letter, after))]
    return out


def _set_apart(atoms: Sequence[Atom], i: int) -> bool:
    """Tell whether atom *i* is a letter with one space before and one behind, on a line where no others stand so."""
    before, atom, after = atoms[i - 1 : i + 2]
    if len(atom.text) != 1 or atom.text.isascii() or atom.first or atom.last:
        return False
    return atom.space == after.space == 1 and len(before.text) > 1 and len(after.text) > 1


def _worth(text: str) -> float:
    return max(looks_like_target(text), float(begins_value(text)))


def _pages(atoms: Sequence[Atom]) -> Iterator[list[Atom]]:
    page: list[Atom] = []
    for atom in atoms:
        if atom.turn and page:
            yield page
            page = []
        page.append(atom)
    if page:
        yield page


def _shards(page: Sequence[Atom], words: Words) -> list[bool]:
    """Return which atoms are letters alone on their lines that no narrow column, and no wrap of a name or a value, explains."""
    out = [_line_alone(a) for a in page]
    for i in range(len(page)):
        found = words.match(page, i, len(page)) if page[i].first else None
        if found is not None:
            out[i : found[1]] = [False] * (found[1] - i)
    for i, (before, atom) in enumerate(pairwise(page), 1):
        if out[i] and not out[i - 1]:
            out[i] = not (ends_like_name(atom.text) or looks_like_target(before.text + atom.text) >= _SURE)
    return out


def _line_alone(atom: Atom) -> bool:
    return atom.first and atom.last and len(atom.text) == 1


def _mended(atoms: Sequence[Atom], known: Known) -> list[Atom]:
    out: list[Atom] = []
    whole = True  # whether the last of *out* is known to end a cell or a word
    i = 0
    while i < len(atoms):
        stop, sure = _whole(atoms, i, known.words)
        if stop == i + 1:
            text = atoms[i].text
            value = len(text) > 1 and looks_like_target(text) >= _WORD
            sure = sure or (value and not any(_names(text, a) for a in atoms[stop : stop + 1]))
        if out and not sure and not whole and _goes_on(out[-1].text, atoms[i], known.few, known.cuts):
            out[-1] = closed((out[-1], *atoms[i:stop]))
        else:
            out.append(closed(atoms[i:stop]) if stop > i + 1 else atoms[i])
        whole = sure and not _unit_follows(out[-1].text, atoms[stop : stop + 1])
        i = stop
    return out


def _whole(atoms: Sequence[Atom], start: int, words: Words) -> tuple[int, bool]:
    """Return where the known word, the value or the page mark ends that begins at *start*, and whether one does."""
    found = words.match(atoms, start, len(atoms))
    if found is not None:
        return found[1], True
    pieces = [atoms[start].text]
    best, mark = 1, 0
    for atom in atoms[start + 1 : start + _LONGEST_VALUE]:
        if atom.text[0] in SIGNS or not (atom.first or (atom.space == 1 and begins_value("".join(pieces)))):
            break
        pieces.append(atom.text)
        text = "".join(pieces)
        if is_page_mark(text):
            mark = len(pieces)
        if best > 1 and _word("".join(pieces[best:])) and text not in quality_words():
            break  # the next column's
        if _word(text) and not any(_parts(pieces, k) for k in range(1, len(pieces))):
            best = len(pieces)
    if mark:
        return start + mark, True
    stop = start + best
    if best == 1 or (stop < len(atoms) and _names("".join(pieces[:best]), atoms[stop])):
        return start + 1, False
    return stop, True


def _parts(pieces: Sequence[str], k: int) -> bool:
    """Tell whether *pieces* from *k* on are a value behind what is no part of it: 效果 | 较好, but 合法 | 合规, 大于等于 | 60%."""
    head, tail = "".join(pieces[:k]), "".join(pieces[k:])
    return _word(tail) and not read_comparator(head) and not (_word(head) and head + tail in quality_words())


def _names(value: str, atom: Atom) -> bool:
    """Tell whether what looks like a value is the end of a name that goes on with *atom*: 达标 / 率."""
    return atom.first and len(atom.text) == 1 and ends_like_name(value + atom.text) and not any(map(str.isdigit, value))


def _word(text: str) -> bool:
    """Tell whether *text* is a value whole, or a word of two characters or more that may be one."""
    return _value(text) or (len(text) > 1 and text in quality_words())


def _unit_follows(text: str, atoms: Sequence[Atom]) -> bool:
    return any(a.first and _value(text + a.text) and not _value(a.text) for a in atoms)


def _value(text: str) -> bool:
    """Tell whether *text* is a value whole: a known word, a date, a figure with no unit or one that is."""
    if looks_like_target(text) < _SURE or (len(text) == 1 and not text.isdigit()):
        return False
    found = read_target(text)
    if found.kind in ("number", "range"):
        return not found.unit or is_unit(found.unit)
    return found.kind == "date" or (len(text) <= _LONGEST_WORD and not any(map(str.isdigit, text)))


def _goes_on(text: str, atom: Atom, few: bool, cuts: Callable[[str, str], float]) -> bool:
    """Tell whether the text before goes on with *atom*, the first of its line."""
    if not atom.first:
        return False
    whole = text + atom.text
    if _value(text):
        return _value(whole) and not _value(atom.text)
    if atom.text[0] in SIGNS or (begins_value(atom.text) and (len(atom.text) > 1 or atom.text.isdigit())):
        return (_value(whole) or begins_value(whole)) and not _value(atom.text)
    if len(atom.text) == 1 or atom.text[0] in LEADING or len(text) == 1:
        return True
    return few and (not ends_like_name(text) or cuts(text, atom.text) > 0.5)
