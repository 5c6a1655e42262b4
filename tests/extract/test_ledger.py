"""Nothing printed vanishes: every character ends as record, heading, ignored or unread, and once."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jixiao.deliver.tables import values_of
from jixiao.extract.errors import DocumentError
from jixiao.rules.records import Text

from tests.forms import DUMPERS, damage
from tests.forms.damage import WAYS

from .conftest import Dumped
from .inputs import SAMPLE, SAMPLE_BYTES
from .ledgers import Audit, audit, squeeze

SEEDS = (3, 7, 11, 14, 20, 31, 44, 58, 77, 103, 116, 133)


def assert_closed(read: Audit) -> None:
    """Assert that all printed characters of a text are accounted for, line by line."""
    ledgers = [form.ledger for form in read.forms]
    for ledger in ledgers:
        assert ledger.total == ledger.records + ledger.headings + ledger.ignored + ledger.unread
    assert sum(ledger.total for ledger in ledgers) == len(squeeze(read.text))
    assert read.misplaced() == {}


def assert_kept(read: Audit) -> None:
    """Assert that what was counted as record stands in the records: nothing lost, nothing doubled."""
    recorded, kept = read.recorded(), read.kept()
    assert ("".join((recorded - kept).elements()), "".join((kept - recorded).elements())) == ("", "")


def assert_unread_is_listed(read: Audit) -> None:
    """Assert that the unread characters of the ledger are those of the table of unread."""
    listed = Counter(squeeze("".join(entry.text for form in read.forms for entry in form.unread)))
    assert listed == Counter(squeeze("".join(piece.raw for piece in read.pieces["leave"])))
    assert listed.total() == sum(form.ledger.unread for form in read.forms)


def assert_placed(read: Audit) -> None:
    """Assert that every printed line of every value stands in the lines it is said to come from."""
    lines = read.by_number()
    texts = {id(v.text): v.text for form in read.forms for v in values_of(form) if v.text.raw}
    for text in texts.values():
        first, last = text.place.line_first, text.place.line_last
        assert 1 <= first <= last, text
        source = [lines[number] for number in range(first, last + 1) if number in lines]
        assert [part for part in map(squeeze, text.raw.split("\n")) if not any(part in line for line in source)] == []


def assert_lawful(read: Audit) -> None:
    assert_closed(read)
    assert_kept(read)
    assert_unread_is_listed(read)
    assert_placed(read)


@pytest.fixture(scope="module")
def sample() -> Audit:
    return audit(SAMPLE_BYTES)


def test_every_character_of_the_sample_is_accounted_for(sample: Audit) -> None:
    assert_lawful(sample)


def test_what_prints_nothing_within_a_clause_s_mark_loses_nothing_else() -> None:
    text = SAMPLE_BYTES.decode().replace("（3）", "（\u200b3\u200d）").replace("（12）", "\u200b（12）")
    read = audit(text.encode())
    assert_lawful(read)
    assert [f.label for f in read.forms[0].functions][2:12:9] == ["（3）", "（12）"]


def test_nothing_of_the_sample_is_unread(sample: Audit) -> None:
    (form,) = sample.forms
    assert form.unread == ()
    assert form.ledger.unread == 0


def test_only_the_label_printed_twice_is_ignored_in_the_sample(sample: Audit) -> None:
    assert [piece.raw for piece in sample.pieces["ignore"]] == ["决策"]


def test_a_merged_cell_of_the_sample_is_one_text_on_all_its_rows(sample: Audit) -> None:
    (form,) = sample.forms
    works = {id(i.level1): i.level1 for i in form.indicators}
    assert [text.value for text in works.values() if text is not None] == [
        "决策", "过程", "履职", "效益指标", "满意度指标",
    ]  # fmt: skip


def test_what_a_value_went_through_is_named(sample: Audit) -> None:
    (form,) = sample.forms
    for value in values_of(form):
        if value.table != "staffing" and not value.text.steps:
            assert value.text.value == value.text.raw.strip()


@pytest.mark.parametrize("dumper", DUMPERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_character_of_an_invented_form_is_accounted_for(seed: int, dumper: str, dumped: Dumped) -> None:
    assert_lawful(audit(dumped(seed, dumper)))


@pytest.mark.parametrize("dumper", DUMPERS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("times", [1, 12])
def test_every_character_of_a_damaged_form_is_accounted_for(
    way: str, times: int, dumper: str, dumped: Dumped
) -> None:
    for seed in SEEDS[:4]:
        text = damage(dumped(seed, dumper).decode(), seed, way, times)
        assert_lawful(audit(text.encode()))


@pytest.mark.parametrize("way", WAYS)
def test_every_character_of_the_damaged_sample_is_accounted_for(way: str) -> None:
    for seed in range(5):
        assert_lawful(audit(damage(SAMPLE, seed, way, 1 + 8 * seed).encode()))


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff \ufeff", "\u200e\u200f", "\x01"])
def test_a_line_that_shows_nothing_is_a_blank_line_and_accounted_for(unseen: str, dumped: Dumped) -> None:
    for text in (SAMPLE, dumped(SEEDS[0], "pdftotext-layout").decode()):
        lines = text.split("\n")
        clean = audit(text.encode()).kept()
        for at in range(ord(unseen[0]) % 7, len(lines) + 1, 24):
            read = audit("\n".join([*lines[:at], unseen, *lines[at:]]).encode())
            assert_lawful(read)
            assert (at, read.kept()) == (at, clean)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("drop", "double", "swap", "move", "join", "break", "page")),
        st.integers(0, 400),
        st.integers(0, 400),
    ),
    min_size=1,
    max_size=30,
)


def edit(lines: list[str], way: str, at: int, to: int) -> None:
    """Change *lines* in one place."""
    at, to = at % len(lines), to % len(lines)
    if way == "drop":
        del lines[at]
    elif way == "double":
        lines.insert(to, lines[at])
    elif way == "swap":
        lines[at], lines[to] = lines[to], lines[at]
    elif way == "move":
        lines.insert(to, lines.pop(at))
    elif way == "join":
        lines[at - 1] = lines[at - 1] + " " + lines.pop(at)
    elif way == "break":
        lines[at : at + 1] = [lines[at][: len(lines[at]) // 2], lines[at][len(lines[at]) // 2 :]]
    else:
        lines[at] = "\f" + lines[at]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(EDITS)
def test_the_ledger_closes_however_the_lines_are_edited(edits: list[tuple[str, int, int]]) -> None:
    lines = [line for line in SAMPLE.split("\n") if line.strip()]
    for change in edits:
        edit(lines, *change)
    try:
        read = audit("\n".join(lines).encode())
    except DocumentError:
        return  # said so: nothing was read
    assert_lawful(read)


@pytest.mark.parametrize("seed", range(6))
def test_the_ledger_closes_when_all_lines_are_shuffled(seed: int) -> None:
    lines = [line for line in SAMPLE.split("\n") if line.strip()]
    random.Random(seed).shuffle(lines)
    try:
        read = audit("\n".join(lines).encode())
    except DocumentError:
        return
    assert_lawful(read)


@pytest.mark.parametrize(
    "line",
    [
        "联系人：张某 联系电话：123",
        "部门名称：某市某局",
        "附件1",
        "⻓期⽬标\u200b",
        "甲\u2028乙",
        "\ufeff备注",
        "～",
        "- 3 -",
        "12",
    ],
)
@pytest.mark.parametrize("place", [0, 2, 3, 5, 9, 20, 40, 60, -1])
def test_the_ledger_closes_with_a_line_put_between(line: str, place: int) -> None:
    lines = [printed for printed in SAMPLE.split("\n") if printed.strip()]
    lines.insert(place, line)
    try:
        read = audit("\n".join(lines).encode())
    except DocumentError:
        return
    assert_lawful(read)


GRID = "一级指标 二级指标 三级指标 半年指标值 全年指标值\n"
TITLE = "某市部门整体预算绩效目标表\n单位名称 某局\n"
REST = "年度目标\n做好工作。\n" + GRID + "决策 计划制定 规划健全性 健全 健全\n"
FUNDS = TITLE + "主要职能\n拟订规划。\n部门整体资金（万元）\n"
SHREDS = {
    "a side without rows": (FUNDS + "其他资金 0\n支出\n" + REST, ""),
    "a side behind an item": (FUNDS + "项目支出 1 2\n接种项目 3 4 支出\n" + REST, ""),
    "a side printed twice": (FUNDS + "收入\n收入\n全年\n" + REST, ""),
    "a side above the measures of another": (FUNDS + "支出\n支出\n半年\n" + REST, ""),
    "an amount cut short": (FUNDS + "资金总额 14,\n" + REST, ""),
    "a subtotal beside no head": (FUNDS + "收入\n全年预算数\n资金总额 10\n小计 10\n" + REST, ""),
    "a subtotal printed twice": (FUNDS + "资金总额 89\n财政拨款\n小计 89\n小计 89\n" + REST, ""),
    "a money unit below the rows": (FUNDS.replace("（万元）", "") + "基本支出 8\n（万元）\n" + REST, ""),
    "a unit that is none": (TITLE + "单位\n（16）职能转变。\n" + REST, ""),
    "a unit behind its colon": (TITLE + "单位\n：万元\n" + REST, ""),
    "a year behind its colon": ("某市部门整体预算绩效目标表\n预算年度\n：2023\n" + REST, ""),
    "a year and another field": ("某市部门整体预算绩效目标表\n预算年度：2026 部门名称 某中心\n" + REST, ""),
    "a year printed twice": ("某市部门整体预算绩效目标表\n预算年度：2025\n主要职能\n拟订规划。\n2025年度\n" + REST, ""),
    "no column of first levels": (TITLE + REST.replace("一级指标 ", ""), ""),
    "no column of second levels": (TITLE + REST.replace("二级指标 ", ""), ""),
    "half a header and half a value": (
        "年度目标 好\n二级指标 三级指标 半年指标\n值\n过程 预算执行 会议费变动率 34%及以\n",
        "",
    ),
    "half a side in a layout": (
        "部门整体              家具购置                     0          622\n"
        "       支\n"
        "资金（万          政府购买服务项目                 0          324\n"
        " 元）                运行维护费                  391          977\n"
        "一级指                                                       半年    全年\n"
        "           二级指标                        三级指标\n"
        " 标                                                       指标值   指标值\n",
        "",
    ),
}  # fmt: skip
"""What is left of forms when lines are taken away until nothing more can go: (text, why it is not read whole)."""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=[pytest.mark.xfail(strict=True, reason=reason)] if reason else [])
        for name, (text, reason) in SHREDS.items()
    ],
)
def test_every_character_of_a_shred_is_accounted_for(text: str) -> None:
    assert_lawful(audit(text.encode()))


def test_two_forms_in_one_file_share_its_characters() -> None:
    read = audit((SAMPLE + "\n" + SAMPLE).encode())
    assert [form.document_id[-2:] for form in read.forms][1] == "-2"
    assert len(read.forms) == 2
    assert_lawful(read)


def test_a_staffing_cell_without_figures_does_not_vanish() -> None:
    text = SAMPLE.replace("局本级共设13个处室，行政编制为39名。现在职在编人数为40人；离退休人数42人。", "详见三定方案。")
    assert text != SAMPLE
    assert_lawful(audit(text.encode()))


def test_a_second_department_line_does_not_vanish() -> None:
    assert_lawful(audit(SAMPLE.replace("2025年度", "2025年度\n\n填报单位：南通市某中心").encode()))


def test_texts_that_were_read_hold_no_character_that_was_not_printed(sample: Audit) -> None:
    printed = Counter(squeeze(SAMPLE))
    for form in sample.forms:
        texts: list[Text] = [value.text for value in values_of(form)]
        assert all(not Counter(squeeze(text.raw)) - printed for text in texts)
