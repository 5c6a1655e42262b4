"""Links from the page on two years to the places in their sources, of files and of converted folders."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import jixiao
import pytest
from jixiao.deliver.places import Lines
from jixiao.pipeline.commands import main

from tests.browsing import Opened, browser
from tests.forms import invent, style_for, typeset
from tests.forms.years import next_year

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
ROOT = Path(__file__).parents[2]
YEARS = ROOT / "samples" / "years"


def addresses(page: Path) -> list[str]:
    """Return where the places of the changes lead to."""
    html = page.read_text(encoding="utf-8")
    return [
        found.replace("&amp;", "&")
        for cell in re.findall(r'<div class="place">(.*?)</div></li>', html)
        for found in re.findall(r'href="([^"]*)"', cell)
    ]


def file_of(page: Path, address: str) -> Path:
    return Path(os.path.normpath(page.parent / unquote(urlsplit(address).path)))


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Return a folder with the submissions of two years and what they were converted to."""
    for year in ("2023", "2024"):
        shutil.copytree(YEARS / year, tmp_path / "in" / year)
        jixiao.convert(tmp_path / "in" / year, tmp_path / "converted" / year, formats=["csv"])
    return tmp_path


def compared(folders: Path, *more: str) -> list[Path]:
    years = (str(folders / "converted" / year) for year in ("2023", "2024"))
    assert main(["compare", *years, "-o", str(folders / "out"), *more]) == 0
    return sorted((folders / "out" / "departments").iterdir())


def test_pages_from_converted_folders_lead_to_the_lines_of_the_sources(browser: Browser, folders: Path) -> None:
    pages = compared(folders)
    assert len(pages) == 3
    for page in pages:
        found = addresses(page)
        assert len(found) > 10
        assert {file_of(page, one).parent for one in found} <= {folders / "in" / "2023", folders / "in" / "2024"}
        assert all("#:~:text=" in one for one in found)
    # A browser goes to the very line that the link names.
    opened = Opened(browser, pages[0])
    links = opened.page.query_selector_all(".place a")
    for at in range(0, len(links), 9):
        opened.page.goto(pages[0].as_uri())
        link = opened.page.query_selector_all(".place a")[at]
        words = link.query_selector(".zh")
        assert words is not None
        number = int(re.findall(r"\d+", words.inner_text())[0])
        link.click()
        opened.page.wait_for_function("document.contentType === 'text/plain' && document.readyState === 'complete'")
        # Not before the browser has scrolled, if there is anything to scroll to.
        opened.page.wait_for_timeout(150)
        top, bottom, height = opened.page.evaluate(
            """(number) => {
              const text = document.querySelector("pre").firstChild;
              let at = 0;
              for (let line = 1; line < number; line++) at = text.data.indexOf("\\n", at) + 1;
              const range = document.createRange();
              range.setStart(text, at);
              range.setEnd(text, text.data.indexOf("\\n", at));
              const box = range.getBoundingClientRect();
              return [box.top, box.bottom, innerHeight];
            }""",
            number,
        )
        assert 0 <= top < bottom <= height, number


def test_a_line_that_stands_twice_is_found_by_its_neighbours_or_not_at_all() -> None:
    lines = Lines(
        [(1, "小计 5"), (2, "甲项目 5"), (4, "小计 5"), (5, "乙－项-目 5"), (6, "甲项目 5"), (7, "小计 5"), (8, "乙-项-目 5")]
    )

    def said(number: int) -> str:
        return unquote(lines.fragment(number)).removeprefix("#:~:text=")

    assert said(1) == "小计 5"
    assert said(4) == "甲项目 5-,小计 5"
    assert said(6) == "乙－项-目 5-,甲项目 5"
    # To a browser, which does not heed width, lines 6 to 8 say what lines 2 to 5 do.
    assert (said(7), said(8), said(9)) == ("", "", "")
    # A hyphen in the words is none of the fragment's own.
    assert lines.fragment(5).count("-") == 0


