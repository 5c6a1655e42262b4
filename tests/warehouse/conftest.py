"""Warehouses to load into, and folders to load."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import jixiao
import pytest

from .asking import Warehouse
from .server import Server, running

SAMPLES = Path(__file__).parents[2] / "samples"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Warehouse:
    """An empty warehouse of each kind."""
    if request.param == "duckdb":
        return Warehouse(f"duckdb:///{tmp_path}/warehouse.duckdb")
    server: Server = request.getfixturevalue("server")
    return Warehouse(server.new_database(f"warehouse_{next(_numbers)}"))


@pytest.fixture(scope="session")
def sample_texts() -> dict[str, str]:
    """Two forms by the name of their file."""
    names = ("nantong-keji-2025.txt", "invented-county-tika.txt")
    return {name: (SAMPLES / name).read_text(encoding="utf-8") for name in names}


@pytest.fixture
def convert(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """A function that converts texts, always into the same folder."""

    def converted(texts: dict[str, str], formats: tuple[str, ...] = ("csv",), name: str = "out") -> Path:
        inputs = tmp_path / f"in-{next(_numbers)}"
        inputs.mkdir()
        for file, text in texts.items():
            (inputs / file).write_text(text, encoding="utf-8")
        out = tmp_path / name
        jixiao.convert(inputs, out, formats=formats)
        return out

    return converted
