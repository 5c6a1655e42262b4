"""How the forms of a year differ from their family: what is new, missing or renamed, and whose layout is another year's.

What a family prints is what its TOML names, and what at least half of its forms in this run print.
Everything here counts printed headings, column headers and labels; no value is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from jixiao.deliver.files import csv_line
from jixiao.extract.headings import split_money
from jixiao.rules.families import GENERAL, Families, Family, key_of, parse_family

from .store import Store

Element = tuple[str, str]
"""What a printed name means: its kind (section, column, label) and which one it is."""
Printed = tuple[Element, str]

_MOST_NAMES = 10_000
"""So many different unread texts of one family and year are counted; memory must not grow with the inputs."""
_LIKE = 60
"""A new name at least so like (0–100) one that is missing is taken for its new wording."""
_LEAST_FORMS = 3
"""Fewer forms show no year's layout."""
_LEAST_TELLS = 4
"""Fewer names that tell two years apart are no two layouts: a new wording is two, what was printed and what is."""
_SAME_LAYOUT = 0.8
"""A form that has at least so much of what tells the years apart as the other year has it uses that one's layout."""


@dataclass(slots=True)
class Group:
    """The forms of one family and year: how many there are and how many print what."""

    forms: int = 0
    elements: Counter[Element] = field(default_factory=Counter)
    printed: Counter[Printed] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)

    def names(self) -> Counter[str]:
        """Return how many forms print a name as heading or column header."""
        counted: Counter[str] = Counter()
        for ((kind, _), name), count in self.printed.items():
            if kind != "label":
                counted[name] += count
        return counted


@dataclass(frozen=True, slots=True)
class Row:
    """A line of drift.csv."""

    form: str
    year: str
    kind: str
    change: str
    name: str
    was: str
    forms: int
    of: int
    document_id: str = ""

    def text(self) -> str:
        """Return the row as a line of CSV."""
        cells = (self.form, self.year, self.kind, self.change, self.name, self.was)
        return csv_line([*cells, str(self.forms), str(self.of), self.document_id])


def drift_of(store: Store, families: Families) -> Iterator[Row]:
    """Yield how the forms of this run differ from their families, by family and year."""
    groups = _groups(store, families)
    for form in sorted({form for form, _ in groups}):
        years = {year: group for (name, year), group in groups.items() if name == form}
        family = families.known.get(form)
        if family is None:
            continue
        for year in sorted(years):
            yield from _changes(form, year, years, _own_names(families, form), family)
        yield from _other_years(store, form, years, family)


def _groups(store: Store, families: Families) -> dict[tuple[str, str], Group]:
    groups: dict[tuple[str, str], Group] = {}
    for _, form, facts in store.facts():
        family = families.known.get(form)
        if family is None:
            continue
        group = groups.setdefault((form, _year(facts)), Group())
        group.forms += 1
        printed = _printed(facts, family)
        group.printed.update(printed)
        group.elements.update({element for element, _ in printed})
        for name in set(facts.get("left", ())):
            if name in group.left or len(group.left) < _MOST_NAMES:
                group.left[name] += 1
    return groups


def _year(facts: Mapping[str, object]) -> str:
    return "" if facts.get("year") is None else str(facts["year"])


def _printed(facts: Mapping[str, Iterable[str]], family: Family) -> set[Printed]:
    """Return what a form prints, as far as the vocabulary knows it."""
    found = set()
    for key in facts.get("printed", ()):
        name = split_money(key.rstrip(":"))[0]
        element = _element(name, family)
        if element is not None:
            found.add((element, name))
    return found


def _element(name: str, family: Family) -> Element | None:
    if name in family.columns:
        return "column", family.columns[name]
    for meanings in (family.targets, family.measures):
        if name in meanings:
            return "column", " ".join(meanings[name])
    if name in family.headings:
        return "section", family.headings[name]
    if name in family.labels:
        kind = family.labels[name]
        return "label", name if kind in ("other", "personal", "ignored") else kind
    return None


def _own_names(families: Families, form: str) -> dict[Element, tuple[str, ...]]:
    """Return the sections and columns that the family's own TOML names, with their names."""
    if form == GENERAL:
        return {}  # the vocabulary of all forms says nothing of what one must print
    return _named(families.text(form))


@cache
def _named(text: str) -> dict[Element, tuple[str, ...]]:
    table = parse_family(text, "")
    own: dict[Element, tuple[str, ...]] = {}
    for part, kind in (("sections", "section"), ("columns", "column")):
        for key, words in table.get(part, {}).items():
            if key in ("before", "after"):
                continue
            if key == "targets":
                for word, meaning in words.items():
                    element = kind, " ".join(meaning.split())
                    own[element] = (*own.get(element, ()), key_of(word))
            else:
                own[kind, key] = tuple(key_of(word) for word in words)
    return own


