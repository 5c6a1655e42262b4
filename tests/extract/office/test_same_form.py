"""The same form in several formats gives the same records: those that the generator knows to be true."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from jixiao.pipeline.one import read_bytes

from tests.forms import invent, style_for
from tests.forms.layout import Block
from tests.forms.looks import Look, look_for
from tests.forms.print_docx import print_docx
from tests.forms.print_web import print_html, print_md
from tests.forms.print_xlsx import print_xlsx
from tests.forms.score import score
from tests.forms.sheet import Sheet
from tests.forms.typeset import head_lines

PRINTERS: dict[str, Callable[[Sequence[str], Sequence[Block], Look], bytes]] = {
    "xlsx": print_xlsx,
    "docx": print_docx,
    "html": print_html,
    "md": print_md,
}
SEEDS = range(1, 10)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("media", PRINTERS)
def test_a_form_is_read_exactly(media: str, seed: int) -> None:
    form, style = invent(seed), style_for(seed)
    look = look_for(seed)
    head = [line for line, *_ in head_lines(form, style)]
    data = PRINTERS[media](head, Sheet(form, style).blocks(), look)
    outcome = read_bytes(data, f"表.{media}")
    assert outcome.tables["documents"][0]["media"] == media
    result = score(form.tables(), outcome.tables, outcome.tables["findings"])
    assert not result.errors
