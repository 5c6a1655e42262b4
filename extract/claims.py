"""Which family claims a form, and why."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import GENERAL, Families, Family, key_of

from .document import Document, FormReader
from .errors import DocumentError

_LEAST_OWN = 3
"""Without its title a family claims a form by so many of its own sections, and a grid of indicators."""
_NO_SECTIONS = ("header", "column", "fields", "indicators", "foot", "head")
"""Marks that alone do not tell a form from another table."""


def claim(document: Document, families: Families, wanted: str | None) -> tuple[FormReader, str]:
    """Return a reader for the family that claims *document*, and the reason in words.

    Raises DocumentError when none does, or when two do equally well.
    """
    if wanted is not None:
        return document.reader(families.get(wanted)), f"按指定的表式 {wanted} 读取"
    keys = document.title_keys()
    printed = key_of("".join(piece.text for piece in document.pieces()))
    claims: list[tuple[int, str, FormReader, str]] = []
    for name in families.names():
        if name == GENERAL:
            continue
        family = families.get(name)
        if not _has_all(family, printed):
            continue
        title = _title(family, keys)
        if not title and document.may_print(family.own_headings) < _LEAST_OWN:
            continue  # no claim could come of it: with many families most are done with here
        reader = document.reader(family)
        score, reason = _strength(reader, family, title)
        if score:
            claims.append((score, name, reader, reason))
    claims.sort(key=lambda c: (-c[0], c[1]))
    if len(claims) > 1 and claims[0][0] == claims[1][0]:
        raise DocumentError(
            "two_families",
            f"与表式 {claims[0][1]}、{claims[1][1]} 同样吻合（{claims[0][3]}）",
            "请用 --family 指明表式",
        )
    if claims:
        return claims[0][2], claims[0][3]
    return _general(document, families, keys)


def _has_all(family: Family, printed: str) -> bool:
    """Tell whether all that the family requires is printed; of words parted by / one is enough."""
    return all(any(word in printed for word in need.split("/")) for need in family.requires)


def _title(family: Family, keys: Sequence[str]) -> str:
    return next((t for t in family.titles for k in keys if t in k and k.endswith("表")), "")


def _strength(reader: FormReader, family: Family, title: str) -> tuple[int, str]:
    """Return how strongly a family claims a form (0: not at all) and why.

    A title and a table of indicators, or headings of its own, make a claim; headings, columns and what it
    requires make it stronger.
    """
    own = sorted({m.section for m in reader.marks if m.key in family.own_headings})
    columns = sorted({m.key for m in reader.marks if m.section == "column" and m.key in family.own_columns})
    grid = any(m.section == "header" for m in reader.marks)
    score = (4 if title else 0) + len(own) + (2 if grid else 0) + len(columns) + len(family.requires)
    if not (title and (grid or len(own) >= _LEAST_OWN)) and not (len(own) >= _LEAST_OWN and grid):
        return 0, ""
    said = [f"标题含“{title}”"] if title else []
    said += [f"有栏目 {'、'.join(own)}"] if own else []
    said += ["有指标表头"] if grid else []
    said += [f"有列名 {'、'.join(columns)}"] if columns else []
    said += [f"印有 {'、'.join(family.requires)}"] if family.requires else []
    return score, "，".join(said)


def _general(document: Document, families: Families, keys: Sequence[str]) -> tuple[FormReader, str]:
    step = "若确是预算绩效表，请用 --family 指明表式，或为它写一个表式文件"
    if GENERAL not in families.known:
        raise DocumentError("not_a_form", f"与表式 {'、'.join(families.names())} 不符", step)
    family = families.get(GENERAL)
    reader = document.reader(family)
    sections = sorted({m.section for m in reader.marks if m.section not in _NO_SECTIONS})
    grid = any(m.section == "header" for m in reader.marks)
    title = next(
        (k for k in keys if "绩效" in k and k.endswith(("表", "绩效目标")) and not any(t in k for t in family.refuse_titles)), ""
    )
    refused = next((t for t in family.refuse_titles for k in keys if t in k and len(k) <= 40), "")
    if grid and (sections or title) and not (refused and not title):
        return reader, f"没有表式认领；按通用规则读取（有指标表头，栏目 {'、'.join(sections) or '无'}）"
    if title and len(sections) >= 2 and not refused:
        return reader, f"没有表式认领；按通用规则读取（标题“{title}”，栏目 {'、'.join(sections)}）"
    why = f"标题像“{refused}”" if refused else "没有找到指标表头（一级指标、三级指标、指标值等）和栏目名称"
    raise DocumentError("not_a_form", why, step)
