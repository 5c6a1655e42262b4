"""Every example in a docstring is true, in the program and in the makers of its tests."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import jixiao
import pytest

import tests.forms

ROOMS = ("normalize", "rules", "extract", "deliver", "pipeline")
# Each room on its own: in an editable install the folders of the package are no subfolders of it.
PACKAGES = (jixiao, *(importlib.import_module(f"jixiao.{room}") for room in ROOMS), tests.forms)
MODULES = sorted(
    {
        info.name
        for package in PACKAGES
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not info.name.endswith("__main__") and ".test_" not in info.name
    }
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_no_package_is_left_out() -> None:
    found = [name.split(".") for name in MODULES if name.startswith("jixiao.")]
    assert {parts[1] for parts in found} >= {*ROOMS, "reading", "version"}
    assert {parts[1] for parts in found if len(parts) > 2} == set(ROOMS)
