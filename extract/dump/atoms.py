"""Printed lines cut at white space into atoms, and fixed words matched over several of them.

An atom never spans two cells: dumpers put at least one space between cells that share a line. A
cell may well be several atoms: one for each of its wrapped lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product

from jixiao.extract.document import Piece
from jixiao.extract.headings import NUMBERED
from jixiao.normalize.characters import fold_width, repair_characters
from jixiao.normalize.comparators import read_comparator, spellings
from jixiao.normalize.units import is_unit
from jixiao.rules.families import key_of
from jixiao.rules.phrases import Phrases

MAX_PARTS = 12
"""A fixed label is never broken over more printed lines than this."""
MAX_COLUMNS = 30
"""No header has more columns than this: what goes on beyond is another one, or none."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of characters without white space.

    *line* is the index of its line in the text, *first* and *last* tell whether it begins and ends
    that line. *space* is the number of characters of white space before it in its line. *turn* tells
    whether a new page begins with it.
    """

    piece: Piece
    line: int
    first: bool
    last: bool
    space: int
    turn: bool = False

    @property
    def text(self) -> str:
        return self.piece.text


def atoms_of(lines: Sequence[Piece], turns: Container[int] = ()) -> list[Atom]:
    """Return the atoms of *lines* in reading order; no printed character is lost.

    *turns* are the indices of lines with which a new page begins.
    """
    atoms: list[Atom] = []
    for index, line in enumerate(lines):
        pieces = _split(line)
        for i, piece in enumerate(pieces):
            end = pieces[i - 1].column + len(pieces[i - 1].raw) if i else 0
            atoms.append(Atom(piece, index, i == 0, i == len(pieces) - 1, piece.column - end, i == 0 and index in turns))
    return atoms


def _split(line: Piece) -> list[Piece]:
    if line.raw == line.text:
        words = line.text.split()
        if len(words) == 1 and len(words[0]) == len(line.text):
            return [line]  # as most are: a cell's text, or a part of it that wrapped
        out: list[Piece] = []
        start = 0
        for word in words:
            start = line.text.index(word, start)
            out.append(Piece(word, word, line.page, line.line, line.column + start, line.box, line.steps))
            start += len(word)
        return out
    # A repaired line: the repairs work character by character, so each can be laid beside its origin.
    out = []
    text, raw, begin = "", "", 0
    for i, character in enumerate(line.raw):
        mended = repair_characters(character).text
        if mended.isspace():
            if text:
                out.append(Piece(text, raw, line.page, line.line, line.column + begin, line.box, line.steps))
                text, raw = "", ""
            continue
        if not raw:
            begin = i
        text += mended
        raw += character
    if text:
        out.append(Piece(text, raw, line.page, line.line, line.column + begin, line.box, line.steps))
    elif raw and out:
        last = out[-1]
        out[-1] = Piece(last.text, last.raw + raw, last.page, last.line, last.column, last.box, last.steps)
    elif raw:
        out.append(Piece("", raw, line.page, line.line, line.column + begin, line.box, line.steps))
    return out


_MARKS = frozenset("“”‘’（）《》、，")
_MONTH = re.compile("[0-9]{1,2}月")
_LONGEST_DATE_END = 6
SIGNS = frozenset("≥≤＝=＞＜><﹦≧≦⩾⩽")
"""Comparators as one character."""


def close_up(atoms: Sequence[Atom]) -> list[Atom]:
    """Return *atoms* with values that justified setting drew apart put together: ≧ 1 7 场, 2 0 2 1年6月底前.

    Only in a text that does so plainly: a comparator alone before a number, or three digits in a row,
    each alone. There a lone digit or sign goes with what follows it on its line.
    """

    def alone(atom: Atom) -> bool:
        return len(atom.text) == 1 and (atom.text in "0123456789" or atom.text in SIGNS)

    atoms = [a for atom in atoms for a in _sign_apart(atom)]
    atoms = _close_counts(atoms)
    plainly = 0
    for before, middle, after in zip(atoms, atoms[1:], atoms[2:], strict=False):
        if after.first or middle.first:
            continue
        if alone(before) and alone(middle) and (before.text in SIGNS or alone(after)) and after.text[:1].isdigit():
            plainly += 1
    if plainly < 2:
        return list(atoms)

    def beside(out: Sequence[Atom]) -> bool:
        return len(out) > 1 and not out[-1].first and alone(out[-2])

    out: list[Atom] = []
    for atom in atoms:
        last = out[-1] if out else None
        if (
            last is not None
            and not atom.first
            and atom.text[:1] in "0123456789%.,"
            # A lone digit before a number may be an amount of its own: 0 299.87.
            and (_drawn_apart(last) or last.text in SIGNS or (alone(last) and (alone(atom) or beside(out))))
            and last.text[-1:] in "0123456789≥≤＝=＞＜><﹦≧≦⩾⩽.,"
        ):
            out[-1] = closed((last, atom))
        else:
            out.append(atom)
    return out


def _close_counts(atoms: Sequence[Atom]) -> list[Atom]:
    """Return *atoms* with digits at a line's end put together if the next line goes on with their unit: 展览 1 6 3 / 场，."""
    out: list[Atom] = []
    run = 0  # digits alone, to the end of the line
    for atom in atoms:
        if atom.first and run >= 2 and _counts(atom.text):
            out[-run:] = [closed(out[-run:])]
        lone = len(atom.text) == 1 and atom.text.isdigit() and not atom.first
        run = run + 1 if lone and (run or out[-1].text[-1:] > "㐀") else 0
        out.append(atom)
    return out


