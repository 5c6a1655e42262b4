"""The package's own word lists (``data/*.toml``), each read once and only when first asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

_FOLDER = os.path.join(os.path.dirname(__file__), "data")


@cache
def load(name: str) -> dict[str, Any]:
    """Return ``data/<name>.toml``; the caller must not change it.

    >>> load("money")["units"]["万元"]
    10000
    """
    # Imported here: half of what starts the command line never asks for a vocabulary.
    import tomllib

    with open(os.path.join(_FOLDER, f"{name}.toml"), "rb") as file:
        return tomllib.load(file)


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern that matches one of *words*, the longest that fits.

    >>> alternatives(["以上", "及以上"])
    '(?:及以上|以上)'
    """
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(re.escape, ordered)) + ")"
