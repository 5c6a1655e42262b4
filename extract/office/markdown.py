"""Markdown pipe tables → loose lines and grids."""

from __future__ import annotations


def is_markdown(data: bytes) -> bool:
    return False
