"""A form as one nested object."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jixiao.deliver.nested import json_schema, nested, nested_text
from jixiao.rules.records import Form
from jsonschema import Draft202012Validator

from .samples import BROKEN_TEXT, FORMS, FULL

SCHEMA = json_schema()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_keeps_to_the_schema(form: Form) -> None:
    Draft202012Validator(SCHEMA).validate(nested(form))


def test_the_schema_refuses_a_number_where_a_text_is_promised() -> None:
    made = nested(FULL)
    made["funds"][0]["amounts"][0]["value"] = 0.5
    assert not Draft202012Validator(SCHEMA).is_valid(made)


@pytest.mark.parametrize("form", FORMS)
def test_the_text_is_the_object_one_line_a_record(form: Form) -> None:
    text = nested_text(form)
    assert json.loads(text) == nested(form)
    assert text.endswith("}\n")


def test_funds_are_a_tree() -> None:
    spending, income = nested(FULL)["funds"]
    assert [child["item"]["value"] for child in spending["children"]] == ["甲项目"]
    assert [a["value"] for a in spending["amounts"]] == ["0", "566.18"]
    assert income["amounts"][0]["value"] == "1000"


def test_a_fund_that_is_its_own_ancestor_does_not_vanish() -> None:
    first, second, third = FULL.funds
    ring = (replace(first, parent_seq=2), replace(second, parent_seq=1), replace(third, parent_seq=99))

    def seqs(nodes: list[dict[str, object]]) -> set[object]:
        return {s for n in nodes for s in ({n["seq"]} | seqs(n["children"]))}  # type: ignore[arg-type]

    assert seqs(nested(replace(FULL, funds=ring))["funds"]) == {1, 2, 3}


def test_indicators_are_a_tree_and_each_print_of_a_label_keeps_its_place() -> None:
    output, benefit, satisfaction = nested(FULL)["indicators"]
    assert (output["level1"], len(output["children"])) == ("产出指标", 1)
    assert [text["source"]["line_first"] for text in output["printed"]] == [20, 21]
    (level2,) = output["children"]
    assert len(level2["printed"]) == 1
    assert [row["level3"]["value"] for row in level2["indicators"]] == ["办理件数", "次数"]
    assert benefit["children"][0]["level2"] is None
    assert satisfaction["children"][0]["indicators"][0]["targets"] == []


def test_a_target_has_raw_value_source_and_steps() -> None:
    first = nested(FULL)["indicators"][0]["children"][0]["indicators"][0]["targets"][0]
    assert (first["raw"], first["operator"], first["value"], first["unit"]) == (
        "≥1,200个",
        "ge",
        "1200",
        "个",
    )
    assert first["steps"] == ["comparator"]
    assert first["source"] == {"page": 1, "line_first": 20, "line_last": 20, "box": None, "confidence": 1.0}


def test_nul_and_lone_surrogates_reach_no_document() -> None:
    assert "\\u0000" not in nested_text(BROKEN_TEXT)
    nested_text(BROKEN_TEXT).encode()
