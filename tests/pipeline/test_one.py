"""One file: a form's tables, or a reason."""

from __future__ import annotations

import hashlib

import pytest
from jixiao.deliver.schema import BY_NAME
from jixiao.pipeline import one
from jixiao.pipeline.one import Outcome, read_bytes
from jixiao.pipeline.packets import STATUSES, worst

from . import fakes


@pytest.fixture(autouse=True)
def _fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one, "read_forms", fakes.read_forms)
    monkeypatch.setattr(one, "check_form", fakes.check_form)


def read(text: str) -> Outcome:
    return read_bytes(text.encode(), "a.txt")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("FORM 甲", "ok"),
        ("FORM 甲\nASK info", "ok"),
        ("FORM 甲\nASK warning", "review"),
        ("FORM 甲\nASK error", "review"),
        ("FORM 甲\n页脚", "review"),
        ("FORM CHECK", "review"),
        ("FORM 甲\nFORM 乙\nASK error", "review"),
        ("一篇文章", "refused"),
        ("REFUSE", "refused"),
        ("BUG", "failed"),
    ],
)
def test_the_status_is_that_of_the_worst_form(text: str, status: str) -> None:
    assert read(text).status == status


def test_findings_of_the_checks_come_after_those_of_the_reader() -> None:
    outcome = read("FORM CHECK\nASK info")
    assert [finding.rule for finding in outcome.findings] == ["asked", "checked"]
    assert [row["rule"] for row in outcome.tables["findings"]] == ["asked", "checked"]


def test_the_tables_hold_the_rows_of_all_forms() -> None:
    outcome = read("FORM 甲\nROW 一\nFORM 乙\nROW 二")
    first = hashlib.sha256("FORM 甲\nROW 一\nFORM 乙\nROW 二".encode()).hexdigest()[:16]
    assert list(outcome.tables) == list(BY_NAME)
    assert [(row["document_id"], row["text"]) for row in outcome.tables["goals"]] == [
        (first, "一"),
        (f"{first}-2", "二"),
    ]


def test_a_refusal_says_what_to_do_next() -> None:
    outcome = read("REFUSE")
    assert (outcome.reason, outcome.detail, outcome.next_step) == (
        "two_families",
        "甲与乙都吻合",
        "请用 --family 指明",
    )
    assert outcome.tables == {}


def test_a_fault_of_the_program_keeps_its_traceback_and_does_not_raise() -> None:
    outcome = read("BUG 除以零")
    assert outcome.reason == "internal_error"
    assert "ZeroDivisionError: 除以零" in outcome.detail
    assert "ZeroDivisionError" not in outcome.next_step


def test_a_file_without_a_form_is_no_form() -> None:
    assert read("一篇文章").reason == "not_a_form"


def test_the_worst_of_nothing_is_ok() -> None:
    assert worst([]) == "ok"
    assert worst(STATUSES) == "failed"
