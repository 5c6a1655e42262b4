"""No pattern and no word list holds a character that only looks like the one that was meant."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("normalize", "rules", "extract", "deliver", "pipeline", "api")
FILES = sorted(path for room in ROOMS for kind in ("*.py", "*.toml") for path in (ROOT / room).rglob(kind))
LOOK_ALIKE = re.compile("[\u2e80-\u2fdf\ue000-\uf8ff\u00ad\u200b-\u200f\u2060\ufeff]")
RANGE = re.compile("(.)-(.)", re.S)
PRIVATE_USE = "\ue000"


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what the program works with, as written and as meant: a word list whole, of code each string."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        yield source, source
        return
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield ast.get_source_segment(source, node) or "", node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_holds_a_look_alike(path: Path) -> None:
    def odd(text: str) -> bool:
        return unicodedata.normalize("NFC", text) != text or LOOK_ALIKE.search(text) is not None

    assert [written for written, _ in texts(path) if odd(written)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_range_begins_or_ends_with_a_twin(path: Path) -> None:
    """豈 (U+8C48) written for its twin U+F900 makes a range over Yi, Hangul, surrogates and all private use."""

    def wide(text: str) -> bool:
        return any(first < PRIVATE_USE < last for first, last in RANGE.findall(text) if ord(first) > 0x2000)

    assert [written for written, meant in texts(path) if wide(meant)] == []
