"""What the makers of a next year share: rows with their origin, other wordings, one source of chance."""

from __future__ import annotations

import functools
import random
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Generic, TypeVar

from .form import Form as InventedForm
from .form import plain
from .wording import Speaker, domains

Seqs = tuple[int, ...]
Thing = TypeVar("Thing")


@dataclass
class Row(Generic[Thing]):
    """A row of the new year, the old rows it comes from, and what was done to it."""

    olds: Seqs
    value: Thing
    notes: list[tuple[str, str, str, str]] = field(default_factory=list)
    kind: str = ""

    def note(self, kind: str, field_: str = "", period: str = "", direction: str = "") -> None:
        self.notes.append((kind, field_, period, direction))


@functools.cache
def words(vocabulary: str, name: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of old and new wording under *name* in *vocabulary*."""
    data = tomllib.loads((Path(__file__).parent / "years.toml").read_text("utf-8"))
    pairs = (word.split("|") for word in data[vocabulary][name].split())
    return tuple((pair[0], pair[1]) for pair in pairs)


def other_name(rng: random.Random, name: str, vocabulary: str) -> str:
    """Return another wording of *name*, or "" where the vocabulary has none."""
    choices = [name[: -len(old)] + new for old, new in words(vocabulary, "tails") if name.endswith(old)]
    choices += [name.replace(old, new, 1) for old, new in words(vocabulary, "words") if old in name]
    if not choices or rng.random() < 0.25:
        choices += [
            new + name.removeprefix(old) for old, new in words(vocabulary, "before") if name.startswith(old)
        ]
        choices += [name + new for _, new in words(vocabulary, "after") if not name.endswith("）")]
    return rng.choice(choices) if choices else ""


def other_thing(rng: random.Random, name: str) -> str:
    """Return a name that looks like *name* and is another thing's, or "" where there is none."""
    choices = [name[: -len(old)] + new for old, new in words("other", "tails") if name.endswith(old)]
    return rng.choice(choices) if choices else ""


def reprinted(rng: random.Random, text: str) -> str:
    """Return *text* printed another way: quotes, width and spaces, nothing that is said."""
    return rng.choice(
        (
            text.replace("“", "").replace("”", ""),
            text.replace("（", "(").replace("）", ")"),
            text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
            text,
        )
    )


@functools.cache
def phrases(table: str, name: str) -> tuple[str, ...]:
    data = tomllib.loads((Path(__file__).parent / "years.toml").read_text("utf-8"))
    return tuple(data[table][name].split())


def number(value: Decimal, places: int) -> str:
    return plain(value.quantize(Decimal(1).scaleb(-places)))


def places(text: str) -> int:
    return len(text.partition(".")[2])


class Year:
    """What the making of one next year draws on: the old form, one source of chance, names in use."""

    def __init__(self, old: InventedForm, seed: int, vocabulary: str, share: float, reprint: float) -> None:
        self.old = old
        self.rng = random.Random(f"year {seed} {vocabulary}")
        self.vocabulary = vocabulary
        self.share = share
        self.reprint = reprint
        year = old.year or "2024"
        self.years = (year, str(int(year) + 1))
        place = next((old.department[:3] for end in "市县区" if old.department[2:3] == end), "东川市")
        domain = next((one for one in domains() if old.department.endswith(one.departments)), domains()[0])
        self.speaker = Speaker(self.rng, domain, place, self.years[1])
        self.names = {row.level3 for row in old.indicators} | {item.item for item in old.funds}

    def happens(self, chance: float) -> bool:
        return self.rng.random() < chance * self.share

    def reprints(self, chance: float) -> bool:
        return self.rng.random() < chance * self.reprint

    def rolled(self, text: str) -> str:
        """Return *text* a year on."""
        return text.replace(f"{self.years[0]}年", f"{self.years[1]}年")

    def renamed(self, name: str) -> str:
        """Return another wording of *name* that nothing else is called, or ""."""
        for _ in range(6):
            new = other_name(self.rng, name, self.vocabulary)
            if new and new not in self.names and 4 <= len(new) <= 40:
                self.names.add(new)
                return new
        return ""
