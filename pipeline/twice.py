"""Forms that were handed in twice: both are kept, and each asks which of them is meant.

Of one department, project, year and family, from different bytes: the same bytes again are a duplicate
and have no rows. The question hangs on the inputs alone, not on their order, nor on what was
converted when.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from heapq import merge
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING

from jixiao.deliver.files import csv_line
from jixiao.deliver.schema import BY_NAME

from .packets import JSON, Status, packed, unpacked, worst

if TYPE_CHECKING:
    from jixiao.rules.records import Finding

    from .store import Store

_SHOWN = 5
_RULE = "submitted_twice"
_STATUS = BY_NAME["documents"].names.index("status")


class Twice:
    """The findings of forms that were handed in more than once, by document id; they stay in the store until asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.set_aside_twice()

    def __contains__(self, document_id: str) -> bool:
        return self._store.same_as(document_id, 0)[0] > 0

    def __iter__(self) -> Iterator[str]:
        return self._store.twice()

    def get(self, document_id: str) -> Finding | None:
        """Return the finding of the form *document_id*, None where it stands alone."""
        count, others = self._store.same_as(document_id, _SHOWN)
        return _finding(count, others) if count else None


def _finding(count: int, others: list[tuple[str, str]]) -> Finding:
    from jixiao.rules.records import Finding  # here: few runs need it, and all wait for what is imported

    names = "、".join(f"{source}（{document_id}）" for document_id, source in others)
    more = f" 等 {count} 份" if count > _SHOWN else ""
    message = f"同一部门、项目、年度、表式的填报不止这一份，另有 {names}{more}；都已保留，请核对以哪一份为准"
    return Finding(_RULE, "warning", message, "documents", actual=" ".join(one for one, _ in others))


def worse(status: Status) -> Status:
    """Return the status of an input or form that has a question more."""
    return "review" if status == "ok" else status


def asked(parts: Iterable[tuple[str, bytes]], name: str, twice: Twice) -> Iterator[tuple[str, bytes]]:
    """Yield *parts* (document id and packed text of the part *name*) with the questions in *twice* put in."""
    if name not in ("documents", "findings", JSON):
        yield from parts
        return
    missing = ((document_id, b"") for document_id in twice) if name == "findings" else iter(())
    for document_id, same in groupby(merge(parts, missing, key=lambda one: one[0]), key=lambda one: one[0]):
        data = max(part for _, part in same)
        finding = twice.get(document_id)
        if finding is not None:
            text = unpacked(data).decode() if data else ""
            data = packed(_with(text, name, document_id, finding))
        yield document_id, data


def _with(text: str, name: str, document_id: str, finding: Finding) -> str:
    cells = {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "table": finding.table,
        "row_seq": None,
        "field": finding.field,
        "expected": finding.expected,
        "actual": finding.actual,
    }
    if name == "findings":
        seq = sum(1 for _ in csv.reader(StringIO(text, newline=""))) + 1
        return text + csv_line([document_id, str(seq), *(cell or "" for cell in cells.values())])
    if name == JSON:
        from jixiao.deliver.nested import with_finding

        return with_finding(text, cells)
    (row,) = csv.reader(StringIO(text, newline=""))
    row[_STATUS] = worse(worst([row[_STATUS]]))
    return csv_line(row)
