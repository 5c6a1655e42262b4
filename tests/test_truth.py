"""Every cell read from a sample is what a person reads there.

The truth of a real form is typed by hand (`tests/truth/*.toml`), that of an invented one is what its
inventor said (`tests/truth/*.json`). Neither was written by the program.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jixiao.deliver.nested import nested
from jixiao.pipeline.one import Outcome, read_bytes

from tests.forms.score import score

ROOT = Path(__file__).parents[1]
TRUTH = ROOT / "tests" / "truth"
SAMPLE = ROOT / "samples" / "nantong-keji-2025.txt"
TEXTS = sorted((ROOT / "samples").glob("*.txt"))
INVENTED = sorted(path.stem for path in TRUTH.glob("*.json"))

Rows = list[dict[str, str]]


def outcome_of(path: Path) -> Outcome:
    return read_bytes(path.read_bytes(), path.name)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return tomllib.loads((TRUTH / f"{SAMPLE.stem}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return outcome_of(SAMPLE)


def rows(outcome: Outcome, table: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in columns) for row in outcome.tables[table]]


def indicator_rows(truth: dict[str, Any]) -> Rows:
    """Return the truth's indicators in the order of the form, the seven rows of 履职 in their place."""
    names = ("level1", "level2", "level3", "half_year", "full_year")
    plain = {
        part: [dict(zip(names, row, strict=True)) for row in truth["indicators"][part]]
        for part in ("before", "after")
    }
    duties = [{"level1": "履职", **duty} for duty in truth["indicators"]["duties"]]
    return [*plain["before"], *duties, *plain["after"]]


# --- the truth itself ----------------------------------------------------------------------------


def test_the_truth_is_what_is_printed_and_all_that_is_printed(truth: dict[str, Any]) -> None:
    printed = "".join(SAMPLE.read_text(encoding="utf-8").split())
    indicators = indicator_rows(truth)
    staffing = dict.fromkeys(sentence for *_, sentence in truth["staffing"]["figures"])
    levels = dict.fromkeys((row["level1"], row["level2"]) for row in indicators)
    cells = [
        truth["document"]["title"],
        truth["document"]["department"],
        *truth["headings"]["printed"],
        *(part for function in truth["functions"].items() for part in function),
        *staffing,
        *(cell for row in truth["income"]["items"] for cell in (row[1], row[3])),
        *(cell for row in truth["expenditure"]["items"] for cell in (row[1], row[3], row[4])),
        *truth["goals"].values(),
        *dict.fromkeys(level1 for level1, _ in levels),
        *(level2 for _, level2 in levels),
        *(
            row.get(name, "")
            for row in indicators
            for name in ("key_work", "project", "level3", "half_year", "full_year")
        ),
    ]
    assert [cell for cell in cells if cell not in printed and cell not in truth["headings"]["printed"]] == []
    assert Counter("".join(cells)) == Counter(printed)


def test_the_truth_has_the_counts_of_the_contract(truth: dict[str, Any]) -> None:
    assert len(truth["functions"]) == 16
    assert len(truth["staffing"]["figures"]) == 4
    assert (len(truth["income"]["items"]), len(truth["expenditure"]["items"])) == (9, 13)
    assert len(truth["goals"]) == 2
    indicators = indicator_rows(truth)
    assert len(indicators) == 43
    assert sum(not row["level3"] for row in indicators) == 3
    assert sum(bool(row.get("project")) for row in indicators) == 7


# --- what was read -------------------------------------------------------------------------------


def test_the_document_is_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    (document,) = outcome.tables["documents"]
    expected = {
        **truth["document"],
        "source": SAMPLE.name,
        "media": "text",
        "form": "department-targets",
        "status": "review",
        "unread": "0",
    }
    assert {name: document[name] for name in expected} == expected


def test_the_functions_are_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    assert rows(outcome, "functions", "label", "text") == list(truth["functions"].items())


def test_the_staffing_is_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    expected = [tuple(figure) for figure in truth["staffing"]["figures"]]
    assert rows(outcome, "staffing", "metric", "value", "unit", "text") == expected


