"""What is read from text dumps of other families' forms is right, or asked about, or left alone."""

from __future__ import annotations

import pytest
from jixiao.deliver.tables import tables_of
from jixiao.extract.read import read_forms
from jixiao.rules.checks import check_form
from jixiao.rules.families import load_families

from tests.forms.kin import KINDS, invent_kin
from tests.forms.kin.draw import as_text
from tests.forms.score import MORE_FIELDS, score

_FUNDS = """
2024年度项目支出绩效自评表
金额单位：万元
项目名称 河道维修工程
主管部门 某县水务局
项目资金
预算数（A） 预算执行数 权重 预算执行率 自评得分
年度资金总额 2140.32 1476.82 10 69% 9.5
其中：财政拨款 1605.24 1396.55 - - -
其他资金 535.08 80.27 -
年度总体目标 保障河道畅通。
"""


def _read(text: str) -> dict[str, list[dict[str, str]]]:
    form = read_forms(text.encode(), "form.txt", load_families())[0]
    return tables_of(form)


@pytest.mark.parametrize("kind", KINDS)
def test_no_figure_of_a_dump_is_wrong_without_a_finding(kind: str) -> None:
    families = load_families()
    for seed in (4, 5):
        kin = invent_kin(kind, seed)
        form = read_forms(as_text(kin), "form.txt", families)[0]
        tables = tables_of(form)
        found = [{"table": f.table, "row_seq": str(f.row_seq)} for f in check_form(form, families)]
        silent = score(kin.tables, tables, [*tables["findings"], *found], MORE_FIELDS).silent
        assert silent == [], f"{kind} {seed}"


def test_funds_with_points_and_a_rate_are_read_by_their_lines() -> None:
    funds = _read(_FUNDS)["funds"]
    whole = {r["measure"]: r["amount"] for r in funds if r["item"] == "年度资金总额"}
    assert whole == {"budget": "2140.32", "executed": "1476.82", "weight": "10", "rate": "69", "score": "9.5"}


def test_a_row_of_fewer_amounts_than_columns_is_asked_about() -> None:
    tables = _read(_FUNDS)
    short = next(r["seq"] for r in tables["funds"] if r["item"] == "其他资金")
    asked = [f for f in tables["findings"] if f["rule"] == "amount_unsure"]
    assert [f["row_seq"] for f in asked] == [short]
    assert "靠左" in asked[0]["message"]


def test_two_tables_abreast_keep_their_sides() -> None:
    text = """
2024年度部门整体支出绩效目标表
单位：万元
单位名称 某县水务局
部门预算情况
部门预算支出 金额 资金来源 金额
基本支出 9777.7 财政拨款收入 14105.09
项目支出 4327.39 单位资金 0
整体绩效目标 保障河道畅通。
"""
    sides = {r["item"]: (r["side"], r["amount"]) for r in _read(text)["funds"]}
    assert sides["财政拨款收入"] == ("income", "14105.09")
    assert sides["项目支出"] == ("expenditure", "4327.39")
