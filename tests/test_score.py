"""The scorer itself: what counts, what is paired with what, what is silent."""

from __future__ import annotations

import copy
import random

import pytest

from tests.forms import invent, score
from tests.forms.form import Tables
from tests.forms.score import align, likeness


@pytest.fixture
def truth() -> Tables:
    return invent(3).tables()


def changed(tables: Tables) -> Tables:
    return copy.deepcopy(tables)


def test_truth_against_itself_is_exact(truth: Tables) -> None:
    result = score(truth, changed(truth))
    assert result.exact
    assert result.total.f1 == 1.0
    assert result.silent == []


def test_nothing_read_is_all_missed_and_nothing_wrong(truth: Tables) -> None:
    result = score(truth, {})
    assert result.total.tp == result.total.fp == 0
    assert result.total.recall == 0.0
    assert result.silent == []


def test_a_missing_row_costs_its_own_cells_only(truth: Tables) -> None:
    read = changed(truth)
    lost = read["functions"].pop(4)
    result = score(truth, read)
    assert result.table("functions").fp == 0
    assert result.table("functions").fn == sum(1 for name in ("label", "text") if lost[name])


def test_a_missing_indicator_takes_its_targets_and_no_others(truth: Tables) -> None:
    read = changed(truth)
    lost = read["indicators"].pop(5)
    kept = [row for row in read["targets"] if row["indicator_seq"] != lost["seq"]]
    number = len(read["targets"]) - len(kept)
    for row in [*read["indicators"][5:], *kept]:
        name = "seq" if "seq" in row else "indicator_seq"
        if int(row[name]) > int(lost["seq"]):
            row[name] = str(int(row[name]) - 1)
    read["targets"] = kept
    result = score(truth, read)
    assert result.table("targets").fp == 0
    assert {error.row for error in result.errors} == {lost["seq"]}
    assert len([error for error in result.errors if error.field == "raw"]) == number
    assert result.silent == []


def test_a_wrong_value_is_one_too_many_and_one_missing(truth: Tables) -> None:
    read = changed(truth)
    read["documents"][0]["title"] += "表"
    total = score(truth, read).total
    assert (total.fp, total.fn) == (1, 1)


def test_an_empty_cell_left_empty_is_not_counted() -> None:
    truth = {"goals": [{"seq": "1", "horizon": "annual", "text": ""}]}
    assert score(truth, truth).total.tp == 1


@pytest.mark.parametrize("amount", ["7", "70000", ""])
def test_a_wrong_amount_is_silent_unless_it_is_missing(truth: Tables, amount: str) -> None:
    read = changed(truth)
    read["funds"][2]["amount"] = amount
    read["funds"][2]["money_unit"] = truth["funds"][2]["money_unit"] if amount else ""
    assert len(score(truth, read).silent) == (1 if amount else 0)


def test_a_finding_at_the_row_breaks_the_silence(truth: Tables) -> None:
    read = changed(truth)
    target = next(row for row in read["targets"] if row["operator"])
    target["value"] = target["value"] + "9"
    seq = target["indicator_seq"]
    assert len(score(truth, read).silent) == 1
    assert score(truth, read, [{"table": "targets", "row_seq": seq}]).silent == []
    assert len(score(truth, read, [{"table": "funds", "row_seq": seq}]).silent) == 1


def test_an_invented_target_is_silent(truth: Tables) -> None:
    read = changed(truth)
    extra = dict(next(row for row in read["targets"] if row["operator"]), period="long_term")
    read["targets"].append(extra)
    result = score(truth, read)
    assert len(result.silent) == 1
    assert result.table("targets").fn == 0


def test_swapped_half_and_full_year_amounts_are_two_silent_rows() -> None:
    def row(period: str, amount: str) -> dict[str, str]:
        return {"seq": "1", "item": "基本支出", "period": period, "measure": "budget", "amount": amount}

    truth = {"funds": [row("half_year", "8.5"), row("full_year", "17")]}
    read = {"funds": [row("half_year", "17"), row("full_year", "8.5")]}
    assert len(score(truth, read).silent) == 2


def test_amounts_are_numbers_and_raw_is_text() -> None:
    truth = {"funds": [{"seq": "1", "item": "甲", "amount": "19.50", "raw": "19.50"}]}
    read = {"funds": [{"seq": "1", "item": "甲", "amount": "19.5", "raw": "19.5"}]}
    assert [error.field for error in score(truth, read).errors] == ["raw"]


def test_alignment_keeps_order_and_every_row_once() -> None:
    rng = random.Random(5)
    for _ in range(50):
        rows = [{"name": "".join(rng.choices("甲乙丙丁", k=4))} for _ in range(8)]
        read = [row for row in rows if rng.random() < 0.7]
        pairs = align(rows, read, lambda one, two: likeness(one["name"], two["name"]))
        assert [one for one, _ in pairs if one is not None] == list(range(len(rows)))
        assert [two for _, two in pairs if two is not None] == list(range(len(read)))
        paired = [(one, two) for one, two in pairs if one is not None and two is not None]
        assert sum(rows[one] == read[two] for one, two in paired) == len(read)
