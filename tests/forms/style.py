"""How a form is drawn: what of a page says nothing about the content. Lengths are PDF points."""

from __future__ import annotations

import random
from dataclasses import dataclass

A4 = (595.28, 841.89)
A3 = (841.89, 1190.55)

FONTS = {
    "zenhei": "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "microhei": "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "uming": "/usr/share/fonts/truetype/arphic/uming.ttc",
    "ukai": "/usr/share/fonts/truetype/arphic/ukai.ttc",
    "droid": "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
}


@dataclass(frozen=True)
class Style:
    """One way of drawing.

    `label_width` is the left label column's share of the table; `wide` and `narrow` are the shares of the
    grid's seven and five columns. `again` says what is done with a merged label that a page break cuts:
    "first" leaves it on the first page, "largest" puts it where most of its rows stand, "levels" prints
    the two level columns again, "all" prints key work and project again too. `cut_rows` lets a break fall
    inside a row of the grid. `open_break` leaves the rule at the break away. `run_on` sets the clauses
    one after the other in one paragraph. Baselines stand on multiples of `snap`, which makes the gaps
    between lines uneven, as in forms drawn in pixels.
    """

    page: tuple[float, float]
    margin: float
    font: str
    size: float
    title_size: float
    leading: float
    pad_x: float
    pad_y: float
    kinsoku: bool
    keep_runs: bool
    valign: str
    text_align: str
    name_align: str
    number_align: str
    year_align: str
    label_width: float
    side_width: float
    item_widths: tuple[float, float]
    wide: tuple[float, ...]
    narrow: tuple[float, ...]
    label_breaks: bool
    header_breaks: bool
    again: str
    repeat_header: bool
    cut_rows: bool
    split_long: bool
    open_break: bool
    page_number: str
    run_on: bool
    indent: float
    grow: str
    justify: bool
    rules: str
    repeat_labels: bool
    stray_space: float
    row_height: float
    snap: float


def _shares(rng: random.Random, weights: tuple[float, ...], spread: float) -> tuple[float, ...]:
    drawn = [weight * rng.uniform(1 - spread, 1 + spread) for weight in weights]
    return tuple(share / sum(drawn) for share in drawn)


def style_for(seed: int) -> Style:
    """Return the style of *seed*; the same seed gives the same style."""
    rng = random.Random(f"style {seed}")
    sheet = rng.choice((A4, A4, A4, A4, A3))
    landscape = rng.random() < (0.55 if sheet == A4 else 0.7)
    page = (sheet[1], sheet[0]) if landscape else sheet
    wide_page = page[0] > 700
    size = rng.choice((9, 10, 10.5, 11, 12) if wide_page else (8, 9, 9, 10))
    wide = _shares(rng, (0.075, 0.16, 0.25, 0.13, 0.18, 0.10, 0.10), 0.2)
    if rng.random() < 0.6:
        # One sheet of cells: the five columns stand under the seven.
        narrow: tuple[float, ...] = (wide[0], wide[1], wide[2] + wide[3] + wide[4], wide[5], wide[6])
    else:
        narrow = _shares(rng, (0.12, 0.2, 0.36, 0.16, 0.16), 0.2)
    label_width = wide[0] if rng.random() < 0.35 else rng.uniform(0.075, 0.16)
    return Style(
        page=page,
        margin=rng.uniform(28, 70),
        font=rng.choice(tuple(FONTS)),
        size=size,
        title_size=size + rng.choice((3, 5, 7, 9)),
        leading=size * rng.choice((1.15, 1.25, 1.35, 1.4, 1.5, 1.55, 1.65, 1.8)),
        pad_x=rng.choice((1.5, 3, 5.4)),
        pad_y=rng.choice((1, 2, 4)),
        kinsoku=rng.random() < 0.55,
        keep_runs=rng.random() < 0.9,
        valign=rng.choice(("middle", "middle", "middle", "middle", "top")),
        text_align="left",
        name_align=rng.choice(("center", "center", "left")),
        number_align=rng.choice(("center", "center", "right", "left")),
        year_align=rng.choice(("center", "center", "center", "right", "left")),
        label_width=label_width,
        side_width=rng.uniform(0.04, 0.1),
        item_widths=(rng.uniform(0.1, 0.25), rng.uniform(0.2, 0.35)),
        wide=wide,
        narrow=narrow,
        label_breaks=rng.random() < 0.4,
        header_breaks=rng.random() < 0.4,
        again=rng.choice(("first", "first", "largest", "levels", "levels", "all")),
        repeat_header=rng.random() < 0.3,
        cut_rows=rng.random() < 0.1,
        split_long=rng.random() < 0.8,
        open_break=rng.random() < 0.2,
        page_number=rng.choice(("", "", "", "dash", "plain", "ordinal", "slash")),
        run_on=rng.random() < 0.12,
        indent=rng.choice((0, 0, 0, 2)) * size,
        grow=rng.choice(("even", "even", "last")),
        justify=rng.random() < 0.15,
        rules=rng.choice(("rect", "line", "line", "fill")),
        repeat_labels=rng.random() < 0.05,
        stray_space=rng.choice((0, 0, 0, 0, 0.03)),
        row_height=size * rng.choice((1.4, 1.8, 2.2)),
        snap=rng.choice((0, 0, 0, 1.1, 1.7, 2.3)),
    )