def _changes(
    form: str, year: str, years: Mapping[str, Group], own: Mapping[Element, tuple[str, ...]], family: Family
) -> Iterator[Row]:
    group = years[year]
    total = sum(other.forms for other in years.values())
    everywhere: Counter[Element] = sum((other.elements for other in years.values()), Counter())
    names: Counter[Printed] = sum((other.printed for other in years.values()), Counter())
    expected = {element for element, count in everywhere.items() if element[0] != "label" and 2 * count >= total > 2}
    expected |= own.keys()

    def usual(element: Element) -> tuple[str, ...]:
        counted = sorted(((-count, name) for (of, name), count in names.items() if of == element))
        return own.get(element) or tuple(name for _, name in counted[:1])

    def row(element: Element, change: str, name: str, was: str, count: int) -> Row:
        return Row(form, year, element[0], change, name, was, count, group.forms)

    missing = {element: group.forms - group.elements[element] for element in expected}
    new = {name: count for name, count in group.left.items() if count >= 2 and 10 * count >= group.forms}
    reworded: set[Element] = set()
    for name in sorted(new):
        lacking = [e for e in sorted(expected) if 2 * missing[e] >= group.forms]
        likes = sorted((-_likeness(name, known), e) for e in lacking for known in usual(e))
        if likes and -likes[0][0] >= _LIKE:
            element = likes[0][1]
            reworded.add(element)
            yield row(element, "renamed", name, usual(element)[0], new[name])
        else:
            yield row(("label", name), "new", name, "", new[name])
    for element in sorted(expected):
        if missing[element] and element not in reworded:
            yield row(element, "missing", "", (usual(element) or (element[1],))[0], missing[element])
    for (element, name), count in sorted(group.printed.items()):
        elsewhere = everywhere[element] - group.elements[element]
        if element[0] == "label":
            continue
        if usual(element) and name not in usual(element):
            yield row(element, "renamed", name, usual(element)[0], count)
        elif element not in own and len(years) > 1 and not elsewhere and 2 * count >= group.forms:
            yield row(element, "new", name, "", count)


def _likeness(one: str, other: str) -> float:
    from rapidfuzz.fuzz import ratio

    return float(ratio(one, other))


def _other_years(store: Store, form: str, years: Mapping[str, Group], family: Family) -> Iterator[Row]:
    """Yield the forms in another year's layout, and those of a year the family is not for."""
    names = {year: group.names() for year, group in years.items() if year}
    pairs = {
        (mine, other): _Contrast.of(names[mine], years[mine].forms, names[other], years[other].forms)
        for mine in names
        for other in names
        if mine != other and min(years[mine].forms, years[other].forms) >= _LEAST_FORMS
    }
    for document_id, name, facts in store.facts():
        year = _year(facts)
        if name != form or not year:
            continue
        of = years[year].forms
        if family.years is not None and not family.years[0] <= int(year) <= family.years[1]:
            span = "–".join(map(str, family.years))
            yield Row(form, year, "layout", "other_year", span, "", 1, of, document_id)
            continue
        printed = {word for (kind, _), word in _printed(facts, family) if kind != "label"}
        likes = [(-pairs[year, other].share(printed), other) for other in names if (year, other) in pairs]
        best, other = min(likes, default=(0.0, ""))
        if -best >= _SAME_LAYOUT:
            yield Row(form, year, "layout", "other_year", other, "", 1, of, document_id)


@dataclass(frozen=True, slots=True)
class _Contrast:
    """The names that tell two years apart: two thirds of one year's forms print them and at most a third of the other's.

    *theirs* and *ours* hold how many of our *forms* print each, the form in question among them; it is
    left out when it is asked about, or one of three would be a third by itself.
    """

    forms: int
    theirs: Mapping[str, int]
    ours: Mapping[str, int]

    @classmethod
    def of(cls, mine: Counter[str], forms: int, other: Counter[str], others: int) -> _Contrast:
        return cls(
            forms - 1,
            {name: mine[name] for name, count in other.items() if 3 * count >= 2 * others},
            {name: count for name, count in mine.items() if 3 * other[name] <= others},
        )

    def share(self, printed: Collection[str]) -> float:
        """Return how much of what tells the years apart a form of ours has as the other year has it; 0 if that is little."""
        theirs = [name in printed for name, count in self.theirs.items() if 3 * (count - (name in printed)) <= self.forms]
        ours = [name in printed for name, count in self.ours.items() if 3 * (count - (name in printed)) >= 2 * self.forms]
        tells = len(theirs) + len(ours)
        if tells < _LEAST_TELLS:
            return 0.0
        return (sum(theirs) + ours.count(False)) / tells


def drift_summary(store: Store, families: Families, rows: Iterable[Row]) -> list[str]:
    """Return a line for every family and year: how many forms, and what is different (Chinese)."""
    counts: dict[tuple[str, str], Counter[str]] = {key: Counter() for key in sorted(_groups(store, families))}
    for row in rows:
        key = row.form, row.year
        if row.change == "other_year":
            counts[key]["份用的是别年的表样"] += 1
        elif 2 * row.forms >= row.of:  # what only a few do is in the file
            counts[key][{"new": "处新增", "missing": "处缺少", "renamed": "处改名"}[row.change]] += 1
    lines = []
    for (form, year), counted in counts.items():
        what = "，".join(f"{count} {word}" for word, count in sorted(counted.items())) or "与表式一致"
        lines.append(f"表式 {form} {year or '年度不明'}：{what}")
    return lines
