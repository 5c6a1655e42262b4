"""The examples in the docstrings of deliver and pipeline are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import jixiao.deliver
import jixiao.pipeline
import pytest

MODULES = [
    info.name
    for package in (jixiao.deliver, jixiao.pipeline)
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
