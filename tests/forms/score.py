"""How well tables read from a form agree with the truth, cell by cell.

A cell that is empty in both is not counted. A wrong value is one false positive and one false negative; a
value too many is a false positive, one that is missing a false negative. Rows are aligned first, so that
one missing row costs its own cells and no others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Row = Mapping[str, str]

FIELDS = {
    "documents": ("title", "department", "year", "money_unit"),
    "functions": ("label", "text"),
    "staffing": ("metric", "value", "unit"),
    "funds": (
        "side",
        "item",
        "level",
        "parent",
        "period",
        "measure",
        "amount",
        "money_unit",
        "amount_yuan",
        "raw",
    ),
    "goals": ("horizon", "text"),
    "indicators": ("level1", "level2", "level3", "key_work", "project"),
    "targets": ("period", "measure", "raw", "kind", "operator", "value", "value_max", "unit"),
}

MORE_FIELDS = {
    **FIELDS,
    "documents": (*FIELDS["documents"], "project"),
    "tasks": ("name", "content", "amount", "money_unit", "expected"),
    "indicators": (*FIELDS["indicators"], "weight", "score", "note"),
}
"""What the truths of the other families know beside."""

# What makes a figure wrong in a way that hurts whoever computes with it.
FIGURES = {
    "staffing": ("value", "unit"),
    "funds": ("amount", "money_unit"),
    "targets": ("operator", "value", "value_max", "unit"),
}

# Compared as numbers: 19.50 and 19.5 are one amount. Dates and words among them are compared as text.
_NUMBERS = {"amount", "amount_yuan", "value", "value_max"}
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")

# How alike two rows are: the weight of each field in the alignment.
_WEIGHTS = {
    "functions": {"label": 0.3, "text": 0.7},
    "staffing": {"metric": 0.7, "value": 0.2, "unit": 0.1},
    "funds": {"side": 0.2, "item": 0.7, "parent": 0.1},
    "goals": {"horizon": 0.6, "text": 0.4},
    "tasks": {"name": 0.5, "content": 0.3, "expected": 0.2},
    "indicators": {"level1": 0.1, "level2": 0.15, "level3": 0.5, "key_work": 0.15, "project": 0.1},
}
_LEAST_LIKENESS = 0.3


@dataclass(frozen=True)
class Error:
    """One cell that differs; row is the truth's row, or the read one's for a row too many (1-based seq)."""

    table: str
    row: str
    field: str
    expected: str
    actual: str


@dataclass(frozen=True)
class Count:
    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """1 when nothing was read: nothing read is nothing wrong."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        whole = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / whole if whole else 1.0


@dataclass
class Score:
    """Counts by (table, field), every differing cell, and the wrong figures no finding points at."""

    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)
    silent: list[Error] = field(default_factory=list)

    def table(self, name: str) -> Count:
        return sum((count for (table, _), count in self.counts.items() if table == name), Count())

    @property
    def total(self) -> Count:
        return sum(self.counts.values(), Count())

    @property
    def exact(self) -> bool:
        """Whether no cell of the form differs."""
        return self.total.fp == 0 and self.total.fn == 0

    def cell(self, table: str, row: str, name: str, expected: str, actual: str) -> None:
        """Count one cell."""
        if not expected and not actual:
            return
        if same(name, expected, actual):
            count = Count(tp=1)
        else:
            count = Count(fp=1 if actual else 0, fn=1 if expected else 0)
            self.errors.append(Error(table, row, name, expected, actual))
        self.counts[table, name] = self.counts.get((table, name), Count()) + count


def same(name: str, expected: str, actual: str) -> bool:
    """Return whether two values of a field agree; texts must be equal to the character.

    >>> same("amount", "19.50", "19.5"), same("raw", "19.50", "19.5")
    (True, False)
    """
    if expected == actual:
        return True
    if name in _NUMBERS and _DECIMAL.fullmatch(expected) and _DECIMAL.fullmatch(actual):
        return Decimal(expected) == Decimal(actual)
    return False


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def likeness(first: str, second: str) -> float:
    """Return 0–1: the share of neighbouring character pairs that two texts have in common."""
    if first == second:
        return 1.0
    if not first or not second:
        return 0.0
    one, two = _pairs(first), _pairs(second)
    return 2 * sum((one & two).values()) / (sum(one.values()) + sum(two.values()))


def align(
    truth: Sequence[Row], read: Sequence[Row], alike: Callable[[Row, Row], float]
) -> list[tuple[int | None, int | None]]:
    """Return pairs of indices in order, each row once; None on one side for a row with no partner.

    The pairing keeps the order of both and has the greatest total likeness; rows less alike than
    `_LEAST_LIKENESS` are not paired.
    """
    height, width = len(truth), len(read)
    likes = [[alike(one, two) for two in read] for one in truth]
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for one in range(height - 1, -1, -1):
        for two in range(width - 1, -1, -1):
            best[one][two] = max(best[one + 1][two], best[one][two + 1])
            if likes[one][two] >= _LEAST_LIKENESS:
                best[one][two] = max(best[one][two], likes[one][two] + best[one + 1][two + 1])
    pairs: list[tuple[int | None, int | None]] = []
    one = two = 0
    while one < height or two < width:
        both = one < height and two < width and likes[one][two] >= _LEAST_LIKENESS
        if both and best[one][two] == likes[one][two] + best[one + 1][two + 1]:
            pairs.append((one, two))
            one, two = one + 1, two + 1
            continue
        if two == width or (one < height and best[one][two] == best[one + 1][two]):
            pairs.append((one, None))
            one += 1
        else:
            pairs.append((None, two))
            two += 1
    return pairs


