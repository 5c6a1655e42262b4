"""The index over the pages of many departments: how much changed in each, and its expenditure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from jixiao.version import __version__

from .changes import Report, signed, summary_rows
from .changes_totals import grouped
from .page import escaped, page, said, switch
from .places import relative_link

_INDEX = (
    ("department", "部门", "Department"),
    ("changes", "变化", "Changes"),
    ("uncertain", "待核对", "To check"),
    ("tightened", "收紧", "Tightened"),
    ("loosened", "放宽", "Loosened"),
    ("old_expenditure", "支出（旧）", "Expenditure, old"),
    ("new_expenditure", "支出（新）", "new"),
    ("percent", "增减", "Change"),
)


def index_html(reports: Sequence[Report], pages: Sequence[str]) -> str:
    """Return the index over *reports*, each linked to its page (a relative path)."""
    title = ("各部门两年对比", "All departments, year on year")
    return page(title, _index(reports, pages, title))


def _index(reports: Sequence[Report], pages: Sequence[str], title: tuple[str, str]) -> Iterable[str]:
    yield "<header>"
    yield f'<div class="topline"><div><p class="eyebrow">{said("绩效目标两年对比", "Performance targets, year on year")}</p>'
    yield f"<h1>{said(*title)}</h1></div>{switch()}</div>"
    both = sum(report.pair.old is not None and report.pair.new is not None for report in reports)
    figures = (
        f"{len(reports)} 个部门，其中 {both} 个两年都有表",
        f"{len(reports)} departments, {both} of them with forms of both years",
    )
    yield f'<p class="meta">{said(*figures)}</p></header><main><table><thead><tr>'
    for name, chinese, english in _INDEX:
        style = "" if name == "department" else ' class="n"'
        yield f"<th{style}>{said(chinese, english)}</th>"
    yield "</tr></thead><tbody>"
    for report, row, path in zip(reports, summary_rows(reports), pages, strict=True):
        cells = [f'<td><a href="{escaped(relative_link(path))}">{escaped(report.department)}</a></td>']
        for name, _, _ in _INDEX[1:]:
            value = row[name]
            if name.endswith("expenditure") and value:
                shown = f"{grouped(Decimal(value))} {escaped(row['money_unit'])}"
            elif name == "percent" and value:
                shown = f"{signed(Decimal(value))}%"
            else:
                shown = escaped(value) or "—"
            style = "n zero" if value in ("", "0") else "n"
            cells.append(f'<td class="{style}">{shown}</td>')
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></main>"
    yield f"<footer>jixiao {__version__}</footer>"
