"""How headings and titles are matched: by their keys, without numbers, money units and years."""

from __future__ import annotations

import re

from jixiao.rules.families import key_of

NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十]{1,2}\)、?|\d{1,2}[、.])(?=.)")

_PAGE_MARK = re.compile(
    r"[-—–－]{1,2}\s*\d{1,4}\s*[-—–－]{1,2}|第\s*\d{1,4}\s*页(\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)


def is_page_mark(text: str) -> bool:
    """Tell whether *text* is a page's number with something around it that says so.

    >>> is_page_mark("— 3 —"), is_page_mark("第3页 共5页"), is_page_mark("3")
    (True, True, False)
    """
    return len(text) <= 24 and _PAGE_MARK.fullmatch(text) is not None


def split_money(key: str) -> tuple[str, str]:
    """Return a heading's key without its bracketed money unit, and that unit's bracket.

    >>> split_money("部门整体资金(万元)")
    ('部门整体资金', '(万元)')
    """
    key = NUMBERED.sub("", key.rstrip(":"))
    if key.endswith(")") and "(" in key:
        name, _, rest = key.rpartition("(")
        if "元" in rest:
            return name, "(" + rest
    return key, ""


def title_key(text: str) -> str:
    """Return a title's key without the year in brackets behind it.

    >>> title_key("部门整体支出绩效目标表（2020年度）")
    '部门整体支出绩效目标表'
    """
    key = key_of(text)
    if key.endswith(")") and "表(" in key:
        key = key[: key.rindex("(")]
    return key
