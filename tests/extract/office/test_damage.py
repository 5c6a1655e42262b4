"""Office files whose XML was meddled with end in a form or a reason, never in an error of the program."""

from __future__ import annotations

import io
import random
import zipfile
from copy import deepcopy

import pytest
from jixiao.pipeline.one import read_bytes
from lxml import etree

from tests.forms import invent, style_for
from tests.forms.looks import look_for
from tests.forms.print_docx import print_docx
from tests.forms.print_xlsx import print_xlsx
from tests.forms.sheet import Sheet
from tests.forms.typeset import head_lines

PARTS = ("sheet", "workbook", "document", "styles", "numbering", "strings")
VALUES = (
    "-1", "99999999999", "0", "", "x", "1048576", "A1:XFD1048576", "restart", "true", "/../../x", "s", "²", "1e999", "nan",
    "_xD800_", "_x0000_", "9" * 400, "=1", "\u4e00",
)  # fmt: skip


def meddled(data: bytes, rng: random.Random) -> bytes:
    """Return an Office file with a few elements of one or two parts changed, moved, doubled or gone."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        names = source.namelist()
        hot = [n for n in names if n.endswith((".xml", ".rels")) and any(p in n.lower() for p in PARTS)]
        chosen = set(rng.sample(hot, 2))
        for name in names:
            part = source.read(name)
            if name in chosen:
                root = etree.fromstring(part)
                for _ in range(rng.randint(1, 5)):
                    _meddle(root, rng)
                part = etree.tostring(root)
            target.writestr(name, part)
    return out.getvalue()


def _meddle(root: etree._Element, rng: random.Random) -> None:
    element, other = rng.choices([e for e in root.iter() if isinstance(e.tag, str)], k=2)
    parent, way = element.getparent(), rng.randrange(6)
    if way == 0 and parent is not None:
        parent.remove(element)
    elif way == 1 and parent is not None:
        element.addnext(deepcopy(element))
    elif way == 2 and element.attrib:
        element.set(rng.choice(list(element.attrib)), rng.choice(VALUES))
    elif way == 3 and element.attrib:
        del element.attrib[rng.choice(list(element.attrib))]
    elif way == 4:
        element.text = rng.choice(VALUES)
    elif element is not other and element not in other.iterdescendants() and other not in element.iterdescendants():
        element.append(other)


@pytest.mark.parametrize("media", ["xlsx", "docx"])
def test_meddling_with_the_xml_is_no_error_of_the_program(media: str) -> None:
    form, style, look = invent(3), style_for(3), look_for(3)
    head = [line for line, *_ in head_lines(form, style)]
    data = {"xlsx": print_xlsx, "docx": print_docx}[media](head, Sheet(form, style).blocks(), look)
    seen = set()
    for seed in range(15):
        outcome = read_bytes(meddled(data, random.Random(f"{media} {seed}")), f"{seed}.{media}")
        assert outcome.reason != "internal_error", (seed, outcome.detail)
        seen.add(outcome.status)
    # Some changes do no harm: else nothing but the opening of files would be tried here.
    assert seen & {"ok", "review"}
