"""Two forms side by side, and what any table says of its rows: a pair's, one's without partner, one's in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jixiao.rules.records import Form, Target, Text

from .align import Alignment, Nearest, Pair, Parts
from .change import Change, Why
from .concordance import Concordance
from .names import text_key, year_in

Years = tuple[int | None, int | None]
Shown = tuple[int, Text, str]
"""A row for `left_over`: its seq, its name, and what is shown of it."""


@dataclass(frozen=True)
class Sides:
    """The form of the old year, that of the new one, and what a reviewer said on names."""

    old: Form
    new: Form
    known: Concordance

    @property
    def forms(self) -> tuple[Form, Form]:
        """Both forms, the old one first."""
        return self.old, self.new

    @property
    def years(self) -> Years:
        """The years the forms are of."""
        return self.old.year, self.new.year

    def say_the_same(self, old: str, new: str) -> bool:
        """Return whether two texts differ in formatting, numbering or the year moving on at most."""
        return text_key(old, self.old.year) == text_key(new, self.new.year) or text_key(old) == text_key(new)


def dated(form: Form) -> Form:
    """Return *form* with the year it speaks of where it prints none of its own: names move on with it."""
    if form.year is not None:
        return form
    texts = [raw_of(target) for one in form.indicators for target in one.targets]
    texts += [one.name for one in form.indicators] + [item.item.value for item in form.funds]
    return replace(form, year=year_in(texts))


def shared_by(pair: Pair, table: str, old_seq: int, new_seq: int, old: Text, new: Text) -> Change:
    """Return what every change between two paired rows has in common."""
    return Change(
        table,
        "",
        old_seq,
        new_seq,
        old.value,
        new.value,
        likeness=round(pair.likeness, 4),
        uncertain=pair.uncertain,
        why=pair.why,
        old_place=old.place,
        new_place=new.place,
    )


def left_over(
    found: Alignment,
    table: str,
    olds: Sequence[Shown],
    news: Sequence[Shown],
) -> Iterator[Change]:
    """Yield splits, merges, dropped and added rows; a row is its seq, its name and what to show of it."""
    for kind, parted in (("split", found.splits), ("merged", found.merges)):
        for parts in parted:
            for part in parts.parts:
                o, n = (parts.whole, part) if kind == "split" else (part, parts.whole)
                yield _part(kind, table, olds[o], news[n], parts)
    for at, near in found.dropped.items():
        seq, name, shown = olds[at]
        yield replace(
            _alone("dropped", table, near, None if near is None else news[near.index]),
            old_seq=seq,
            old_name=name.value,
            old=shown,
            old_place=name.place,
        )
    for at, near in found.added.items():
        seq, name, shown = news[at]
        yield replace(
            _alone("added", table, near, None if near is None else olds[near.index]),
            new_seq=seq,
            new_name=name.value,
            new=shown,
            new_place=name.place,
        )


def _part(kind: str, table: str, old: Shown, new: Shown, parts: Parts) -> Change:
    return Change(
        table,
        kind,
        old[0],
        new[0],
        old[1].value,
        new[1].value,
        old=old[2],
        new=new[2],
        likeness=parts.likeness,
        uncertain=parts.uncertain,
        why=parts.why,
        old_place=old[1].place,
        new_place=new[1].place,
    )


def _alone(kind: str, table: str, near: Nearest | None, other: Shown | None) -> Change:
    if near is None or other is None:
        return Change(table, kind)
    name = other[1].value if table not in ("functions", "goals") else other[2][:20]
    year = ("新", "new") if kind == "dropped" else ("旧", "old")
    why = Why(
        f"{year[0]}表中最接近的是“{name}”（相似度 {near.likeness:.2f}），未认作同一项",
        f"nearest in the {year[1]} form: “{name}” ({near.likeness:.2f}), not taken for the same",
    )
    return Change(table, kind, likeness=near.likeness, uncertain=True, why=why, near=name)


def value_of(text: Text | None) -> str:
    """Return the text, "" where there is none."""
    return "" if text is None else text.value


def raw_of(target: Target) -> str:
    """Return the target as printed, on one line."""
    return target.text.raw.replace("\n", "")
