"""changes.html in a browser: what it shows, what it filters, and that nothing a form says can run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jixiao
import pypdfium2
import pytest
from jixiao.deliver.changes import report_of
from jixiao.deliver.changes_index import index_html
from jixiao.deliver.changes_page import changes_html
from jixiao.deliver.places import Source, relative_link
from jixiao.rules.compare.departments import FormPair
from jixiao.rules.compare.forms import compare_forms
from jixiao.rules.records import Finding, Form, Function, FundItem, Goal, StaffFigure, Task

from tests.browsing import Opened, browser
from tests.rules.by_hand import amount, indicator, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
ROOT = Path(__file__).parents[2]
YEARS = ROOT / "samples" / "years"

PAYLOADS = (
    "<script>window.ran = 1</script>",
    "</script><script>window.ran = 1</script>",
    "</style><img src=x onerror='window.ran = 1'>",
    '"><svg onload=window.ran=1>',
    "' onmouseover='window.ran=1' x='",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<a href='javascript:window.ran=1'>甲</a>",
    "--><script>window.ran = 1</script><!--",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "<base href='//example.invalid/'><meta http-equiv=refresh content='0;url=//example.invalid'>",
    "<form action=//example.invalid><button formaction=javascript:window.ran=1>甲</button></form>",
    "<style>*{display:none}</style>",
    "\u202e反向\u2066\x00\x1b[31m",
)
_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "nav",
        "section",
        "script",
    ),
    *(
        "div",
        "p",
        "h1",
        "h2",
        "span",
        "a",
        "b",
        "i",
        "del",
        "ins",
        "button",
        "ol",
        "li",
        "figure",
        "figcaption",
    ),
    *("svg", "text", "rect", "table", "thead", "tbody", "tr", "th", "td"),
}


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page on one department of the samples."""
    out = tmp_path_factory.mktemp("changes")
    jixiao.compare(YEARS / "2023" / "roads.txt", YEARS / "2024" / "roads.txt", out)
    return out / "changes.html"


def hostile(turn: int) -> Form:
    """Return a form whose every text is hostile; *turn* tells the years' forms apart."""

    def bad(at: int) -> str:
        return f"{PAYLOADS[at % len(PAYLOADS)]}{'甲乙'[turn % 2]}{at}"

    at = iter(range(turn, 10_000))
    rows = [
        replace(
            indicator(seq, f"完成率{seq}{bad(next(at))}", f"≥{90 + turn}%", None, bad(next(at))),
            key_work=text(bad(next(at))),
            weight=text(str(5 + turn)),
            note=text(bad(next(at))),
            level2=text(bad(seq)),
        )
        for seq in range(1, len(PAYLOADS) + 1)
    ]
    rows += [indicator(seq, f"名称{bad(seq)}", bad(seq), bad(seq + turn)) for seq in range(60, 66)]
    funds = tuple(
        FundItem(seq, "expenditure", text(bad(seq)), 1, None, bad(1), (amount(str(seq + turn)),))
        for seq in range(1, 14)
    )
    return Form(
        f"{turn + 1:016x}",
        f"javascript:alert(1)//{PAYLOADS[0]}.txt",
        "0" * 64,
        "pdf",
        1,
        "general",
        title=text(bad(0)),
        department=text(bad(1)),
        project=text(bad(2)),
        year=2024 + turn,
        money_unit=PAYLOADS[turn],
        functions=tuple(Function(seq, bad(seq), text(bad(next(at)) + bad(seq))) for seq in range(1, 14)),
        staffing=(
            StaffFigure(
                1, "", PAYLOADS[3], amount(str(turn)).amount or amount("1").amount, PAYLOADS[0], text("甲")
            ),
        ),  # type: ignore[arg-type]
        funds=funds,
        goals=(Goal(1, "annual", text(bad(next(at)))),),
        tasks=(Task(1, text(PAYLOADS[0]), text(bad(next(at))), None, "", text(bad(next(at)))),),
        indicators=tuple(rows),
        findings=(Finding("parts_add_up", "error", bad(next(at)), "funds", 1),),
    )


