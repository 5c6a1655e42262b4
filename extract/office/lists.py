"""The labels Word prints before the paragraphs of a list: （一）, 1., ①. They stand in no text."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from .container import attribute, local
from .numerals import list_number

_LEVELS = 9


@dataclass(slots=True)
class _Level:
    style: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A numbering (``w:num``): which abstract one it follows, and what it begins anew or writes otherwise."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)


class Lists:
    """The numberings of one document; counts as paragraphs go by, in the order of the document."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._linked: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._styles: dict[str, tuple[str, int | None, str]] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            self._read_styles(styles)

    def label(self, properties: etree._Element | None, style: str) -> str:
        """Return the label before a paragraph with those ``w:pPr`` and that style, and count it; empty for none."""
        number, level = self._numbered(properties, style)
        one = self._lists.get(number)
        if one is None or not 0 <= level < _LEVELS:
            return ""
        known = self._levels(one)
        here = one.levels.get(level) or known.get(level)
        if here is None:
            return ""
        counts = self._counts.setdefault(one.abstract, [None] * _LEVELS)
        start = one.starts.get(level, here.start)
        if level in one.starts and (number, level) not in self._begun:
            counts[level] = None
        self._begun.add((number, level))
        now = counts[level]
        counts[level] = start if now is None else now + 1
        for deeper in range(level + 1, _LEVELS):
            below = known.get(deeper)
            if below is None or below.restart is None or (below.restart > 0 and level < below.restart):
                counts[deeper] = None
        return self._text(one, known, here, counts)

    def _text(self, one: _List, known: dict[int, _Level], here: _Level, counts: list[int | None]) -> str:
        if here.style in ("bullet", "none") and "%" not in here.text:
            return "" if here.style == "bullet" else here.text
        out, i = "", 0
        while i < len(here.text):
            ch = here.text[i]
            digit = here.text[i + 1 : i + 2]
            if ch == "%" and digit in "123456789" and digit:
                at = int(digit) - 1
                level = one.levels.get(at) or known.get(at) or _Level()
                value = counts[at]
                if level.style != "none":
                    style = "decimal" if here.legal else level.style
                    out += list_number(level.start if value is None else value, style)
                i += 2
            else:
                out += ch
                i += 1
        return out

    def _levels(self, one: _List) -> dict[int, _Level]:
        return self._abstract.get(self._linked.get(one.abstract, one.abstract), {})

    def _numbered(self, properties: etree._Element | None, style: str) -> tuple[str, int]:
        """Return the number and level of a paragraph: its own, else its style's."""
        number, level = "", None
        numbered = child(properties, "numPr")
        if numbered is not None:
            number = value_of(child(numbered, "numId"))
            level = _whole(value_of(child(numbered, "ilvl")))
        seen: set[str] = set()
        while style in self._styles and style not in seen and (not number or level is None):
            seen.add(style)
            inherited, at, base = self._styles[style]
            number = number or inherited
            level = at if level is None else level
            style = base
        return number, level or 0

    def _read(self, numbering: etree._Element) -> None:
        names: dict[str, str] = {}
        wanted: dict[str, str] = {}
        for one in numbering.iterchildren("{*}abstractNum"):
            key = attribute(one, "abstractNumId")
            self._abstract[key] = {_at(level): _level(level) for level in one.iterchildren("{*}lvl")}
            names[value_of(child(one, "styleLink"))] = key
            linked = value_of(child(one, "numStyleLink"))
            if linked:
                wanted[key] = linked
        self._linked = {key: names[link] for key, link in wanted.items() if link in names}
        for one in numbering.iterchildren("{*}num"):
            found = _List(value_of(child(one, "abstractNumId")))
            for override in one.iterchildren("{*}lvlOverride"):
                at = _at(override)
                start = _whole(value_of(child(override, "startOverride")))
                if start is not None:
                    found.starts[at] = start
                level = child(override, "lvl")
                if level is not None:
                    found.levels[at] = _level(level)
            self._lists[attribute(one, "numId")] = found

    def _read_styles(self, styles: etree._Element) -> None:
        for one in styles.iterchildren("{*}style"):
            numbered = child(child(one, "pPr"), "numPr")
            number = value_of(child(numbered, "numId"))
            level = _whole(value_of(child(numbered, "ilvl")))
            self._styles[attribute(one, "styleId")] = (number, level, value_of(child(one, "basedOn")))


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child of that local name, or None."""
    return None if element is None else next((e for e in element if local(e) == name), None)


def value_of(element: etree._Element | None) -> str:
    """Return an element's ``val`` attribute, or an empty text."""
    return "" if element is None else attribute(element, "val")


def _level(element: etree._Element) -> _Level:
    restart = _whole(value_of(child(element, "lvlRestart")))
    start = _whole(value_of(child(element, "start")))
    return _Level(
        value_of(child(element, "numFmt")) or "decimal",
        value_of(child(element, "lvlText")),
        0 if start is None else start,
        restart,
        child(element, "isLgl") is not None,
    )


def _at(element: etree._Element) -> int:
    at = _whole(attribute(element, "ilvl"))
    return -1 if at is None else at


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