def close_values(atoms: Sequence[Atom], worth: Callable[[str], float]) -> list[Atom]:
    """Return *atoms* with figures put together with their words: 不少于 92 %, 2019 年 6 月底前, 完成 94 场、健全, PM2.5 浓度.

    Word processors set figures apart from Chinese by a hair, and dumpers make a space of it. A word of comparison
    alone goes with the figure behind it, and words with a counted figure that a sentence runs on from. The rest is
    put together only if figures and units stand apart at least three times: a figure with its unit, and with
    words that are no value by their *worth* (0–1).
    """
    joins = [False] * len(atoms)  # the first pass: what is joined in any text
    units = [False] * len(atoms)
    plainly = 0
    for i, (before, atom) in enumerate(pairwise(atoms)):
        if atom.first or atom.space != 1 or not before.text or not atom.text:
            continue
        figure, word = before.text[-1].isdigit(), atom.text[0]
        if word.isdigit():
            below = atoms[i + 2].text if atom.last and i + 2 < len(atoms) and atom.text.isdigit() else ""
            month = _MONTH.match(atom.text) is not None or below[:1] == "月"
            joins[i + 1] = _compares(before.text) or (before.text[-1] == "年" and month)
            if before.text[-1] > "㐀":
                joins[i + 1] = joins[i + 1] or _counted(atom.text) or _counts(below)
            units[i + 1] = units[i] and before.text in ("年", "月")
            plainly += joins[i + 1] or units[i + 1]
        elif figure:
            units[i + 1] = _is_counter(fold_width(atom.text)) or _counts(atom.text)
            plainly += units[i + 1]
    if plainly >= 3:
        for i, (before, atom) in enumerate(pairwise(atoms)):
            if atom.first or atom.space != 1 or not before.text or not atom.text:
                continue
            if units[i + 1]:
                joins[i + 1] = True
                words = atoms[i - 1] if i and not before.first and before.space == 1 else None
                if _counts(atom.text) and before.text.isdigit() and words is not None and words.text[-1:] > "㐀":
                    joins[i] = True  # 完成 94 场、健全
            elif before.text[-1].isdigit() and atom.text[0] > "㐀" and worth(atom.text) < 0.5:
                joins[i + 1] = not any(map(str.isdigit, atom.text)) or worth(before.text) < 0.7
    out: list[Atom] = []
    for atom, join in zip(atoms, joins, strict=True):
        if join:
            out[-1] = closed((out[-1], atom))
        else:
            out.append(atom)
    return out


_FIGURE = re.compile("[0-9][0-9.,]{0,15}")


def _counted(text: str) -> bool:
    """Tell whether *text* is a figure and its unit from which a sentence runs on: 94场、健全."""
    figure = _FIGURE.match(text)
    return figure is not None and _counts(text[figure.end() :])


def _counts(text: str) -> bool:
    """Tell whether *text* is a unit behind its figure from which a sentence runs on: 场、健全."""
    cut = next((i for i, sign in enumerate(text[:5]) if sign in "，。；、）)"), 0)
    return cut > 0 and is_unit(text[:cut])


def _compares(text: str) -> bool:
    """Tell whether *text* is a comparator that stands before its figure: 不少于, and not 以上."""
    return bool(read_comparator(text)) and text not in spellings("postfix")


