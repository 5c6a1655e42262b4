"""The rows of the indicators → records: targets put together, notes gathered, funds found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.normalize.targets import looks_like_target, read_target
from jixiao.normalize.units import is_unit
from jixiao.normalize.values import TargetValue
from jixiao.rules.families import Family, key_of
from jixiao.rules.records import Finding, FundItem, Indicator, Target, Text

from .document import Cell, place_of, text_of
from .glued import DIVIDED
from .sections import IndicatorRow, TargetCells
from .sections.words import brackets
from .sections.years import settled

_SURELY_VALUE = 0.9  # a name that so surely is a value stands in the wrong column


def read_indicators(
    rows: Sequence[IndicatorRow], funds: Sequence[FundItem], family: Family, year: int | None = None, *, dump: bool = False
) -> tuple[tuple[Indicator, ...], list[Finding]]:
    """Return the indicators with their targets, tied to the funds, and findings about unsure places.

    *year* is the form's; in a *dump* a name that sounds like a value may be one.
    """
    projects = {key_of(f.item.value): f.seq for f in funds if f.side == "expenditure"}
    texts: dict[int, Text] = {}

    def text(cell: Cell | None) -> Text | None:
        """One Text for a merged cell, however many rows it spans."""
        if cell is None or not cell.pieces:
            return None
        known = texts.get(id(cell))
        if known is None:
            known = texts[id(cell)] = text_of(cell.pieces, cell.confidence)
        return known

    out = []
    findings: list[Finding] = []
    periods = settled({(t.period, t.measure) for row in rows for t in row.targets}, year)
    for seq, row in enumerate(rows, 1):
        cells = row.cells
        project = text(cells.get("project"))
        targets = []
        for found in row.targets:
            printed = _printed(found)
            value = _with_unit(read_target(printed.value), found.header, text(cells.get("level3")))
            period = periods.get((found.period, found.measure), found.period)
            targets.append(Target(period, found.measure, printed, value))
        indicator = Indicator(
            seq,
            text(cells.get("level1")),
            text(cells.get("level2")),
            text(cells.get("level3")),
            text(cells.get("key_work")),
            project,
            projects.get(key_of(project.value)) if project is not None else None,
            text(cells.get("weight")),
            _note([(label, text(cell)) for label, cell in row.notes]),
            text(cells.get("score")),
            tuple(targets),
        )
        out.append(indicator)
        findings += _unsure_split(indicator, row, dump)
    divided = sum(one.level3 is not None and DIVIDED in one.level3.steps for one in out)
    if divided:
        message = f"有 {divided} 行的指标名称与级次或指标值印在同一格里，按空格与比较符分开读取；请抽查"
        findings.insert(0, Finding("cells_divided", "warning", message, "indicators", 0, "level3"))
    return tuple(out), findings


def _with_unit(value: TargetValue, header: str, name: Text | None) -> TargetValue:
    """Return a bare number with the unit that its header or its indicator's name prints in brackets behind it.

    成本控制数（万元） ≤50 is 50 万元. What is printed in the cell itself is what is meant.
    """
    if value.unit or value.kind not in ("number", "range"):
        return value
    for label in (header, key_of(name.value) if name is not None else ""):
        unit = brackets(label).strip("()") if brackets(label).count("(") == 1 else ""
        if unit and is_unit(unit):
            return replace(value, unit=unit, steps=(*value.steps, "unit_beside"))
    return value


def _unsure_split(indicator: Indicator, row: IndicatorRow, dump: bool) -> list[Finding]:
    """Return questions about cells whose bounds are unsure; characters that are unsure are another matter."""
    found = []
    cells = {
        "level2": indicator.level2, "key_work": indicator.key_work, "project": indicator.project, "level3": indicator.level3,
    }
    unbound = {n for n, c in row.cells.items() if c.confidence < 1}
    doubtful = [n for n, t in cells.items() if t is not None and n in unbound]
    if doubtful:
        shown = "；".join(t.value for n, t in cells.items() if t is not None)
        found.append(
            Finding(
                "split_unsure",
                "warning",
                f"第 {indicator.seq} 行指标各栏的分界在文本中没有把握：{shown}。请对照原表",
                "indicators",
                indicator.seq,
                doubtful[0],
                "",
                shown,
            )
        )
    unsure = [t for t, f in zip(indicator.targets, row.targets, strict=True) if f.cell.confidence < 1]
    if unsure:
        found.append(
            Finding(
                "target_column_unsure",
                "warning",
                f"指标“{indicator.name}”的指标值“{'、'.join(t.text.value for t in unsure)}”属于哪一栏在文本中看不出，请对照原表",
                "targets",
                indicator.seq,
                "period",
                "",
                "、".join(t.text.value for t in unsure),
            )
        )
    elif indicator.targets and indicator.level3 is not None and (
        "level3" in unbound or (dump and looks_like_target(indicator.level3.value) >= _SURELY_VALUE)
    ):
        # Whose figures they are hangs on the name: who takes the targets alone must be told too.
        shown = "、".join(t.text.value for t in indicator.targets)
        found.append(
            Finding(
                "target_row_unsure",
                "warning",
                f"指标值“{shown}”是不是指标“{indicator.name}”的，在文本中没有把握，请对照原表",
                "targets",
                indicator.seq,
                "raw",
                "",
                shown,
            )
        )
    return found




def _printed(found: TargetCells) -> Text:
    """Return a target's text: comparator, value and unit joined in this order where each has a cell.

    A unit that the value ends with already is not put behind it again.
    """
    text = text_of(found.cell.pieces, found.cell.confidence)
    before = text_of(found.comparator.pieces) if found.comparator is not None else None
    after = text_of(found.unit.pieces) if found.unit is not None else None
    parts = [part for part in (before, text, after) if part is not None]
    if len(parts) == 1:
        return text
    steps = tuple(dict.fromkeys(step for part in parts for step in part.steps))
    pieces = [p for cell in (found.comparator, found.cell, found.unit) if cell is not None for p in cell.pieces]
    return Text(
        "".join(part.value for part in parts),
        "".join(part.raw.replace("\n", "") for part in parts),
        place_of(pieces),
        (*steps, "cells_joined"),
        min(part.confidence for part in parts),
        tuple(dict.fromkeys(doubt for part in parts for doubt in part.doubts)),
    )


def _note(notes: Sequence[tuple[str, Text | None]]) -> Text | None:
    """Return the note of a row; of several, or from a part of a column, each begins with its column's name."""
    printed = [(label, text) for label, text in notes if text is not None and text.value]
    if not printed:
        return None
    if len(printed) == 1 and "（" not in printed[0][0]:
        return printed[0][1]
    return Text(
        "；".join(f"{label}：{text.value}" for label, text in printed),
        "\n".join(text.raw for _, text in printed),
        printed[0][1].place,
        (*dict.fromkeys(step for _, text in printed for step in text.steps), "columns_joined"),
        min(text.confidence for _, text in printed),
        tuple(dict.fromkeys(doubt for _, text in printed for doubt in text.doubts)),
    )
