"""Words to invent forms from: the pools of `words.toml`, and a small grammar that fills their braces."""

from __future__ import annotations

import functools
import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_SLOT = re.compile(r"\{(\w+)\}")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Thing:
    """A noun that can be counted, and its counter: 巡回审判, 次."""

    noun: str
    unit: str


@dataclass(frozen=True)
class Domain:
    """One field of administration: who does it and what there is to do."""

    departments: tuple[str, ...]
    topics: tuple[str, ...]
    things: tuple[Thing, ...]
    people: tuple[Thing, ...]
    places: tuple[str, ...]


@functools.cache
def _data() -> dict[str, object]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def section(table: str) -> dict[str, str]:
    """Return one table of the file, its texts unsplit."""
    found = _data()[table]
    assert isinstance(found, dict)
    return found


def pool_text(table: str, name: str) -> str:
    """Return one text of the file as it stands."""
    return section(table)[name]


@functools.cache
def pool(table: str, name: str) -> tuple[str, ...]:
    """Return the words of one pool, in the order of the file."""
    return tuple(pool_text(table, name).split())


def _things(text: str) -> tuple[Thing, ...]:
    return tuple(Thing(*word.split("|")) for word in text.split())


@functools.cache
def domains() -> tuple[Domain, ...]:
    """Return every field of administration in `words.toml`."""
    tables = _data()["domain"]
    assert isinstance(tables, list)
    return tuple(
        Domain(
            tuple(table["departments"].split()),
            tuple(table["topics"].split()),
            _things(table["things"]),
            _things(table["people"]),
            tuple(table["places"].split()),
        )
        for table in tables
    )


def chinese_number(number: int) -> str:
    """Return 0–99 in Chinese numerals, as counted things are written.

    >>> chinese_number(12), chinese_number(30), chinese_number(7)
    ('十二', '三十', '七')
    """
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Speaker:
    """Fills patterns for one department: its place, its field, its year.

    Slots: {t} {t2} topics, {n} {n2} things to do, {p} a facility, {people}, {num} a number with its counter,
    {place}, {scope}, {lower}, {boss}, {level}, {year}, {q} a slogan, {s} a two-character brand.
    """

    rng: random.Random
    domain: Domain
    place: str
    year: str

    def fill(self, pattern: str, thing: Thing | None = None) -> str:
        """Return *pattern* with every slot filled; *thing* stands for {n} and {people} when given."""
        topics = self.rng.sample(self.domain.topics, 2)
        things = self.rng.sample(self.domain.things, 2)
        if thing is not None:
            things[0] = thing
        kind = self.place[-1]
        values = {
            "t": topics[0],
            "t2": topics[1],
            "n": things[0].noun,
            "n2": things[1].noun,
            "p": self.rng.choice(self.domain.places),
            "people": thing.noun if thing is not None else self.rng.choice(self.domain.people).noun,
            "num": f"{self.rng.randint(2, 900)}{things[0].unit}",
            "place": self.place,
            "scope": f"全{kind}",
            "lower": {"市": "县区", "县": "乡镇", "区": "街道"}[kind],
            "boss": f"{kind}委、{kind}政府",
            "level": "省" if kind == "市" else "省、市",
            "year": self.year,
            "q": self.rng.choice(pool("goal", "slogan")),
            "s": self.rng.choice(pool("project", "brand")),
        }
        return _SLOT.sub(lambda found: values[found[1]], pattern)

    def say(self, table: str, name: str, thing: Thing | None = None) -> str:
        """Return one filled pattern of a pool."""
        return self.fill(self.rng.choice(pool(table, name)), thing)


def invent_place(rng: random.Random) -> str:
    """Return a place name such as 清川市 or 桐溪区, put together from syllables."""
    first = rng.choice(pool("place", "first"))
    second = rng.choice([word for word in pool("place", "second") if word != first])
    return first + second + rng.choice(pool("place", "kind"))