def _is_counter(folded: str) -> bool:
    """Tell whether *folded* says what a figure before it counts: a unit, a unit and 以上, 年, 月底前."""
    for end in ("", *spellings("postfix")):
        if folded.endswith(end):
            unit = folded[: len(folded) - len(end)]
            if (end and not unit) or (unit and is_unit(unit)):
                return True
    return folded[0] in "年月日" and len(folded) <= _LONGEST_DATE_END


def close_words(atoms: Sequence[Atom], begins_value: Callable[[str], bool]) -> list[Atom]:
    """Return *atoms* with words that justified setting drew apart put together: 资 金 下 达 时 间, 2 0 2 4 年.

    Four characters in a row, each alone, are taken for that. Cells so set stand as near to one another as their
    characters do: a run is cut wherever *begins_value* says that a value begins.
    """
    runs: list[tuple[int, int]] = []
    i = 0
    while i < len(atoms):
        stop = i + 1
        if _alone(atoms[i]):
            while stop < len(atoms) and not atoms[stop].first and atoms[stop].space == 1 and _alone(atoms[stop]):
                stop += 1
            while stop - 1 > i and atoms[stop - 1].text.isascii():
                stop -= 1  # a digit at the end may be an amount of its own
        runs.append((i, stop))
        i = stop
    words = [sum(not a.text.isascii() for a in atoms[start:stop]) for start, stop in runs]
    plainly = sum(n >= 4 for n in words) > 2
    out: list[Atom] = []
    for (start, stop), n in zip(runs, words, strict=True):
        date = n == 1 and stop - start == 2 and atoms[start + 1].text == "年"
        if stop - start == 1 or not (n >= 4 or date or (plainly and n)):
            out += atoms[start:stop]
            continue
        may = [k for k in range(start + 2, stop) if _may_begin(atoms[k - 1].text[-1], atoms[k].text[0])]
        cuts = [start]
        for k, end in pairwise([*may, stop]):
            if begins_value("".join(a.text for a in atoms[k:end])):
                cuts.append(k)
        out += [closed(atoms[a:b]) for a, b in pairwise([*cuts, stop])]
    for k in range(len(out) - 1, 0, -1):
        if out[k - 1].text[-1:] == "年" and _drawn(out[k - 1]):
            month = "".join(a.text for a in out[k : k + 2] if not a.first)
            if not out[k].first and _MONTH.match(month):
                stop = k + 1 if _MONTH.match(out[k].text) else k + 2
                out[k - 1 : stop] = [closed(out[k - 1 : stop])]
    return out


def _sign_apart(atom: Atom) -> list[Atom]:
    """Return an atom of one character and a comparator (量≥) as two: the end of a name and the beginning of a value."""
    if len(atom.text) != 2 or atom.text[1] not in SIGNS or atom.text[0].isascii() or atom.text[0] in SIGNS:
        return [atom]
    left, right = split_piece(atom.piece, 1)
    return [replace(atom, piece=left, last=False), Atom(right, atom.line, False, atom.last, 1)]


def _alone(atom: Atom) -> bool:
    """Tell whether an atom is a character alone, or what setting keeps together with one: “暖, 阳”主."""
    text = atom.text
    return len(text) == 1 or _drawn_apart(atom) or (len(text) <= 3 and not text.isascii() and not _MARKS.isdisjoint(text))


def _may_begin(before: str, here: str) -> bool:
    """Tell whether a value may begin with *here*, a digit or sign, behind *before*."""
    return (here in SIGNS or here.isdigit()) and not (before.isdigit() or before in SIGNS or before in "（(~～-—至年月.")


def closed(atoms: Sequence[Atom]) -> Atom:
    """Return neighbouring atoms of one line as one, without the spaces between them.

    These only show how letters were set and are not in the form; the step names that they were in the dump.
    """
    first = atoms[0]
    text = "".join(a.text for a in atoms)
    raw = "".join(a.piece.raw for a in atoms)
    steps = first.piece.steps
    if len(atoms) > 1 and "inner_space" not in steps:
        steps = (*steps, "inner_space")
    piece = Piece(text, raw, first.piece.page, first.piece.line, first.piece.column, first.piece.box, steps)
    return Atom(piece, first.line, first.first, atoms[-1].last, first.space, first.turn)


def _drawn(atom: Atom) -> bool:
    return "inner_space" in atom.piece.steps


def _drawn_apart(atom: Atom) -> bool:
    return _drawn(atom) and atom.text[-1:] in "0123456789.,"


