"""How well the changes found between two invented years agree with those planted.

The forms are taken as their inventor made them, without typesetting and reading, so that what is scored
is the comparing alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jixiao.deliver.changes_input import form_of
from jixiao.deliver.schema import TABLES
from jixiao.rules.checks import check_form
from jixiao.rules.compare.change import Change
from jixiao.rules.families import Families
from jixiao.rules.records import Form

from .form import Form as InventedForm
from .years import Planted, YearPair

_TURNS = {"tightened": "loosened", "loosened": "tightened", "up": "down", "down": "up"}


def record_of(form: InventedForm, name: str, families: Families | None = None) -> Form:
    """Return the invented form as the records a perfect reader would give; with *families* it is checked too."""
    rows = form.tables()
    number = {item.item: str(seq) for seq, item in enumerate(form.funds, 1)}
    for row in rows["documents"]:
        row |= {"source": name, "media": "text", "status": "ok", "form": "department-targets"}
    for row in rows["funds"]:
        row["parent_seq"] = number.get(row["parent"], "")
    filled = {
        table.name: [
            {"document_id": name, **{column: row.get(column, "") for column in table.names[1:]}}
            for row in rows.get(table.name, [])
        ]
        for table in TABLES
    }
    made = form_of(filled)
    return made if families is None else replace(made, findings=check_form(made, families))


def expected_findings(pair: YearPair, old: Form, new: Form) -> Counter[tuple[str, str]]:
    """Return how often what a check asks is new or settled, by kind and rule; rows are one by the pair's own word."""
    partner = {table: dict(links) for table, links in pair.partners.items()}
    partner["targets"] = partner["indicators"]
    asked = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for form, counted in zip((old, new), asked, strict=True):
        for one in form.findings:
            row = ""
            if one.rule == "projects_stand_among_the_funds":
                row = one.actual.replace(str(form.year), "")
            elif one.table in ("funds", "indicators", "targets"):
                seq = one.row_seq if form is new else partner[one.table].get(one.row_seq)
                row = f"gone {one.row_seq}" if seq is None else str(seq)
            if one.severity != "info":
                counted[one.rule, one.table, one.field, row] += 1
    before, after = asked
    expected = Counter[tuple[str, str]]()
    for kind, more in (("finding_appeared", after - before), ("finding_solved", before - after)):
        for (rule, *_), many in more.items():
            expected[kind, rule] += many
    return expected


@dataclass
class YearScore:
    """Counts over any number of pairs."""

    renamed_right: int = 0
    renamed_found: int = 0
    renamed_true: int = 0
    partners_right: int = 0
    partners_found: int = 0
    partners_true: int = 0
    kinds_right: Counter[str] = field(default_factory=Counter)
    kinds_planted: Counter[str] = field(default_factory=Counter)
    kinds_found: Counter[str] = field(default_factory=Counter)
    wrong_way: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    uncertain: int = 0
    changes: int = 0

    def add(self, pair: YearPair, changes: Sequence[Change], where: str, forms: tuple[Form, Form]) -> None:
        """Count what *changes* says of *pair*, whose records are *forms*."""
        self.changes += len(changes)
        self.uncertain += sum(one.uncertain for one in changes)
        self._renamed(pair, changes)
        self._findings(pair, changes, where, forms)
        found = {_key(one): one for one in changes if one.table != "findings"}
        planted = {_planted_key(one): one for one in pair.planted if one.table != "findings"}
        for key, truth in planted.items():
            self.kinds_planted[truth.kind] += 1
            change = found.get(key)
            if change is None:
                self.missed.append(f"{where} {key} {_named(pair, truth)}")
                continue
            self.kinds_right[truth.kind] += 1
            if change.direction and truth.direction and change.direction != truth.direction:
                self.wrong_way.append(f"{where} {key}: {change.direction}, planted {truth.direction}")
        for key, change in found.items():
            self.kinds_found[change.kind] += 1
            if key not in planted:
                said = (
                    f"{change.old_name} → {change.new_name}: {change.old} → {change.new} {change.direction}"
                )
                self.invented.append(f"{where} {key} {said}")
                if change.direction in ("tightened", "loosened") and not change.uncertain:
                    self.wrong_way.append(f"{where} {key}: {change.direction}, nothing planted")

    def _findings(self, pair: YearPair, changes: Iterable[Change], where: str, forms: tuple[Form, Form]) -> None:
        expected = expected_findings(pair, *forms)
        found = Counter((one.kind, one.field) for one in changes if one.table == "findings")
        for key in sorted(expected.keys() | found.keys()):
            kind, rule = key
            self.kinds_planted[kind] += expected[key]
            self.kinds_found[kind] += found[key]
            self.kinds_right[kind] += min(expected[key], found[key])
            if expected[key] > found[key]:
                self.missed.append(f"{where} {kind} {rule}")
            if expected[key] < found[key]:
                self.invented.append(f"{where} {kind} {rule}")
        for planted in pair.planted:
            if planted.table == "findings" and not expected[planted.kind, planted.field]:
                self.missed.append(f"{where} {planted.kind} {planted.field}: planted, but no check asks it")

    def _renamed(self, pair: YearPair, changes: Iterable[Change]) -> None:
        for table, column in (("funds", "item"), ("indicators", "level3")):
            partners = pair.partners[table]
            said = {
                (one.old_seq, one.new_seq)
                for one in changes
                if one.table == table and one.kind == "renamed" and one.field == column
            }
            self.renamed_found += len(said)
            self.renamed_right += len(said & partners)
            self.renamed_true += len(pair.renamed[table])
            self.partners_right += len(said & pair.renamed[table])

    @property
    def precision(self) -> float:
        """Of the rows said to be renamed, the share that are one thing."""
        return self.renamed_right / self.renamed_found if self.renamed_found else 1.0

    @property
    def recall(self) -> float:
        """Of the rows that were renamed, the share found."""
        return self.partners_right / self.renamed_true if self.renamed_true else 1.0


def _key(one: Change) -> tuple[str, str, int, int, str]:
    return one.kind, one.table, one.old_seq, one.new_seq, one.period


def _planted_key(one: Planted) -> tuple[str, str, int, int, str]:
    return one.kind, one.table, one.old_seq, one.new_seq, one.period


def _named(pair: YearPair, one: Planted) -> str:
    rows = {
        "funds": (pair.old.funds, pair.new.funds),
        "indicators": (pair.old.indicators, pair.new.indicators),
    }
    rows["targets"] = rows["indicators"]
    if one.table not in rows:
        return ""
    old, new = rows[one.table]
    names = [
        "" if not seq else getattr(side[seq - 1], "item", "") or getattr(side[seq - 1], "level3", "")
        for side, seq in ((old, one.old_seq), (new, one.new_seq))
    ]
    return " → ".join(names)
