"""Bytes of one file → its forms. The one entry to this package."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence

from jixiao.rules.families import GENERAL, Families
from jixiao.rules.records import Finding, Form, Ledger

from .claims import claim
from .document import Document, FormReader, text_of
from .doubts import weighed
from .effort import page_done
from .errors import DocumentError
from .forms import (
    field_text,
    money_unit,
    read_fields,
    read_functions,
    read_goals,
    read_staff,
    read_tasks,
    split_code,
    unread_of,
    year_of,
)
from .fund_records import read_funds
from .indicator_records import read_indicators
from .media import RECOGNISED, media_of
from .options import Options
from .persons import set_apart
from .sections import read_sections

_MAY_HOLD_THE_FORM = ("pictures_not_read", "embedded_not_read", "hidden_sheet")
"""Findings of a reader that say where the form may be, when none is found."""


def read_document(data: bytes, options: Options) -> Document:
    """Return the file's lines and cells by the reader for its kind, told from its bytes.

    Raises DocumentError when the file cannot be read.
    """
    media = media_of(data)
    if media == "xlsx":
        from .office.workbook import read_workbook

        return read_workbook(data)
    if media == "pdf":
        from .pdf.document import read_pdf

        return read_pdf(data, options.pdf_reader)
    if media == "docx":
        from .office.word import read_word

        return read_word(data)
    if media == "xls":
        from .office.sheets97 import read_sheets97

        return read_sheets97(data)
    if media == "doc":
        from .office.libre import to_docx
        from .office.word import read_word

        return read_word(to_docx(data), "doc")
    if media == "xml":
        from .office.sheets2003 import read_sheets2003

        return read_sheets2003(data)
    if media in ("html", "mht"):
        from .office.web import read_web

        return read_web(data)
    if media == "csv":
        from .office.delimited import read_delimited

        return read_delimited(data)
    if media == "md":
        from .office.markdown import read_markdown

        return read_markdown(data)
    if media == "scan":
        from .scan.document import read_scan

        return read_scan(data)
    from .dump.document import read_dump

    return read_dump(data)


def read_forms(data: bytes, source: str, families: Families, options: Options | None = None) -> list[Form]:
    """Return the forms in a file, in order.

    Raises DocumentError when the file cannot be read or holds no such form.
    """
    chosen = options or Options()
    sha256 = hashlib.sha256(data).hexdigest()
    document = read_document(data, chosen)
    parts = deque(document.split(families))
    first: tuple[Document, FormReader, str] | None = None
    strange: list[Document] = []
    refusal: DocumentError | None = None
    others: list[Form] = []
    while parts:
        part = parts.popleft()  # and let it go when it is read: a file may hold hundreds of forms
        try:
            reader, reason = claim(part, families, chosen.family)
        except DocumentError as error:
            if error.reason != "not_a_form":
                raise
            refusal = refusal or error
            strange.append(part)
            continue
        if first is None:
            first = part, reader, reason  # read last, when it is known which parts are no form
            continue
        others.append(_read_form(part, reader, reason, source, sha256, f"{sha256[:16]}-{len(others) + 2}", ()))
        page_done()
    if first is None:
        if refusal is not None:
            unseen = [f.message for f in document.findings if f.rule in _MAY_HOLD_THE_FORM]
            raise DocumentError(refusal.reason, "；".join((refusal.detail, *unseen)), refusal.next_step) from refusal
        return []
    return [_read_form(*first, source, sha256, sha256[:16], strange), *others]


def _read_form(
    document: Document,
    reader: FormReader,
    reason: str,
    source: str,
    sha256: str,
    document_id: str,
    beside: Sequence[Document],
) -> Form:
    """Read one form; what stands in *beside*, parts of the file that are no form, is unread."""
    family = reader.family
    found = reader.read()
    parts = read_sections(found.blocks, family)
    parts.tally.ignore(found.furniture)
    for part in beside:
        pieces = list(part.pieces())
        parts.tally.leave(pieces)
        page = pieces[0].page if pieces else 1
        message = f"第 {page} 页（张）起的一部分不像预算绩效表，未读取，全文见 unread 表；请确认"
        parts.findings.append(Finding("part_not_a_form", "warning", message, "unread"))
    unit, unit_text = money_unit(parts)
    year, year_text = year_of(parts)
    funds, fund_findings = read_funds(parts.funds, unit, family, year)
    indicators, indicator_findings = read_indicators(parts.indicators, funds, family, year, dump=document.media == "text")
    tasks, task_findings = read_tasks(parts.tasks, unit)
    staffing = read_staff(parts.staffing, parts.staff_pairs)
    findings = [*parts.findings, *fund_findings, *task_findings, *indicator_findings]
    if parts.guesses:
        shown = "、".join(parts.guesses[:8]) + ("……" if len(parts.guesses) > 8 else "")
        message = f"这些名称不在用语表中，按其中的字词或位置理解：{shown}；请抽查"
        findings.append(Finding("labels_guessed", "info", message))
    if family.name == GENERAL:
        findings.insert(
            0,
            Finding("family_unknown", "warning", "没有表式认领这份表，已按通用规则读取，请抽查结果；可为它写一个表式文件"),
        )
    findings += document.findings
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
    printed = field_text(parts, "department")
    department, code = split_code(printed)
    code = field_text(parts, "department_code") or code
    form = Form(
        document_id=document_id,
        source=source,
        sha256=sha256,
        media=document.media,
        pages=document.pages,
        family=family.name,
        family_reason=reason,
        title=text_of(parts.title) if parts.title else None,
        department=department,
        department_code=code.value if code is not None else "",
        project=field_text(parts, "project"),
        year=year,
        money_unit=unit,
        fields=read_fields(parts, staffing, year_text, printed),
        functions=read_functions(parts.functions),
        staffing=staffing,
        funds=funds,
        goals=read_goals(parts.goals),
        tasks=tasks,
        indicators=indicators,
        findings=tuple(findings),
        unread=unread_of(leftovers),
        year_text=year_text,
        department_code_text=code,
        money_unit_text=unit_text,
        ledger=Ledger(
            document.printed() + sum(part.printed() for part in beside),
            tally.records,
            tally.headings,
            tally.ignored,
            tally.unread,
        ),
        status="partial" if document.partial else "ok",
        printed_names=tuple(dict.fromkeys(filter(None, tally.names))),
    )
    form = set_apart(form, family)
    return weighed(form) if document.media in RECOGNISED else form
