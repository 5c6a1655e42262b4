"""Persons are taken out of every text of a form, as printed and as used, and out of what repeats it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from jixiao.extract.persons import COVERED, set_apart
from jixiao.normalize.targets import read_target
from jixiao.rules.families import GENERAL, load_families
from jixiao.rules.records import Amount, Field, Form, FundItem, Goal, Indicator, Target, Text

FAMILY = load_families().known[GENERAL]
EMPTY = Form("0" * 16, "表.xlsx", "0" * 64, "xlsx", 1, GENERAL)
NAMES = ("马冬梅", "张三", "欧阳修远")


def goal(value: str, raw: str = "") -> Form:
    return replace(EMPTY, goals=(Goal(1, "annual", Text(value, raw or value)),))


def others(form: Form) -> str:
    return repr(replace(form, fields=tuple(head for head in form.fields if not head.personal)))


def test_all_are_covered_where_one_is_printed_in_other_characters() -> None:
    told = set_apart(goal("电话：13911112222，联系人：马冬梅。", "电话：１３９１１１１２２２２，联系人：马冬梅。"), FAMILY)
    assert told.goals[0].text.value == told.goals[0].text.raw == f"电话：{COVERED}，联系人：{COVERED}。"
    assert [(head.label, head.value.value) for head in told.fields] == [("电话", "13911112222"), ("联系人", "马冬梅")]


def test_what_repeats_a_covered_name_is_covered_too() -> None:
    item = Text("项目支出（联系人：马冬梅）", "项目支出（联系人：马冬梅）")
    amount = Amount("full_year", "budget", Decimal(1), "元", Decimal(1), Text("1", "1"))
    part = FundItem(2, "expenditure", Text("维修", "维修"), 2, 1, item.value, (amount,))
    told = set_apart(replace(EMPTY, funds=(FundItem(1, "expenditure", item, 1, None, "", (amount,)), part)), FAMILY)
    assert told.funds[1].parent == told.funds[0].item.value == f"项目支出（联系人：{COVERED}）"
    assert "马冬梅" not in others(told)


def test_a_name_that_a_field_gives_is_covered_beside_a_figure_and_counted() -> None:
    head = Field(1, "填报人", Text("欧阳修远", "欧阳修远"), personal=True)
    raw = "50次（欧阳修远核定）"
    target = Target("full_year", "target", Text(raw, raw), replace(read_target("50次")))
    row = Indicator(1, None, None, Text("清淤", "清淤"), targets=(target,))
    told = set_apart(replace(EMPTY, fields=(head,), indicators=(row,)), FAMILY)
    assert told.indicators[0].targets[0].text.raw == f"50次（{COVERED}核定）"
    assert [one.value.value for one in told.fields] == ["欧阳修远"]
    assert [f.message.split("处")[0][-2:] for f in told.findings] == ["1 "]


def test_digits_of_a_figure_are_no_telephone() -> None:
    target = Target("full_year", "target", Text("13911112222", "13911112222"), read_target("13911112222"))
    form = replace(EMPTY, indicators=(Indicator(1, None, None, None, targets=(target,)),))
    assert set_apart(form, FAMILY) is form


@given(
    st.lists(
        st.sampled_from(
            ["联系人：{}，", "由{}负责。", "（责任人：{}）", "请联系{}13911112222；", "电话：0513-85210000，", "清淤12公里。"]
        ),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.sampled_from(NAMES), min_size=6, max_size=6),
    st.integers(1, 7),
)
def test_no_name_stays_wherever_the_lines_break(parts: list[str], names: list[str], every: int) -> None:
    value = "".join(part.format(name) for part, name in zip(parts, names, strict=False))
    raw = "\n".join(value[k : k + every] for k in range(0, len(value), every))
    told = set_apart(goal(value, raw), FAMILY)
    printed = told.goals[0].text
    for text in (printed.value, printed.raw.replace("\n", "")):
        assert not [secret for secret in (*NAMES, "13911112222", "85210000") if secret in text]
    assert printed.value.replace(COVERED, "") == printed.raw.replace("\n", "").replace(COVERED, "")
