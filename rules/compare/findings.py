"""Which questions on a form are new in the next year's, and which are settled."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.rules.checks import CHECKS
from jixiao.rules.records import Finding, Form, Place

from .change import Change
from .names import name_key

_RULES = frozenset(check.__name__ for check in CHECKS) - {"names_hold_no_label"}
"""What a form says of itself. A reader's own doubts differ from format to format and are no change."""
_ASKED = ("error", "warning")


def finding_changes(
    old: Form, new: Form, funds: dict[int, int], indicators: dict[int, int]
) -> Iterator[Change]:
    """Yield the findings that appeared and those that were solved.

    A finding is the same if its rule asks the same of the same row; *funds* and *indicators* say which
    row of the old form (by position) is which of the new.
    """
    seqs = {
        "funds": {old.funds[o].seq: new.funds[n].seq for o, n in funds.items()},
        "indicators": {old.indicators[o].seq: new.indicators[n].seq for o, n in indicators.items()},
    }
    seqs["targets"] = seqs["indicators"]
    before: dict[tuple[str, str, str, str], list[tuple[int, Finding]]] = {}
    for seq, finding in enumerate(old.findings, 1):
        if _counts(finding):
            before.setdefault(_key(finding, old, seqs), []).append((seq, finding))
    for seq, finding in enumerate(new.findings, 1):
        if not _counts(finding):
            continue
        same = before.get(_key(finding, new, None))
        if same:
            same.pop(0)
            continue
        yield Change(
            "findings",
            "finding_appeared",
            new_seq=seq,
            new_name=_subject(new, finding),
            field=finding.rule,
            new=finding.message,
            new_place=_place(new, finding),
        )
    for rest in before.values():
        for seq, finding in rest:
            yield Change(
                "findings",
                "finding_solved",
                old_seq=seq,
                old_name=_subject(old, finding),
                field=finding.rule,
                old=finding.message,
                old_place=_place(old, finding),
            )


def _counts(finding: Finding) -> bool:
    return finding.severity in _ASKED and finding.rule in _RULES


def _key(finding: Finding, form: Form, seqs: dict[str, dict[int, int]] | None) -> tuple[str, str, str, str]:
    """Return what makes two findings one: rule, table, column, and the row as the new form numbers it."""
    if finding.table in ("funds", "indicators", "targets"):
        seq = finding.row_seq if seqs is None else seqs[finding.table].get(finding.row_seq, -finding.row_seq)
        row = str(seq)
        if finding.rule == "projects_stand_among_the_funds":
            # Asked once of a project, on the first of its rows.
            row = name_key(finding.actual, form.year)
    else:
        row = ""
    return finding.rule, finding.table, finding.field, row


def _subject(form: Form, finding: Finding) -> str:
    if finding.table == "funds":
        return next((item.item.value for item in form.funds if item.seq == finding.row_seq), "")
    if finding.table in ("indicators", "targets"):
        return next((one.name for one in form.indicators if one.seq == finding.row_seq), "")
    return ""


def _place(form: Form, finding: Finding) -> Place | None:
    if finding.table == "funds":
        return next((item.item.place for item in form.funds if item.seq == finding.row_seq), None)
    if finding.table in ("indicators", "targets"):
        one = next((one for one in form.indicators if one.seq == finding.row_seq), None)
        text = None if one is None else one.level3 or one.level2
        return None if text is None else text.place
    return None