def test_pages_of_pdfs_are_named_also_from_converted_folders(tmp_path: Path) -> None:
    pair = next_year(invent(1273), 3)
    for name, form in (("old", pair.old), ("new", pair.new)):
        (tmp_path / name).mkdir()
        typeset(form, style_for(1273), tmp_path / name / "局 表.pdf")
        jixiao.convert(tmp_path / name, tmp_path / f"{name}-converted", formats=["csv"])
    main(["compare", str(tmp_path / "old-converted"), str(tmp_path / "new-converted"), "-o", str(tmp_path / "out")])
    page = tmp_path / "out" / "changes.html"
    found = addresses(page)
    assert {file_of(page, one) for one in found} == {tmp_path / name / "局 表.pdf" for name in ("old", "new")}
    assert {urlsplit(one).fragment for one in found} >= {"page=1", "page=2"}


def said_of(pages: list[Path], words: str) -> list[Path]:
    return [page for page in pages if words in page.read_text(encoding="utf-8")]


def test_a_source_that_is_gone_has_no_link_and_the_page_says_so(folders: Path) -> None:
    shutil.move(folders / "in", folders / "elsewhere")
    pages = compared(folders)
    assert [addresses(page) for page in pages] == [[], [], []]
    assert said_of(pages, "原文件没有找到") == pages
    named = [f"--sources={folders / 'elsewhere' / year}" for year in ("2023", "2024")]
    again = compared(folders, *named)
    assert said_of(again, "原文件没有找到") == []
    for page in again:
        assert {file_of(page, one).parent.name for one in addresses(page)} == {"2023", "2024"}
        assert all(file_of(page, one).is_file() for one in addresses(page))


def test_a_source_that_was_changed_is_not_linked_to(folders: Path) -> None:
    changed = folders / "in" / "2024" / "roads.txt"
    changed.write_bytes(changed.read_bytes() + b"\n")
    pages = compared(folders)
    (page,) = said_of(pages, "改动过")
    assert {file_of(page, one).parent.name for one in addresses(page)} == {"2023"}


def test_the_member_of_a_zip_has_no_link_until_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(YEARS / "2023" / "roads.txt", "市/roads.txt")
    arguments = ["compare", str(tmp_path / "all.zip"), str(YEARS / "2024" / "roads.txt"), "-o", str(tmp_path / "out")]
    page = tmp_path / "out" / "changes.html"
    main(arguments)
    assert {file_of(page, one) for one in addresses(page)} == {YEARS / "2024" / "roads.txt"}
    assert "压缩包" in page.read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    main([*arguments, "--sources", str(tmp_path / "unpacked")])
    assert tmp_path / "unpacked" / "市" / "roads.txt" in {file_of(page, one) for one in addresses(page)}


def test_a_converted_folder_that_was_moved_with_its_sources_still_leads_to_them(folders: Path) -> None:
    (folders / "moved").mkdir()
    for name in ("in", "converted"):
        shutil.move(folders / name, folders / "moved" / name)
    years = (str(folders / "moved" / "converted" / year) for year in ("2023", "2024"))
    assert main(["compare", *years, "-o", str(folders / "out")]) == 0
    for page in (folders / "out" / "departments").iterdir():
        assert all((folders / "moved" / "in") in file_of(page, one).parents for one in addresses(page))
        assert addresses(page)


@pytest.mark.parametrize("source", ["../2024/roads.txt", "/etc/hostname"])
def test_a_manifest_that_leads_astray_finds_nothing(folders: Path, source: str) -> None:
    """The bytes must be the form's, wherever a manifest points."""
    manifest = folders / "converted" / "2023" / "manifest.jsonl"
    manifest.write_text(re.sub(r'"path": "[^"]*"', f'"path": "{source}"', manifest.read_text()), encoding="utf-8")
    for page in compared(folders):
        assert {file_of(page, one).parent.name for one in addresses(page)} == {"2024"}