def lies(form: Form) -> Source:
    return Source(relative_link(form.source), paged=form.media == "pdf")


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    old, new = hostile(0), hostile(1)
    report = report_of(FormPair(old, new), compare_forms(old, new))
    path = tmp_path_factory.mktemp("hostile") / "changes.html"
    path.write_text(changes_html(report, (lies(old), lies(new))), encoding="utf-8")
    (path.parent / "index.html").write_text(
        index_html([report, report], [PAYLOADS[0], PAYLOADS[3]]), encoding="utf-8"
    )
    return path


# --- safety --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["changes.html", "index.html"])
def test_nothing_a_form_says_runs_or_is_fetched(browser: Browser, hostile_page: Path, name: str) -> None:
    opened = Opened(browser, hostile_page.with_name(name))
    for element in opened.page.query_selector_all("button, .name, li"):
        if element.is_visible():
            element.hover()
            break
    opened.page.wait_for_timeout(50)
    assert opened.page.evaluate("window.ran") is None
    assert opened.asked == [hostile_page.with_name(name).as_uri()]
    assert opened.said == []
    tags = opened.page.evaluate(
        "[...new Set([...document.querySelectorAll('*')].map(e => e.tagName.toLowerCase()))]"
    )
    assert set(tags) <= _TAGS
    names = opened.page.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
    assert not [attribute for attribute in names if attribute.startswith("on") or attribute == "style"]
    links = opened.page.evaluate("[...document.querySelectorAll('a')].map(a => a.protocol)")
    assert set(links) == {"file:"}


def test_every_hostile_text_is_shown_as_text(browser: Browser, hostile_page: Path) -> None:
    shown = Opened(browser, hostile_page).page.inner_text("body")
    for payload in PAYLOADS[:-1]:
        assert payload in shown
    assert "\u202e" not in shown


def test_the_policy_stops_what_would_come_through(browser: Browser, roads: Path, tmp_path: Path) -> None:
    """Were a text not escaped, its script would still not run."""
    injected = (
        "<script>window.ran = 1</script><img src='x' onerror='window.ran = 1'><style>h1{display:none}</style>"
    )
    path = tmp_path / "injected.html"
    path.write_text(
        roads.read_text(encoding="utf-8").replace("<main>", f"<main>{injected}"), encoding="utf-8"
    )
    opened = Opened(browser, path)
    assert opened.page.evaluate("window.ran") is None
    assert opened.page.is_visible("h1")
    assert len(opened.said) >= 3
    assert opened.asked == [path.as_uri()]


# --- what it shows -------------------------------------------------------------------------------


def test_totals_come_first_then_tightened_and_loosened_then_the_rest(browser: Browser, roads: Path) -> None:
    page = Opened(browser, roads).page
    order = page.evaluate(
        "[...document.querySelectorAll('.totals, svg, section[data-section]')]"
        ".map(e => e.dataset.section || e.tagName.toLowerCase())"
    )
    assert order[:2] == ["div", "svg"]
    sections = [name for name in order[2:] if name != "uncertain"]
    assert sections[:2] == ["tightened", "loosened"]
    assert len(sections) == len(set(sections))
    assert page.query_selector_all("del, ins")
    assert page.query_selector("svg rect.bar-old")


def test_totals_are_of_the_tasks_where_a_form_has_no_funds() -> None:
    years = [replace(hostile(0), department=text("某局"), funds=(), indicators=(), functions=()) for _ in range(2)]
    old, new = (
        replace(
            form,
            tasks=(
                Task(1, text("甲"), None, amount("1200").amount, "万元", None),
                Task(2, text("乙"), None, amount(second).amount, "万元", None),
            ),
        )
        for form, second in zip(years, ("300", "450"), strict=True)
    )
    html = changes_html(report_of(FormPair(old, new), compare_forms(old, new)))
    assert "1,650" in html
    assert "before " in html
    assert "1,500" in html
    assert "+150" in html


