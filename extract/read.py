"""Bytes of one file → its forms. The one entry to this package."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from jixiao.rules.families import GENERAL, Families, Family, key_of
from jixiao.rules.records import Finding, Form, Ledger

from .document import printed, text_of
from .errors import DocumentError
from .flat import FlatReader
from .forms import (
    field_text,
    money_unit,
    read_fields,
    read_functions,
    read_funds,
    read_goals,
    read_indicators,
    read_staff,
    unread_of,
    year_of,
)
from .layout import LayoutReader, is_layout
from .sections import read_sections, title_key
from .text import PlainText, read_text

_TITLE_SEARCH = 60

Reader = FlatReader | LayoutReader


def read_forms(data: bytes, source: str, families: Families, family: str | None = None) -> list[Form]:
    """Return the forms in a file, in order; *family* forces the family to read them as.

    Raises DocumentError when the file cannot be read or holds no such form.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    text = read_text(data)
    forms = []
    parts = split_forms(text, families)
    for number, part in enumerate(parts, 1):
        document_id = sha256[:16] + (f"-{number}" if number > 1 else "")
        forms.append(_read_form(part, source, sha256, document_id, families, family))
    return forms


def split_forms(text: PlainText, families: Families) -> list[PlainText]:
    """Cut a text where a further form begins: a title followed by its own department or project line."""
    titles = [t for f in families.known.values() for t in f.titles]
    labels = {k: v for f in families.known.values() for k, v in f.labels.items()}
    starts: list[int] = []
    keys = [title_key(line.text) if len(line.text) <= 80 else "" for line in text.lines]
    for i, key in enumerate(keys):
        if not (key.endswith("表") and "绩效" in key and (any(t in key for t in titles) or len(key) <= 40)):
            continue
        for follower in text.lines[i + 1 : i + 7]:
            label = follower.text.split()[0] if follower.text.split() else ""
            label = label.partition("：")[0].partition(":")[0]
            if labels.get(key_of(label)) in ("department", "project"):
                if not starts or i - starts[-1] > 8:
                    starts.append(i)
                break
    if len(starts) < 2:
        return [text]
    bounds = [0, *starts[1:], len(text.lines)]
    return [
        PlainText(text.lines[a:b], text.gaps[a:b], text.pages, text.encoding, text.lost)
        for a, b in pairwise(bounds)
    ]


def reader_for(text: PlainText, family: Family) -> Reader:
    """Return the reader for the way *text* was dumped: with the page's layout, or cell after cell."""
    return LayoutReader(text, family) if is_layout(text) else FlatReader(text, family)


def claim(text: PlainText, families: Families, wanted: str | None) -> tuple[Reader, str]:
    """Return a reader for the family that claims *text*, and the reason in words.

    Raises DocumentError when none does, or when two do equally well.
    """
    if wanted is not None:
        return reader_for(text, families.get(wanted)), f"按指定的表式 {wanted} 读取"
    keys = [title_key(line.text) for line in text.lines[:_TITLE_SEARCH] if len(line.text) <= 80]
    claims: list[tuple[int, str, Reader, str]] = []
    for name in families.names():
        if name == GENERAL:
            continue
        family = families.get(name)
        reader = reader_for(text, family)
        score, reason = _strength(reader, family, keys)
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
    return _general(text, families, keys)


def _strength(reader: Reader, family: Family, keys: list[str]) -> tuple[int, str]:
    """Return how strongly a family claims a text (0: not at all) and why."""
    title = next((t for t in family.titles for k in keys if t in k and k.endswith("表")), "")
    own = sorted({m.section for m in reader.marks if m.key in family.own_headings})
    grid = any(m.section == "header" for m in reader.marks)
    score = (4 if title else 0) + len(own) + (2 if grid else 0)
    if not (title and (grid or len(own) >= 3)) and not (len(own) >= 3 and grid):
        return 0, ""
    said = [f"标题含“{title}”"] if title else []
    said += [f"有栏目 {'、'.join(own)}"] if own else []
    said += ["有指标表头"] if grid else []
    return score, "，".join(said)


