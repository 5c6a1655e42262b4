"""The generator keeps its promises: same seed same form, truth by contract, nothing lost in drawing."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.forms import DUMPERS, damage, dump, invent, lay_out, style_for, typeset
from tests.forms.damage import WAYS
from tests.forms.lines import width_of, wrap
from tests.forms.score import FIELDS
from tests.forms.sheet import Sheet
from tests.forms.style import FONTS
from tests.forms.typeset import head_lines

SEEDS = range(1, 61)
FEW = (2, 5, 9, 14)

pytestmark = pytest.mark.skipif(
    not all(Path(path).exists() for path in FONTS.values()), reason=(
        "fonts are missing: Debian packages fonts-wqy-zenhei, fonts-wqy-microhei, fonts-arphic-uming, "
        "fonts-arphic-ukai, fonts-droid-fallback"
    ),
)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        typeset(invent(4), style_for(4), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_no_two_forms_are_of_the_same_department() -> None:
    seen = Counter((form.title, form.department) for form in map(invent, SEEDS))
    assert seen.most_common(1)[0][1] == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_truth_speaks_the_contracts_words(seed: int) -> None:
    tables = invent(seed).tables()
    for name, rows in tables.items():
        for row in rows:
            assert set(FIELDS[name]) <= set(row)
            assert all(text == text.strip() and "\n" not in text for text in row.values())
    for row in tables["targets"]:
        assert row["kind"] in ("number", "range", "quality", "date", "text")
        assert row["raw"]
        if row["kind"] in ("quality", "text"):
            assert not any(row[name] for name in ("operator", "value", "unit"))
        elif row["kind"] == "date":
            date.fromisoformat(row["value"])
        else:
            assert row["operator"] in ("eq", "ge", "le", "gt", "lt", "between", "approx")
            Decimal(row["value"])
            assert bool(row["value_max"]) == (row["operator"] == "between")
            assert row["unit"] in row["raw"]
    for row in tables["funds"]:
        assert row["raw"].replace(",", "") == row["amount"]
        assert bool(row["amount_yuan"]) == bool(row["money_unit"])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_text_of_a_form_stands_on_its_pages(seed: int) -> None:
    form, style = invent(seed), style_for(seed)
    printed = Counter("".join(line for piece in lay_out(form, style).pieces for line in piece.lines))
    wanted = Counter(
        "".join(cell.text for block in Sheet(form, style).blocks() for cell in block.cells if cell.text)
    )
    del wanted["\n"]
    # Labels and headers printed again after a page break are all that may be more.
    assert not wanted - printed


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_do_not_overlap_and_hold_their_lines(seed: int) -> None:
    style = style_for(seed)
    pages = lay_out(invent(seed), style)
    for piece in pages.pieces:
        assert piece.bottom <= style.page[1] - style.margin + 0.1
        assert len(piece.lines) * style.leading <= piece.bottom - piece.top + 0.1
        for line in piece.lines:
            assert width_of(line.strip(), style.font, style.size) <= piece.x1 - piece.x0
    for page in range(pages.page + 1):
        here = [piece for piece in pages.pieces if piece.page == page]
        for number, one in enumerate(here):
            for two in here[number + 1 :]:
                wide = min(one.x1, two.x1) - max(one.x0, two.x0)
                high = min(one.bottom, two.bottom) - max(one.top, two.top)
                assert wide <= 0.1 or high <= 0.1


@pytest.mark.parametrize("how", DUMPERS)
def test_dumps_carry_every_character_that_is_drawn(how: str, tmp_path: Path) -> None:
    if how == "tika":
        pytest.importorskip("extractous")
    if how.startswith("pdftotext") and shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing: Debian package poppler-utils")
    for seed in FEW:
        form, style = invent(seed), style_for(seed)
        typeset(form, style, tmp_path / "form.pdf")
        drawn = "".join(line for piece in lay_out(form, style).pieces for line in piece.lines)
        drawn += "".join(line for line, *_ in head_lines(form, style))
        missing = Counter(drawn) - Counter(dump(tmp_path / "form.pdf", how))
        assert not missing


@pytest.mark.parametrize("kinsoku", [True, False])
@pytest.mark.parametrize("keep_runs", [True, False])
def test_wrapping_loses_nothing_and_keeps_to_the_width(kinsoku: bool, keep_runs: bool) -> None:
    text = "推进（一网统管）、“强基”行动，完成1230次巡查；PM2.5浓度≤35.5微克。"
    for width in range(30, 200, 7):
        lines = wrap(text, width, "zenhei", 10, kinsoku=kinsoku, keep_runs=keep_runs)
        assert "".join(lines) == text
        assert all(width_of(line, "zenhei", 10) <= width for line in lines)
        if kinsoku and width > 60:
            assert not any(re.match("[，；。、）”]", line) for line in lines)


def test_a_newline_always_breaks_and_indents() -> None:
    lines = wrap("一二三四\n五六七八", 40, "zenhei", 10, kinsoku=True, keep_runs=True, indent=20)
    assert lines == ["一二", "三四", "五六", "七八"]


@pytest.mark.parametrize("way", WAYS)
def test_damage_changes_one_line_and_nothing_else(way: str) -> None:
    text = "\n".join(["甲", "", "乙", "丙", ""])
    before = Counter(text.split("\n"))
    for seed in range(10):
        after = Counter(damage(text, seed, way).split("\n"))
        lost, gained = sum((before - after).values()), sum((after - before).values())
        assert (lost, gained) == {"drop": (1, 0), "double": (0, 1), "swap": (0, 0)}[way]