def test_a_form_with_income_only_has_a_chart_too() -> None:
    def form(first: str, document_id: str) -> Form:
        items = (("年度资金总额", first), ("财政拨款", "50"))
        return replace(
            hostile(0),
            document_id=document_id,
            funds=tuple(
                FundItem(seq, "income", text(name), 1, None, "", (amount(raw),)) for seq, (name, raw) in enumerate(items, 1)
            ),
        )

    old, new = form("60", "a" * 16), form("70", "b" * 16)
    html = changes_html(report_of(FormPair(old, new), compare_forms(old, new)))
    assert html.count('class="bar-old"') == html.count('class="bar-new"') == 2
    assert "收入中最大的几项" in html


def test_a_filter_shows_its_kind_and_hides_empty_sections(browser: Browser, roads: Path) -> None:
    opened = Opened(browser, roads)
    every = opened.visible("li[data-tags]")
    opened.page.click("[data-tag=loosened]")
    shown = [
        e.get_attribute("data-tags")
        for e in opened.page.query_selector_all("li[data-tags]")
        if e.is_visible()
    ]
    assert shown
    assert all("loosened" in (tags or "") for tags in shown)
    assert opened.visible("section") == 1
    opened.page.click("[data-tag=renamed]")
    assert len(shown) < opened.visible("li[data-tags]") < every
    for tag in ("loosened", "renamed"):
        opened.page.click(f"[data-tag={tag}]")
    assert opened.visible("li[data-tags]") == every


def test_the_switch_turns_our_words_to_english_and_back(browser: Browser, roads: Path) -> None:
    opened = Opened(browser, roads)
    assert opened.visible(".zh")
    assert not opened.visible(".en:not(.switch .en)")
    opened.page.click("[data-switch]")
    assert opened.page.evaluate("document.documentElement.lang") == "en"
    assert "year on year" in opened.page.title()
    ours = [e.inner_text() for e in opened.page.query_selector_all(".en") if e.is_visible()]
    assert ours
    assert not [
        words
        for words in ours
        if re.search("[\u4e00-\u9fff]", words) and words != "中文" and "“" not in words
    ]
    opened.page.click("[data-switch]")
    assert opened.page.evaluate("document.documentElement.lang") == "zh-CN"


def test_without_scripts_everything_is_there_in_chinese(browser: Browser, roads: Path) -> None:
    opened = Opened(browser, roads, script=False)
    assert opened.visible("li[data-tags]") == len(opened.page.query_selector_all("li[data-tags]"))
    assert opened.visible("h2 .zh") == opened.visible("h2")


def test_it_prints_whole_whatever_is_filtered(browser: Browser, roads: Path, tmp_path: Path) -> None:
    opened = Opened(browser, roads)
    opened.page.click("[data-tag=loosened]")
    opened.page.pdf(path=tmp_path / "print.pdf", format="A4")
    with pypdfium2.PdfDocument(tmp_path / "print.pdf") as document:
        printed = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    for words in ("桐水县公路事业发展中心", "收紧的指标", "放宽的指标"):
        assert words in printed
    assert "English" not in printed
    assert opened.visible("section") == 1


def test_links_lead_to_the_sources(browser: Browser, roads: Path) -> None:
    hrefs = Opened(browser, roads).page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
    )
    assert hrefs
    for href in hrefs:
        assert (roads.parent / href.partition("#")[0]).resolve().is_file()


def test_a_page_of_a_pdf_is_named_in_the_link() -> None:
    old = replace(hostile(0), source="甲.pdf", indicators=(), funds=(), tasks=(), functions=(), findings=())
    new = replace(old, staffing=(replace(old.staffing[0], value=old.staffing[0].value + 1),))
    html = changes_html(
        report_of(FormPair(old, new), compare_forms(old, new)), (lies(old), lies(new))
    )
    assert 'href="./%E7%94%B2.pdf#page=1"' in html


def test_no_change_is_said(browser: Browser, tmp_path: Path) -> None:
    form = replace(hostile(0), department=text("某局"))
    path = tmp_path / "same.html"
    path.write_text(
        changes_html(report_of(FormPair(form, form), compare_forms(form, form))), encoding="utf-8"
    )
    assert "没有变化" in Opened(browser, path).page.inner_text("main")