def test_the_funds_are_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    expected: list[tuple[str, ...]] = []
    seq_of = {"": ""}
    items = [("income", *row[:3], "", row[3]) for row in truth["income"]["items"]]
    items += [("expenditure", *row) for row in truth["expenditure"]["items"]]
    for seq, (side, level, item, parent, half_year, full_year) in enumerate(items, 1):
        seq_of[item] = str(seq)
        for period, measure, raw in (("half_year", "planned", half_year), ("full_year", "budget", full_year)):
            if raw:
                place = (str(seq), side, item, level, seq_of[parent], parent, period, measure)
                expected.append((*place, raw, "万元", yuan(raw), raw))
    columns = ("seq", "side", "item", "level", "parent_seq", "parent", "period", "measure")
    read = rows(outcome, "funds", *columns, "amount", "money_unit", "amount_yuan", "raw")
    assert read == expected


def yuan(amount: str) -> str:
    """Return 万元 as 元: the decimal point four places on, by moving digits."""
    whole, _, part = amount.partition(".")
    return (whole + part.ljust(4, "0")).lstrip("0") or "0"


def test_the_goals_are_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    assert rows(outcome, "goals", "horizon", "text") == list(truth["goals"].items())


def test_the_indicators_are_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    names = [row[1] for part in ("income", "expenditure") for row in truth[part]["items"]]
    expected = []
    for row in indicator_rows(truth):
        fund = row.get("fund", "")
        fund_seq = str(names.index(fund) + 1) if fund else ""
        cells = (row["level1"], row["level2"], row["level3"], row.get("key_work", ""), row.get("project", ""))
        expected.append((*cells, fund_seq, "", "", ""))
    columns = ("level1", "level2", "level3", "key_work", "project", "fund_seq", "weight", "note", "score")
    assert rows(outcome, "indicators", *columns) == expected


def test_the_targets_are_right(outcome: Outcome, truth: dict[str, Any]) -> None:
    expected = []
    for seq, row in enumerate(indicator_rows(truth), 1):
        for period in ("half_year", "full_year"):
            raw = row[period]
            if raw:
                kind, operator, value, unit = truth["meaning"][raw]
                expected.append((str(seq), period, "target", raw, kind, operator, value, "", unit))
    columns = ("indicator_seq", "period", "measure", "raw", "kind", "operator", "value", "value_max", "unit")
    assert rows(outcome, "targets", *columns) == expected


def test_what_the_form_contradicts_is_asked_and_nothing_else(outcome: Outcome, truth: dict[str, Any]) -> None:
    read = rows(outcome, "findings", "rule", "severity", "table", "row_seq")
    asked = [row for row in read if row[1] != "info"]
    assert Counter(asked) == Counter(map(tuple, truth["findings"]["rows"]))


def test_nothing_is_left_over(outcome: Outcome) -> None:
    assert [outcome.tables[name] for name in ("fields", "tasks", "unread")] == [[], [], []]


def values(part: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a nested document that is a value: what has a raw text and a source."""
    if isinstance(part, dict):
        if "raw" in part and "source" in part:
            yield part
        for inner in part.values():
            yield from values(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from values(inner)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_value_stands_on_the_lines_it_names(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    (form,) = outcome_of(path).forms
    found = list(values(nested(form)))
    for value in found:
        source = value["source"]
        there = Counter("".join(lines[source["line_first"] - 1 : source["line_last"]]))
        assert not Counter("".join(value["raw"].split())) - there, value
    assert len(found) > 100


# --- invented samples ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", INVENTED)
def test_an_invented_sample_is_read_as_it_was_invented(name: str) -> None:
    truth = json.loads((TRUTH / f"{name}.json").read_text(encoding="utf-8"))
    read = outcome_of(ROOT / "samples" / f"{name}.txt")
    errors = score(truth, read.tables).errors
    said = [f"{e.table} row {e.row} {e.field}: expected {e.expected!r}, got {e.actual!r}" for e in errors]
    assert not said, "\n".join(["", *said])


def test_every_sample_has_a_truth() -> None:
    samples = [path for path in (ROOT / "samples").iterdir() if path.suffix in (".txt", ".xlsx")]
    assert sorted(path.stem for path in TRUTH.iterdir()) == sorted(path.stem for path in samples)
