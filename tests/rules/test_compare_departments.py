"""Departments of two years are paired by their names, and by what they do."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from jixiao.rules.compare.concordance import Concordance, parse_concordance
from jixiao.rules.compare.departments import pair_forms
from jixiao.rules.records import Form

from .by_hand import text
from .two_years import NEW, OLD, compared, indicator


def department(name: str, form: Form, *names: str) -> Form:
    rows = tuple(indicator(seq, one) for seq, one in enumerate(names, 1))
    return replace(
        form,
        document_id=f"{crc32(name.encode()):016x}",
        source=f"{name}.txt",
        department=text(name),
        indicators=rows,
    )


HEALTH = ("两癌筛查人数", "疫苗接种率", "急救站点数", "讲座场数", "医师培训人数")
ROADS = ("危桥改造座数", "路面完好率", "超限检查车次", "客运站改造数", "航道养护里程")


def test_departments_pair_by_name_and_a_renamed_one_by_what_it_does() -> None:
    olds = [department("江州市卫生局", OLD, *HEALTH), department("江州市公路处", OLD, *ROADS)]
    news = [department("江州市公路事业发展中心", NEW, *ROADS), department("江州市卫生局", NEW, *HEALTH)]
    pairs = pair_forms(olds, news).pairs
    assert [(pair.old and pair.old.source, pair.new and pair.new.source) for pair in pairs] == [
        ("江州市公路处.txt", "江州市公路事业发展中心.txt"),
        ("江州市卫生局.txt", "江州市卫生局.txt"),
    ]


def test_departments_of_nothing_in_common_are_no_pair() -> None:
    olds = [department("江州市卫生局", OLD, *HEALTH), department("江州市档案馆", OLD, "档案数字化页数")]
    news = [department("江州市公路处", NEW, *ROADS), department("江州市档案馆", NEW, "档案数字化页数")]
    pairs = pair_forms(olds, news).pairs
    assert [(pair.old is None, pair.new is None) for pair in pairs] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_the_concordance_says_which_department_is_which() -> None:
    olds = [department("江州市卫生局", OLD, *HEALTH), department("江州市公路处", OLD, *ROADS)]
    news = [department("江州市健康委", NEW, *ROADS), department("江州市交通局", NEW, "桥梁检测座数")]
    said = parse_concordance(
        "table,old_name,new_name,same\ndocuments,江州市卫生局,江州市健康委,yes\ndocuments,江州市公路处,江州市健康委,no\n"
    )

    def pairs(known: Concordance | None) -> list[tuple[str, str]]:
        found = pair_forms(olds, news, known).pairs
        return sorted(
            ("" if pair.old is None else pair.old.source, "" if pair.new is None else pair.new.source) for pair in found
        )

    assert ("江州市公路处.txt", "江州市健康委.txt") in pairs(None)
    assert ("江州市卫生局.txt", "江州市健康委.txt") in pairs(said)
    assert ("江州市公路处.txt", "") in pairs(said)


def test_the_latest_year_of_a_department_is_taken() -> None:
    first, second = department("甲局", OLD, *HEALTH), department("甲局", replace(OLD, year=2023), *HEALTH)
    found = pair_forms([first, second], [department("甲局", NEW, *HEALTH), department("乙局", NEW, *ROADS)])
    assert found.pairs[0].old == first
    assert found.left_aside == (second,)


def test_a_department_that_became_another_kind_of_body_is_no_threshold_case() -> None:
    (change,) = compared(
        replace(OLD, department=text("临溪县卫生健康局")),
        replace(NEW, department=text("临溪县卫生健康委员会")),
    )
    assert (change.kind, change.uncertain) == ("renamed", False)
    (other,) = compared(
        replace(OLD, department=text("临溪县水务局")), replace(NEW, department=text("临溪县林业局"))
    )
    assert other.uncertain


def project(place: str, name: str, form: Form, *names: str) -> Form:
    return replace(department(place, form, *names), source=f"{name}.txt", project=text(name))


def test_two_projects_that_share_what_every_project_has_are_no_pair() -> None:
    common = ("验收合格率", "群众满意度")
    olds = [project("甲县水务局", name, OLD, f"{name}数量", *common) for name in ("河道清淤", "泵站养护")]
    news = [project("甲县水务局", name, NEW, f"{name}数量", *common) for name in ("水库加固", "泵站养护")]
    pairs = [(pair.old and pair.old.source, pair.new and pair.new.source) for pair in pair_forms(olds, news).pairs]
    assert pairs == [(None, "水库加固.txt"), ("泵站养护.txt", "泵站养护.txt"), ("河道清淤.txt", None)]


def test_a_project_renamed_in_its_department_is_paired_also_where_the_department_was_renamed() -> None:
    common = ("验收合格率", "群众满意度")
    olds = [project("甲县城管局", "道路养护", OLD, "养护里程", *common), project("甲县城管局", "垃圾清运", OLD, *common)]
    olds += [project("甲县水务局", "河道清淤", OLD, *common), project("甲县林业局", "生活垃圾清运", OLD, *common)]
    news = [
        project("甲县城市管理综合执法局", "道路养护", NEW, "养护里程", *common),
        project("甲县城市管理综合执法局", "生活垃圾清运", NEW, *common),
        project("甲县水务局", "水库加固", NEW, *common),
        project("甲县林业局", "古树保护", NEW, *common),
    ]
    pairs = pair_forms(olds, news).pairs
    assert [(pair.old and pair.old.source, pair.new and pair.new.source) for pair in pairs] == [
        ("道路养护.txt", "道路养护.txt"),
        ("垃圾清运.txt", "生活垃圾清运.txt"),
        (None, "水库加固.txt"),
        (None, "古树保护.txt"),
        ("河道清淤.txt", None),
        ("生活垃圾清运.txt", None),
    ]
    assert pairs[1].why.chinese.startswith("同一部门，项目名称相似度")