def _alike(table: str) -> Callable[[Row, Row], float]:
    weights = _WEIGHTS[table]

    def alike(one: Row, two: Row) -> float:
        return sum(
            weight * likeness(one.get(name, ""), two.get(name, "")) for name, weight in weights.items()
        )

    return alike


def _by_key(rows: Iterable[Row], names: tuple[str, ...]) -> dict[tuple[str, ...], Row]:
    return {tuple(row.get(name, "") for name in names): row for row in rows}


class _Scorer:
    """Walks two sets of tables; holds the score and the rows that findings point at."""

    def __init__(
        self,
        truth: Mapping[str, Sequence[Row]],
        read: Mapping[str, Sequence[Row]],
        findings: Iterable[Row],
        fields: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.fields = fields
        self.truth = truth
        self.read = read
        self.found = {(finding.get("table", ""), finding.get("row_seq", "")) for finding in findings}
        self.score = Score()

    def row(self, table: str, seq: str, expected: Row | None, actual: Row | None, read_seq: str) -> None:
        """Count one pair of rows; None stands for no row."""
        wanted, given = expected or {}, actual or {}
        for name in self.fields[table]:
            self.score.cell(table, seq or read_seq, name, wanted.get(name, ""), given.get(name, ""))
        for name in FIGURES.get(table, ()):
            value = given.get(name, "")
            if not any(given.get(other, "") for other in FIGURES[table]):
                continue
            if same(name, wanted.get(name, ""), value) or (table, read_seq) in self.found:
                continue
            self.score.silent.append(Error(table, seq or read_seq, name, wanted.get(name, ""), value))
            break

    def plain(self, table: str) -> list[tuple[int | None, int | None]]:
        """Align and count a table whose rows stand for themselves; return the pairs of row indices."""
        truth, read = self.truth.get(table, ()), self.read.get(table, ())
        pairs = align(truth, read, _alike(table))
        for one, two in pairs:
            expected = truth[one] if one is not None else None
            actual = read[two] if two is not None else None
            seq = (expected or {}).get("seq", "")
            self.row(table, seq, expected, actual, (actual or {}).get("seq", ""))
        return pairs

    def documents(self) -> None:
        truth, read = self.truth.get("documents", ()), self.read.get("documents", ())
        for number in range(max(len(truth), len(read))):
            expected = truth[number] if number < len(truth) else None
            actual = read[number] if number < len(read) else None
            self.row("documents", str(number + 1), expected, actual, str(number + 1))

    def keyed(self, table: str, seq_field: str, seqs: Iterable[tuple[str, str]]) -> None:
        """Count rows that hang on aligned parents; *seqs* are (truth seq, read seq), empty for none."""
        names = (seq_field, "period", "measure")
        truth = _by_key(self.truth.get(table, ()), names)
        read = _by_key(self.read.get(table, ()), names)
        waiting = dict(read)
        for one, two in seqs:
            keys = [key[1:] for key in truth if key[0] == one]
            keys += [key[1:] for key in read if key[0] == two and key[1:] not in keys]
            for key in keys:
                expected, actual = truth.get((one, *key)), waiting.pop((two, *key), None)
                self.row(table, one, expected, actual, two)
        # Rows of an item that the alignment never saw: a target without an indicator.
        for (seq, *_), actual in waiting.items():
            self.row(table, "", None, actual, seq)

    def funds(self) -> None:
        truth = list(_by_key(self.truth.get("funds", ()), ("seq",)).values())
        read = list(_by_key(self.read.get("funds", ()), ("seq",)).values())
        pairs = align(truth, read, _alike("funds"))
        self.keyed("funds", "seq", _seqs(pairs, truth, read))

    def run(self) -> Score:
        self.documents()
        for table in ("functions", "staffing", "goals", "tasks"):
            if table not in self.fields:
                continue
            self.plain(table)
        self.funds()
        pairs = self.plain("indicators")
        seqs = _seqs(pairs, self.truth.get("indicators", ()), self.read.get("indicators", ()))
        self.keyed("targets", "indicator_seq", seqs)
        return self.score


def _seqs(
    pairs: Iterable[tuple[int | None, int | None]], truth: Sequence[Row], read: Sequence[Row]
) -> list[tuple[str, str]]:
    return [
        (truth[one]["seq"] if one is not None else "", read[two]["seq"] if two is not None else "")
        for one, two in pairs
    ]


def score(
    truth: Mapping[str, Sequence[Row]],
    read: Mapping[str, Sequence[Row]],
    findings: Iterable[Row] = (),
    fields: Mapping[str, tuple[str, ...]] = FIELDS,
) -> Score:
    """Return the score of the tables *read* against the *truth*, both table name to rows of CSV strings.

    `silent` holds one entry for each row of targets, funds or staffing whose operator, number or unit is
    given and wrong, or that should not be there at all, unless one of the *findings* names that table and
    that row's seq.
    """
    return _Scorer(truth, read, findings, fields).run()
