"""One file through all of it: bytes in, a form's tables or a reason out. Never raises for a document."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from jixiao.deliver.persons import without_personal
from jixiao.deliver.tables import Row, tables_of
from jixiao.extract.errors import DocumentError
from jixiao.extract.options import Options
from jixiao.extract.read import read_forms
from jixiao.rules.checks import check_form
from jixiao.rules.families import Families, load_families
from jixiao.rules.records import Finding, Form

from .packets import Status, worst

_NAMED = 3
"""So many pages that were not read are named in one line."""
_MOST_DETAIL = 8000
"""A hostile file can make an exception's text as long as itself, and the manifest holds it."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    *tables* has every table of the contract with the rows of all *forms*. *reason* (one of
    `extract.errors.REASONS`) is set when the status is refused or failed, *detail* and *next_step* when it is partial too.
    """

    status: Status
    source: str
    sha256: str
    forms: tuple[Form, ...] = ()
    tables: dict[str, list[Row]] = field(default_factory=dict)
    reason: str = ""
    detail: str = ""
    next_step: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all forms, in order."""
        return tuple(finding for form in self.forms for finding in form.findings)


def read_bytes(
    data: bytes,
    source: str,
    families: Families | None = None,
    *,
    personal: bool = True,
    options: Options | None = None,
) -> Outcome:
    """Read the forms in *data*, check them and lay them out as tables.

    *source* is the name the tables show. Without *families* those that come with the package are
    used; without *personal* the fields naming persons are left out; *options* say how to read. A document that is no form ends
    as refused, a fault of the program as failed with the traceback in *detail*.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        known = load_families() if families is None else families
        read = (_checked(form, known) for form in read_forms(data, source, known, options))
        forms = tuple(form if personal else without_personal(form) for form in read)
        if not forms:
            raise DocumentError("not_a_form", "没有读到任何表", "请确认文件是预算绩效表")
        status = worst(form.status for form in forms)
        outcome = Outcome(status, source, sha256, forms, merged_tables(forms))
        return _with_next_step(outcome) if status == "partial" else outcome
    except DocumentError as error:
        return refused(error, source, sha256)
    except MemoryError:
        return out_of_memory(source, sha256)
    except Exception:
        return failed(traceback.format_exc(), source, sha256)


def _with_next_step(outcome: Outcome) -> Outcome:
    """Return the *outcome* of a document read in part with what was not read, and what to do."""
    unread = [finding.message for finding in outcome.findings if finding.rule == "page_unread"]
    detail = "；".join(unread[:_NAMED]) + (f"；等 {len(unread)} 处" if len(unread) > _NAMED else "")
    return replace(outcome, detail=detail, next_step="其余已转换；请照 findings 表中的 page_unread 处理后再转换一次")


def refused(error: DocumentError, source: str, sha256: str = "") -> Outcome:
    """Return the outcome of a document that *error* kept from being read."""
    return Outcome(
        "refused",
        source,
        sha256,
        reason=error.reason,
        detail=error.detail,
        next_step=error.next_step,
    )


def failed(detail: str, source: str, sha256: str = "") -> Outcome:
    """Return the outcome of a document that the program failed on; a long *detail* loses its middle."""
    if len(detail) > _MOST_DETAIL:
        detail = f"{detail[: _MOST_DETAIL // 2]}……{detail[-_MOST_DETAIL // 2 :]}"
    return Outcome(
        "failed",
        source,
        sha256,
        reason="internal_error",
        detail=detail,
        next_step="这是程序的错误：请把文件与 manifest.jsonl 中的 detail 报告给维护者",
    )


def out_of_memory(source: str, sha256: str = "") -> Outcome:
    """Return the outcome of a document that wanted more memory than a process may have."""
    return Outcome(
        "failed",
        source,
        sha256,
        reason="out_of_memory",
        detail="读取时要的内存超过上限",
        next_step="请拆成较小的文件，或核对文件的来源",
    )


def merged_tables(forms: Iterable[Form]) -> dict[str, list[Row]]:
    """Return every table with the rows of all *forms*, in order."""
    merged: dict[str, list[Row]] = {}
    for form in forms:
        for name, rows in tables_of(form).items():
            merged.setdefault(name, []).extend(rows)
    return merged


def rows_by_form(tables: Mapping[str, Iterable[Row]]) -> dict[str, dict[str, list[Row]]]:
    """Return the rows of *tables* by document_id, then by table."""
    forms: dict[str, dict[str, list[Row]]] = {}
    for name, rows in tables.items():
        for row in rows:
            forms.setdefault(row["document_id"], {}).setdefault(name, []).append(row)
    return forms


def _checked(form: Form, families: Families) -> Form:
    """Return *form* with the checks' findings after its own, and the status they give it."""
    findings = (*form.findings, *check_form(form, families))
    questions = any(finding.severity != "info" for finding in findings) or bool(form.unread)
    return replace(form, findings=findings, status=worst([form.status, "review" if questions else "ok"]))
