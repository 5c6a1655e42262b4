"""Write a form's cells as a web page, and as Markdown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from .layout import Block, Cell
from .looks import Look, Table, tables

_BEFORE = (
    "<div class='nav'><a href='/'>首页</a> &gt; <a href='/xxgk'>信息公开</a> &gt; 预算公开</div>"
    "<p>索引号：000014349/2024-00012</p><p>发布时间：2024-02-01 浏览量：<span id='hits'></span></p>"
    "<p>【字体：<a>大</a> <a>中</a> <a>小</a>】</p>"
)
_AFTER = "<div class='share'>扫一扫在手机打开当前页</div><footer>主办单位：某某人民政府办公室</footer>"


class _Page:
    def __init__(self, look: Look) -> None:
        self.look = look
        self.rng = random.Random(f"web {look.seed}")

    def text(self, text: str) -> str:
        lines = [escape(line) for line in text.split("\n")]
        if len(lines) > 1 and not self.look.soft:
            return "".join(f"<p>{line}</p>" for line in lines)
        drawn = "<br/>".join(lines)
        return f"<span style='font-size:12px'>{drawn}</span>" if self.rng.random() < 0.3 else drawn

    def cell(self, cell: Cell) -> str:
        tag = "th" if cell.row == 0 and self.rng.random() < 0.3 else "td"
        spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        spans += f" rowspan={cell.rows}" if cell.rows > 1 else ""
        return f"<{tag}{spans}>{self.text(cell.text)}</{tag}>"

    def table(self, table: Table, above: Sequence[str]) -> str:
        rows = [f'<tr><td colspan="{table.columns}">{self.text(line)}</td></tr>' for line in above]
        for row in range(table.rows):
            here = sorted((c for c in table.cells if c.row == row), key=lambda c: c.column)
            rows.append("<tr>" + "\n".join(self.cell(c) for c in here) + "</tr>")
        return "<table border='1'><tbody>\n" + "\n".join(rows) + "\n</tbody></table>"


def print_html(head: Sequence[str], blocks: Sequence[Block], look: Look) -> bytes:
    """Return a page with the lines *head* above the table of *blocks*."""
    page = _Page(look)
    found = tables(blocks, look)
    inside = look.title == "merged" and len(found) == 1
    body = "" if inside else "".join(f"<p align='center'>{escape(line)}</p>\n" for line in head)
    body += "\n".join(page.table(table, head if inside else ()) for table in found)
    if look.nested:
        body = f"<table><tr><td>{body}</td></tr></table>"
    if look.furniture:
        body = _BEFORE + body + _AFTER
    charset = {"gb18030": "gb2312", "utf-8-sig": "utf-8"}.get(look.charset, look.charset)
    script = "<script>if (1 < 2) { document.write('<table><tr><td>一级指标</td></tr></table>'); }</script>"
    start = f"<!DOCTYPE html>\n<html><head><meta charset='{charset}'><title>预算公开</title>{script}</head>\n<body>"
    return (start + body + "</body></html>").encode(look.charset)


def print_md(head: Sequence[str], blocks: Sequence[Block], look: Look) -> bytes:
    """Return a text with a pipe table; a label over several rows is written once or on each.

    Pipe tables have no merged cells: a cell over several columns leaves those right of it blank.
    """
    loose = replace(look, labels="once" if look.labels == "merged" else look.labels)
    out = [f"# {line}" if number == 0 and look.furniture else line for number, line in enumerate(head)]
    for table in tables(blocks, loose):
        out.append("")
        for row in range(table.rows):
            cells = [""] * table.columns
            for cell in table.cells:
                if cell.row == row:
                    cells[cell.column] = cell.text.replace("|", "\\|").replace("\n", "<br>")
            out.append("| " + " | ".join(cells) + " |")
            if row == 0:
                out.append("|" + " --- |" * table.columns)
    return ("\n".join(out) + "\n").encode(look.charset if look.charset != "gb18030" else "utf-8")
