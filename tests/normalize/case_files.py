"""Cases are data: ``cases/<name>.toml`` holds groups of one kind and one source each.

Kinds: wild (printed in a real form), synthetic (made here), negative (must not be read, or must not
change), known_failure (what is right and not reached: the test must fail, or the case is stale).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

KINDS = ("wild", "synthetic", "negative", "known_failure")


def load_cases(name: str) -> list[Any]:
    """Return the cases of one file as pytest parameters; each case is the list that stands there."""
    path = Path(__file__).parent / "cases" / f"{name}.toml"
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["groups"]
    parameters = []
    for group in groups:
        assert group["kind"] in KINDS, f"{path}: unknown kind {group['kind']}"
        assert group["source"], f"{path}: no source"
        marks = [pytest.mark.xfail(strict=True, reason=group["source"])] if group["kind"] == KINDS[3] else []
        for case in group["cases"]:
            parameters.append(pytest.param(case, id=f"{group['kind']}-{str(case[0])[:40]!a}", marks=marks))
    return parameters
