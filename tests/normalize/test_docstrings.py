"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import jixiao.normalize
import pytest

MODULES = sorted(module.name for module in pkgutil.iter_modules(jixiao.normalize.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"jixiao.normalize.{name}"))
    assert result.failed == 0
    assert result.attempted > 0 or name == "values"