def split_piece(piece: Piece, cut: int) -> tuple[Piece, Piece]:
    """Return *piece* as two, cut before character *cut* of its text; the raw text is cut with it."""
    if piece.raw == piece.text:
        at = cut
    else:
        at = size = 0
        while size < cut:
            size += len(repair_characters(piece.raw[at]).text)
            at += 1
    left = Piece(piece.text[:cut], piece.raw[:at], piece.page, piece.line, piece.column, piece.box, piece.steps)
    right = Piece(piece.text[cut:], piece.raw[at:], piece.page, piece.line, piece.column + at, piece.box, piece.steps)
    return left, right


def line_end(atoms: Sequence[Atom], i: int, stop: int) -> int:
    """Return the first atom after *i*, of those before *stop*, that begins a line; else *stop*."""
    end = i + 1
    while end < stop and not atoms[end].first:
        end += 1
    return end


def line_pieces(atoms: Sequence[Atom]) -> list[Piece]:
    """Return *atoms* as pieces, those of one line put together again."""
    return [_line_piece(list(group)) for _, group in groupby(atoms, key=lambda a: a.line)]


def _line_piece(atoms: Sequence[Atom]) -> Piece:
    """Return neighbouring atoms of one line as one piece, with the spaces that stood between them."""
    first = atoms[0].piece
    if len(atoms) == 1:
        return first
    text, raw = first.text, first.raw
    for atom in atoms[1:]:
        text += " " * atom.space + atom.text
        raw += " " * atom.space + atom.piece.raw
    return Piece(text, raw, first.page, first.line, first.column, None, first.steps)


_NUMERALS = "一二三四五六七八九十"


class Words:
    """Fixed words to be found even where a dump broke them over several atoms."""

    def __init__(self, words: Iterable[str], money: bool = False) -> None:
        """*words* are keys (see `key_of`); with *money* a bracketed money unit may follow each."""
        self.words: Container[str]
        self.prefixes: Container[str]
        if isinstance(words, Phrases):
            self.words, self.prefixes, begins = words, words.prefixes, words.prefixes.characters
        else:
            self.words = whole = frozenset(words)
            self.prefixes = frozenset(w[:n] for w in whole for n in range(1, len(w) + 1))
            begins = frozenset(w[0] for w in whole if w)
        self.money = money
        self._begins = frozenset((*begins, *_NUMERALS)) if money else frozenset(begins)

    def match(self, atoms: Sequence[Atom], start: int, stop: int) -> tuple[str, int] | None:
        """Return (word, index after it) for the longest word that begins at *start*, or None."""
        first = atoms[start].text[:1] if start < len(atoms) else ""
        if "㐀" <= first <= "鿿" and first not in self._begins:
            return None  # most atoms begin no word: they are not looked at further
        found: tuple[str, int] | None = None
        key = ""
        for i in range(start, min(stop, start + MAX_PARTS)):
            key += key_of(atoms[i].text)
            if i == start and self.money:
                key = NUMBERED.sub("", key)  # 二、部门整体资金
            base = key.rstrip(":")
            if base in self.words:
                found = (base, i + 1)
            elif self.money and "(" in key:
                name, _, unit = base.partition("(")
                if name not in self.words or len(unit) > 8:
                    break
                if unit.endswith(")"):
                    if "元" in unit:
                        found = (name, i + 1)
                    break
                continue
            if base not in self.prefixes and not (self.money and key.split("(")[0] in self.words):
                break
        return found


_MOST_BETWEEN = 10  # atoms of a heading printed again on the new page, before what is left of a header


def whole_headers(atoms: Sequence[Atom], headers: Container[str]) -> list[Atom]:
    """Return *atoms* with column headers that a page break cut put side by side again: 半年 全年 / 计划执行数 预算数.

    *headers* are the keys of whole headers. What stands above the break and what follows below it, a heading printed
    again aside, must be as many and give headers one by one; else the dump is left as it is.
    """
    out = list(atoms)
    for turn in [i for i, atom in enumerate(atoms) if atom.turn and i]:
        for n, between in product((2, 3, 4), range(_MOST_BETWEEN)):
            above, start = out[max(0, turn - n) : turn], turn + between
            below = out[start : start + n]
            if len(above) < n or len(below) < n or any(map(str.isdigit, "".join(a.text for a in above))):
                continue
            if all(key_of(a.text + b.text) in headers for a, b in zip(above, below, strict=True)):
                pairs = [atom for a, b in zip(above, below, strict=True) for atom in (a, replace(b, turn=False))]
                out[turn - n : start + n] = [*pairs, *out[turn:start]]
                if turn + n < len(out):
                    out[turn + n] = replace(out[turn + n], turn=True)
                break
    return out
