"""Set the provided form anew as a ruled PDF, from what is read in its text.

    python -m tests.forms.provided samples/nantong-keji-2025.txt samples/nantong-keji-2025.pdf

The original PDF is not at hand; the re-setting says the same, and looks as such forms do: landscape, the
header's five columns standing under seven further down, merged labels cut by the page break.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from jixiao.pipeline.one import Outcome, read_bytes

from .form import Amount, Clause, Form, FundItem, Goal, Header, Indicator, Section, Target
from .style import Style, style_for
from .typeset import typeset


def form_of(outcome: Outcome) -> Form:
    """Return the one form in *outcome* as a form of the generator."""
    (form,) = outcome.forms
    assert form.title is not None
    assert form.department is not None
    headings = {"department": "单位名称", "functions": "主要职能", "staffing": "机构设置及人员配置"}
    clauses = tuple(Clause(f.label, f.text.value) for f in form.functions)
    rows = []
    for found in form.indicators:
        raws = {t.period: t.text.value for t in found.targets}
        names = (found.level1, found.level2, found.key_work, found.project, found.level3)
        texts = ["" if t is None else t.value for t in names]
        half, full = (Target(raws[p], "") if p in raws else None for p in ("half_year", "full_year"))
        rows.append(Indicator(*texts, half, full))
    headers: list[Header] = []
    for row in rows:
        wide = bool(row.key_work)
        if headers and headers[-1].wide == wide:
            headers[-1] = replace(headers[-1], rows=headers[-1].rows + 1)
        else:
            headers.append(Header(wide, 1))
    staffing = "".join(dict.fromkeys(f.text.value for f in form.staffing))
    funds = tuple(
        FundItem(i.side, i.item.value, i.level, i.parent, tuple(Amount(a.period, a.measure, a.text.value) for a in i.amounts))
        for i in form.funds
    )
    labels = {"long_term": "中长期目标", "annual": "年度目标"}
    return Form(
        seed=0,
        above="",
        title=form.title.value,
        year_line="" if form.year_text is None or form.year_text.value == form.title.value else form.year_text.value,
        unit_line="",
        year=str(form.year),
        department_label=headings["department"],
        department=form.department.value,
        functions=Section(headings["functions"], ""),
        clauses=clauses,
        staffing=Section(headings["staffing"], staffing),
        figures=(),
        fund_label="部门整体资金（万元）",
        money_unit="万元",
        funds=funds,
        goals=tuple(Goal(g.horizon, labels[g.horizon], g.text.value) for g in form.goals),
        headers=tuple(headers),
        period_words=("半年指标值", "全年指标值"),
        indicators=tuple(rows),
    )


def style() -> Style:
    """Return a style that makes the form run over several pages, with all a page break does."""
    return replace(
        style_for(4), page=(841.89, 595.28), margin=42, font="uming", size=10, title_size=16, leading=14, again="levels",
        repeat_header=False, cut_rows=False, page_number="dash", rules="line", stray_space=0, snap=0, repeat_labels=False,
        run_on=False, open_break=False, justify=False, valign="middle", year_align="center", label_breaks=True,
    )


if __name__ == "__main__":
    source, target = sys.argv[1:]
    typeset(form_of(read_bytes(Path(source).read_bytes(), source)), style(), target)
