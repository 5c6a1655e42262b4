"""Text forms written by hand, unlike the sample, each beside what a person reads there (typed/*.toml, typed first).

A case gives the dump's text, its encoding and line ends, and any of: department, year, money_unit, functions (label, text or
its beginning), staffing (metric, value, unit), funds (item, period, amount), goals (horizon, text), indicators (levels,
work, project, name, both targets as printed), values (name and both targets as operator, value, unit). What a case
names is compared whole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jixiao.pipeline.one import read_bytes

CASES = {path.stem: path for path in sorted((Path(__file__).parent / "typed").glob("*.toml"))}
PERIODS = ("half_year", "full_year")
Tables = Mapping[str, Sequence[Mapping[str, str]]]


def read(name: str) -> tuple[dict[str, Any], Tables]:
    case = tomllib.loads(CASES[name].read_text(encoding="utf-8"))
    text = str(case["text"]).replace("\n", case.get("newline", "\n"))
    return case, read_bytes(text.encode(case.get("encoding", "utf-8")), f"{name}.txt").tables


def targets(tables: Tables, *fields: str) -> dict[tuple[str, str], str]:
    return {(r["indicator_seq"], r["period"]): " ".join(r[f] for f in fields) for r in tables["targets"]}


@pytest.mark.parametrize("name", CASES)
def test_a_typed_form_reads_as_a_person_reads_it(name: str) -> None:
    case, tables = read(name)
    head = tables["documents"][0]
    raw, typed = targets(tables, "raw"), targets(tables, "operator", "value", "unit")
    found: dict[str, Any] = {
        **{field: head[field] for field in ("department", "year", "money_unit")},
        "functions": [[r["label"], r["text"]] for r in tables["functions"]],
        "staffing": [[r["metric"], r["value"], r["unit"]] for r in tables["staffing"]],
        "funds": [[r["item"], r["period"], r["amount"]] for r in tables["funds"]],
        "goals": [[r["horizon"], r["text"]] for r in tables["goals"]],
        "indicators": [
            [*(r[c] for c in ("level1", "level2", "key_work", "project", "level3")), *(raw.get((r["seq"], p), "") for p in PERIODS)]
            for r in tables["indicators"]
        ],
        "values": [[r["level3"], *(typed.get((r["seq"], p), "") for p in PERIODS)] for r in tables["indicators"]],
    }
    for field in found.keys() & case.keys():
        wanted = case[field]
        if field == "functions":
            found[field] = [[a, b if b == w[1] else b[: len(w[1])]] for (a, b), w in zip(found[field], wanted, strict=True)]
        assert found[field] == wanted, field
    assert not [r["text"] for r in tables["unread"]] or "unread" in case


def test_every_field_of_a_case_is_compared() -> None:
    known = {"text", "encoding", "newline", "department", "year", "money_unit", "functions", "staffing", "funds", "goals"}
    for path in CASES.values():
        assert tomllib.loads(path.read_text(encoding="utf-8")).keys() <= known | {"indicators", "values", "unread"}
