"""Print an invented form with Chromium: a second engine, whose pages share nothing with the drawn ones.

The browser wraps, breaks pages, cuts merged cells and repeats headers by its own lights; fonts are embedded
by it. Debian packages: chromium, fonts-noto-cjk.
"""

from __future__ import annotations

import html
import os
import random
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import sync_playwright

from .form import Form
from .layout import Block, Cell
from .sheet import Sheet
from .style import Style

_FAMILIES = {
    "zenhei": "WenQuanYi Zen Hei",
    "microhei": "WenQuanYi Micro Hei",
    "uming": "AR PL UMing CN",
    "ukai": "AR PL UKai CN",
    "droid": "Droid Sans Fallback",
    "noto": "Noto Sans CJK SC",
    "noto-serif": "Noto Serif CJK SC",
}
_BORDERS = (
    "border: 0.5pt solid #000",
    "border: 1px solid #444",
    "border: 0.75pt dashed #000",
    "border: 2.25pt double #000",
)
_FEET = {
    "": "",
    "dash": "— <span class=pageNumber></span> —",
    "plain": "<span class=pageNumber></span>",
    "ordinal": "第<span class=pageNumber></span>页 共<span class=totalPages></span>页",
    "slash": "<span class=pageNumber></span>/<span class=totalPages></span>",
}


def chromium() -> str | None:
    """Return where Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Printer:
    """A browser that prints forms; open it once for many."""

    def __enter__(self) -> Self:
        self._playwright = sync_playwright().start()
        # As root Chromium starts only without its sandbox; it prints nothing but what is made here.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._browser = self._playwright.chromium.launch(executable_path=chromium(), args=arguments)
        self._page = self._browser.new_page()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def print_form(self, form: Form, style: Style, path: Path | str) -> None:
        """Print *form* to *path* as *style* says, so far as a browser can be told."""
        self.print_page(page_of(form, style), style, path)

    def print_page(self, text: str, style: Style, path: Path | str) -> None:
        """Print HTML on pages of *style*'s size, margin and page number."""
        self._page.set_content(text)
        margin = f"{style.margin / 72}in"
        self._page.pdf(
            path=str(path),
            width=f"{style.page[0] / 72}in",
            height=f"{style.page[1] / 72}in",
            margin={"top": margin, "bottom": margin, "left": margin, "right": margin},
            print_background=True,
            display_header_footer=bool(style.page_number),
            header_template="<span></span>",
            footer_template=f"<div style='font-size:9pt;width:100%;text-align:center'>{_FEET[style.page_number]}</div>",
        )


def page_of(form: Form, style: Style) -> str:
    """Return the form as HTML."""
    rng = random.Random(f"print {form.seed}")
    font = _FAMILIES[rng.choice((style.font, style.font, "noto", "noto-serif"))]
    border = rng.choice((*_BORDERS[:2], *_BORDERS))
    collapse = rng.choice(("collapse", "collapse", "separate"))
    shade = rng.choice(("", "", "th { background: #ddd }"))
    cut = "auto" if style.cut_rows else "avoid"
    css = f"""
    body {{ margin: 0; font-family: '{font}', 'Noto Sans CJK SC', 'DejaVu Sans'; font-size: {style.size}pt;
            line-height: {style.leading / style.size:.2f} }}
    p {{ margin: 0 0 3pt 0 }}
    table {{ width: 100%; table-layout: fixed; border-collapse: {collapse}; border-spacing: 0; margin-top: -1px }}
    td, th {{ {border}; padding: {style.pad_y}pt {style.pad_x}pt; font-weight: normal; overflow-wrap: anywhere;
              vertical-align: {style.valign}; text-align: center; height: {style.row_height}pt }}
    tr {{ break-inside: {cut} }} tr.long {{ break-inside: {"auto" if style.split_long else "avoid"} }}
    thead {{ display: {"table-header-group" if style.repeat_header else "table-row-group"} }}
    {shade}
    """
    heads = []
    for text, size, align in (
        (form.above, style.size, "left"),
        (form.title, style.title_size, "center"),
        (form.year_line, style.size, style.year_align),
        (form.unit_line, style.size, "right"),
    ):
        if text:
            heads.append(f"<p style='font-size:{size}pt;text-align:{align}'>{html.escape(text)}</p>")
    tables = "".join(_table(block, style) for block in Sheet(form, style).blocks())
    return f"<!doctype html><meta charset=utf-8><style>{css}</style>{''.join(heads)}{tables}"


def _table(block: Block, style: Style) -> str:
    whole = block.edges[-1] - block.edges[0]
    columns = "".join(
        f"<col style='width:{100 * (b - a) / whole:.3f}%'>" for a, b in zip(block.edges, block.edges[1:], strict=False)
    )
    rows = []
    for number in range(block.rows):
        tag = "th" if number < block.header else "td"
        cells = sorted((c for c in block.cells if c.row == number), key=lambda c: c.column)
        inner = "".join(_cell(cell, tag, style) for cell in cells)
        rows.append(f"<tr class={'long' if block.long else 'row'}>{inner}</tr>")
    head, body = "".join(rows[: block.header]), "".join(rows[block.header :])
    return f"<table><colgroup>{columns}</colgroup>{f'<thead>{head}</thead>' if head else ''}<tbody>{body}</tbody></table>"


def _cell(cell: Cell, tag: str, style: Style) -> str:
    align = "justify" if style.justify and cell.align == "left" else cell.align
    spans = (f" rowspan={cell.rows}" if cell.rows > 1 else "") + (f" colspan={cell.columns}" if cell.columns > 1 else "")
    lines = "".join(
        f"<div style='text-indent:{cell.indent}pt'>{html.escape(line)}</div>" for line in cell.text.split("\n") if line
    )
    return f"<{tag}{spans} style='text-align:{align}'>{lines}</{tag}>"
