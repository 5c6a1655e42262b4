"""Families are data: what a TOML may say, who wins, and who claims a form."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from jixiao.extract.errors import DocumentError
from jixiao.extract.read import Options, read_forms
from jixiao.pipeline.one import read_bytes
from jixiao.rules import families as module
from jixiao.rules.families import GENERAL, FamilyError, key_of, load_families, parse_family

from ..extract.inputs import SAMPLE, SAMPLE_BYTES

SHIPPED = Path(module.__file__).parent / "families"
SMALL = 'name = "small"\ntitles = ["某某绩效目标表"]\n'


def refusal(text: str) -> str:
    """Return the message with which the family in *text* is refused."""
    with pytest.raises(FamilyError) as caught:
        parse_family(text, "甲.toml")
    return str(caught.value)


# --- what a file may say ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", load_families().names())
def test_the_families_that_come_along_pass_their_own_check(name: str) -> None:
    table = parse_family(load_families().text(name), f"{name}.toml")
    assert table["name"] == name
    assert (SHIPPED / f"{name}.toml").exists()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (SMALL + 'title_words = ["表"]', "title_words"),
        (SMALL + "[section]\n", "section"),
        (SMALL + '[sections]\nfunction = ["职能"]', "sections.function"),
        (SMALL + '[fields]\nphone = ["电话"]', "fields.phone"),
        (SMALL + '[funds]\nspending = ["支出"]', "funds.spending"),
        (SMALL + '[columns]\nlevel4 = ["四级指标"]', "columns.level4"),
        (SMALL + '[levels]\nlevel3 = ["数量"]', "levels.level3"),
        (SMALL + '[[funds.items]]\nname = "甲"\nside = "income"\nabove = "乙"', "funds.items.above"),
    ],
)
def test_an_unknown_key_is_refused_with_file_and_key(text: str, key: str) -> None:
    message = refusal(text)
    assert "甲.toml" in message
    assert f" {key}；" in message
    assert "可用的有" in message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "name"),
        ("name = 3", "name"),
        ('name = "部门目标"', "name"),
        ('name = "a b"', "name"),
        ('name = "a/b"', "name"),
        (SMALL + "years = [2019]", "years"),
        (SMALL + 'years = ["2019", "2020"]', "years"),
        (SMALL + "sections = 3", "sections"),
        (SMALL + '[sections]\nfunctions = "职能"', "sections.functions"),
        (SMALL + "[sections]\nfunctions = [1]", "sections.functions"),
        (SMALL + '[sections]\nfunctions = [" "]', "sections.functions"),
        (SMALL + '[funds.columns]\n"预算数" = "budget"', "funds.columns.预算数"),
        (SMALL + '[columns.targets]\n"目标值" = ["full_year", "target"]', "columns.targets.目标值"),
        (SMALL + '[[funds.items]]\nname = "甲"\nside = "both"', "funds.items"),
        (SMALL + '[[funds.items]]\nside = "income"', "funds.items"),
        (SMALL + '[funds]\nitems = ["甲"]', "funds.items"),
        (SMALL + "[funds]\nprojects_under = 1", "funds.projects_under"),
        ('name = "small"\ntitles = "某某绩效目标表"', "titles"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_file_and_key(text: str, key: str) -> None:
    message = refusal(text)
    assert "甲.toml" in message
    assert key in message


@pytest.mark.xfail(strict=True, reason="tables and titles are not checked for their shape, only for their words")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (SMALL + '[levels]\npairs = ["决策"]', "levels.pairs"),
        (SMALL + '[columns]\ntargets = ["指标值"]', "columns.targets"),
        (SMALL + "[funds]\nitems = 3", "funds.items"),
        ('name = "small"\ntitle = 3', "title"),
        ('name = "small"\ntitles = ["（）"]\nyears = [true, false]', "years"),
        (SMALL + '[[funds.items]]\nname = "甲"\nside = "income"\nalso = "乙"', "funds.items"),
        (SMALL + '[[funds.items]]\nname = "甲"\nside = "income"\nparent = 1', "funds.items"),
    ],
)
def test_a_table_of_the_wrong_shape_is_refused_with_file_and_key(text: str, key: str) -> None:
    message = refusal(text)
    assert "甲.toml" in message
    assert key in message


@pytest.mark.parametrize("text", ["name = ", "name = \"a\"\nname = \"b\"", "[sections\n", "name = \"a\" 甲"])
def test_what_is_no_toml_is_refused_with_its_file(text: str) -> None:
    assert refusal(text).startswith("甲.toml 不是有效的 TOML")


# --- folders ------------------------------------------------------------------------------------------


def test_two_families_of_one_name_are_refused_naming_both_files(tmp_path: Path) -> None:
    for file in ("甲.toml", "乙.toml"):
        (tmp_path / file).write_text(SMALL, encoding="utf-8")
    with pytest.raises(FamilyError, match="name 同为 small") as caught:
        load_families(tmp_path)
    assert "甲.toml" in str(caught.value)
    assert "乙.toml" in str(caught.value)


def test_a_users_family_stands_beside_those_that_come_along(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    assert load_families(tmp_path).names() == sorted(["small", *load_families().names()])


def test_a_users_family_wins_over_one_of_the_same_name(tmp_path: Path) -> None:
    own = 'name = "department-targets"\ntitle = "我市的表"\ntitles = ["某某绩效目标表"]\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    families = load_families(tmp_path)
    assert families.get("department-targets").title == "我市的表"
    assert families.text("department-targets") == own
    assert load_families().get("department-targets").title == "部门整体预算绩效目标表"


def test_a_users_own_vocabulary_comes_before_the_general_one(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL + '[sections]\nannual = ["中长期目标"]\n', encoding="utf-8")
    families = load_families(tmp_path)
    assert families.get("small").headings["中长期目标"] == "annual"
    assert families.get(GENERAL).headings["中长期目标"] == "long_term"


def test_a_folder_without_families_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FamilyError, match=r"没有 \.toml 表式文件"):
        load_families(tmp_path)


def test_a_family_file_may_begin_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8-sig")
    assert "small" in load_families(tmp_path).names()


def test_a_family_file_that_is_no_utf8_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="gb18030")
    with pytest.raises(FamilyError, match=r"small\.toml"):
        load_families(tmp_path)


def test_the_fingerprint_changes_with_any_byte_of_a_family(tmp_path: Path) -> None:
    seen = {load_families().fingerprint}
    for text in (SMALL, SMALL + "\n", SMALL + "years = []\n"):
        (tmp_path / "small.toml").write_text(text, encoding="utf-8")
        seen.add(load_families(tmp_path).fingerprint)
    assert len(seen) == 4


def test_the_fingerprint_does_not_depend_on_the_files_names(tmp_path: Path) -> None:
    prints = set()
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.toml").write_text(SMALL, encoding="utf-8")
        prints.add(load_families(folder).fingerprint)
    assert len(prints) == 1


def test_an_unknown_family_is_refused_with_those_there_are() -> None:
    with pytest.raises(FamilyError, match="department-targets"):
        load_families().get("no-such-form")


# --- keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("部门整体 资金（万 元）", "部门整体资金(万元)"),
        ("机构设置及\n人员配置", "机构设置及人员配置"),
        ("　年度目标\u00a0", "年度目标"),
        ("ＫＰＩ：", "KPI:"),
        ("单位（部门）名称", "单位(部门)名称"),
        ("面积㎡，①", "面积㎡,①"),
        ("", ""),
    ],
)
def test_a_key_has_no_spaces_and_folded_width(printed: str, key: str) -> None:
    assert key_of(printed) == key
    assert key_of(key) == key


def test_every_word_of_a_family_is_a_key() -> None:
    for family in map(load_families().get, load_families().names()):
        words = [*family.titles, *family.headings, *family.labels, *family.items, *family.columns, *family.targets]
        words += [*family.measures, *family.sides, *family.subtotals, *family.level1, *family.level2, *family.ignored]
        assert [word for word in words if key_of(word) != word] == []


def test_every_parent_among_the_funds_is_an_item_of_that_side() -> None:
    for family in map(load_families().get, load_families().names()):
        for item in family.items.values():
            if item.parent:
                assert family.items[key_of(item.parent)].side == item.side


# --- who claims a form -----------------------------------------------------------------------------------

UNKNOWN = """某县义务教育补助绩效目标表
项目名称：义务教育补助
主管部门：某县教育局
年度总体目标
足额发放补助，改善办学条件。
一级指标 二级指标 三级指标 指标值
产出指标 数量指标 补助学生人数 ≥1200人
质量指标 补助发放准确率 100%
效益指标 社会效益 学生辍学率 ≤1%
"""
"""A form that no family claims."""


def test_a_form_no_family_claims_is_read_as_general_with_a_finding() -> None:
    outcome = read_bytes(UNKNOWN.encode(), "某表.txt")
    assert outcome.status == "review", outcome.detail
    (form,) = outcome.forms
    assert form.family == GENERAL
    assert "没有表式认领" in form.family_reason
    assert [f.severity for f in form.findings if f.rule == "family_unknown"] == ["warning"]
    assert [(row["level3"]) for row in outcome.tables["indicators"]] == ["补助学生人数", "补助发放准确率", "学生辍学率"]
    assert [row["raw"] for row in outcome.tables["targets"]] == ["≥1200人", "100%", "≤1%"]


def test_a_claimed_form_has_no_such_finding() -> None:
    (form,) = read_bytes(SAMPLE_BYTES, "form.txt").forms
    assert form.family == "department-targets"
    assert "标题含“部门整体预算绩效目标表”" in form.family_reason
    assert "family_unknown" not in {f.rule for f in form.findings}


def test_two_equal_claims_are_refused_naming_both(tmp_path: Path) -> None:
    text = load_families().text("department-targets").replace('name = "department-targets"', 'name = "twin"')
    (tmp_path / "twin.toml").write_text(text, encoding="utf-8")
    outcome = read_bytes(SAMPLE_BYTES, "form.txt", load_families(tmp_path))
    assert (outcome.status, outcome.reason) == ("refused", "two_families")
    assert "department-targets" in outcome.detail
    assert "twin" in outcome.detail
    assert "--family" in outcome.next_step


def test_naming_the_family_settles_two_equal_claims(tmp_path: Path) -> None:
    text = load_families().text("department-targets").replace('name = "department-targets"', 'name = "twin"')
    (tmp_path / "twin.toml").write_text(text, encoding="utf-8")
    families = load_families(tmp_path)
    with pytest.raises(DocumentError):
        read_forms(SAMPLE_BYTES, "form.txt", families)
    (form,) = read_forms(SAMPLE_BYTES, "form.txt", families, Options(family="twin"))
    assert form.family == "twin"


def test_a_stronger_claim_wins_over_a_weaker(tmp_path: Path) -> None:
    own = 'name = "nantong"\ntitles = ["南通市本级部门整体预算绩效目标表"]\n[sections]\n'
    own += 'functions = ["单位主要职能"]\nstaffing = ["机构设置及人员配置"]\nfunds = ["部门整体资金"]\n'
    own += 'long_term = ["中长期目标"]\nannual = ["年度目标"]\nindicators = ["绩效指标"]\n'
    (tmp_path / "nantong.toml").write_text(own, encoding="utf-8")
    with_heading = SAMPLE.replace("一级指标 二级指标 三级指标", "绩效指标\n\n一级指标 二级指标 三级指标", 1)
    (form,) = read_forms(with_heading.encode(), "form.txt", load_families(tmp_path))
    assert form.family == "nantong"


def test_families_copied_to_a_folder_read_the_same(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.toml"):
        shutil.copy(path, tmp_path)
    families = load_families(tmp_path)
    assert families.fingerprint == load_families().fingerprint
    assert read_forms(SAMPLE_BYTES, "f", families) == read_forms(SAMPLE_BYTES, "f", load_families())