def _general(text: PlainText, families: Families, keys: list[str]) -> tuple[Reader, str]:
    step = "若确是预算绩效表，请用 --family 指明表式，或为它写一个表式文件"
    if GENERAL not in families.known:
        raise DocumentError("not_a_form", f"与表式 {'、'.join(families.names())} 不符", step)
    family = families.get(GENERAL)
    reader = reader_for(text, family)
    sections = sorted({m.section for m in reader.marks if m.section not in ("header", "indicators", "foot")})
    grid = any(m.section == "header" for m in reader.marks)
    title = next(
        (k for k in keys if "绩效" in k and k.endswith("表") and not any(t in k for t in family.refuse_titles)), ""
    )
    refused = next((t for t in family.refuse_titles for k in keys if t in k and len(k) <= 40), "")
    if grid and (sections or title) and not (refused and not title):
        return reader, f"没有表式认领；按通用规则读取（有指标表头，栏目 {'、'.join(sections) or '无'}）"
    if title and len(sections) >= 2 and not refused:
        return reader, f"没有表式认领；按通用规则读取（标题“{title}”，栏目 {'、'.join(sections)}）"
    why = f"标题像“{refused}”" if refused else "没有找到指标表头（一级指标、三级指标、指标值等）和栏目名称"
    raise DocumentError("not_a_form", why, step)


def _read_form(
    text: PlainText, source: str, sha256: str, document_id: str, families: Families, wanted: str | None
) -> Form:
    reader, reason = claim(text, families, wanted)
    family = reader.family
    flat = reader.read()
    parts = read_sections(flat.blocks, family)
    parts.tally.ignore(flat.furniture)
    unit, unit_text = money_unit(parts)
    year, year_text = year_of(parts)
    funds, fund_findings = read_funds(parts.funds, unit, family)
    indicators, indicator_findings = read_indicators(parts.indicators, funds, family)
    staffing = read_staff(parts.staffing)
    findings = [*fund_findings, *indicator_findings]
    if family.name == GENERAL:
        findings.insert(
            0,
            Finding("family_unknown", "warning", "没有表式认领这份表，已按通用规则读取，请抽查结果；可为它写一个表式文件"),
        )
    if text.lost:
        findings.append(
            Finding("text_cut_short", "warning", f"文件末尾 {text.lost} 个字节不成字，像是被截断；请核对是否上传完整")
        )
    leftovers = parts.tally.leftovers
    if leftovers:
        shown = "、".join(p.raw.strip()[:20] for p in leftovers[:3])
        findings.append(
            Finding(
                "unread_text",
                "warning",
                f"有 {len(leftovers)} 处文字没有读入任何栏目：{shown}{'……' if len(leftovers) > 3 else ''}，见 unread 表",
                "unread",
            )
        )
    tally = parts.tally
    department = field_text(parts, "department")
    code = field_text(parts, "department_code")
    return Form(
        document_id=document_id,
        source=source,
        sha256=sha256,
        media="text",
        pages=text.pages,
        family=family.name,
        family_reason=reason,
        title=text_of(parts.title) if parts.title else None,
        department=department,
        department_code=code.value if code is not None else "",
        project=field_text(parts, "project"),
        year=year,
        money_unit=unit,
        fields=read_fields(parts, staffing, year_text, department),
        functions=read_functions(parts.functions),
        staffing=staffing,
        funds=funds,
        goals=read_goals(parts.goals),
        indicators=indicators,
        findings=tuple(findings),
        unread=unread_of(leftovers),
        year_text=year_text,
        department_code_text=code,
        money_unit_text=unit_text,
        ledger=Ledger(
            printed(text.lines), tally.records, tally.headings, tally.ignored, tally.unread
        ),
    )



