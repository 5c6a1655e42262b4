"""Which contents belong to which label of the leftmost column, in a dump that keeps the layout.

The labels and the contents are in order; where one label's content ends and the next begins follows from where
the labels stand (at the centre or the top of their own content), from what the contents are and from blank
lines. The cheapest sharing out is found by dynamic programming.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.extract.document import Piece

from .costs import LEADING
from .layout_page import Line, text_width

FAR = 1e9
LIMIT = 60.0
"""Contents that cost more beside a label are not its own."""
MAX_WAYS = 4_000_000
"""So many ways of sharing out are weighed; a form has some thousands."""


@dataclass(slots=True)
class Label:
    """A label in the leftmost column: where it is printed on each page it stands on."""

    key: str
    section: str
    pieces: list[list[Piece]] = field(default_factory=list)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(slots=True)
class Content:
    """What stands right of the labels in one line."""

    page: int
    y: float
    blank: bool
    line: Line
    funds: bool
    head: bool


def share_out(labels: Sequence[Label], contents: Sequence[Content], top: bool) -> tuple[float, list[int]] | None:
    """Return the least cost and for every label the index at which its content begins (and the end).

    None if there is too much to weigh.
    """
    n, k = len(contents), len(labels)
    best = [[FAR] * (n + 1) for _ in range(k + 1)]
    back = [[0] * (n + 1) for _ in range(k + 1)]
    pages = _Places(labels, contents)
    if sum((last - first) ** 2 for first, last in map(pages.reach, range(k))) > MAX_WAYS:
        return None
    begins, goes_on = _text_costs(contents)
    # Where paragraphs stand apart a blank line is no end of a cell.
    texts = [c for c in contents if not c.funds]
    apart = 8.0 if sum(c.blank for c in texts) * 3 < len(texts) else 0.5
    # Lines above the first label's content: the page's head.
    cost = 0.0
    for i in range(n + 1):
        best[0][i] = cost
        if i < n:
            cost += (0.0 if contents[i].head else 0.6) + pages.order_cost(-1, contents[i])
            if cost > LIMIT:
                break
    for j in range(k):
        funds = labels[j].section == "funds"
        # What each content costs as the first of the label's own, and as a further one.
        starts, further = [0.0] * n, [0.0] * n
        for i, content in enumerate(contents):
            price = (3.0 if funds or len(content.line.atoms) > 1 else 1.5) if content.funds != funds else 0.0
            price += (6.0 if content.head else 0.0) + pages.order_cost(j, content)
            starts[i] = begins[i] + price
            further[i] = price + (0.0 if funds else goes_on[i])
            if not funds and i and content.blank and contents[i - 1].page == content.page:
                further[i] += apart
        # Where a label's pages have not begun, or are over, all beginnings go on at one price: only the best
        # of them is kept. On its own pages what it costs hangs on where its content begins and ends.
        first, last = pages.reach(j)
        open_: list[tuple[float, int, float]] = []  # beginnings: (cost up to here, index, the label's own cost)
        for e in range(n + 1):
            if e:
                more = further[e - 1]
                open_ = [(cost + more, s, own + more) for cost, s, own in open_ if own + more <= LIMIT]
                if best[j][e - 1] < FAR and starts[e - 1] <= LIMIT:
                    cost = best[j][e - 1] + starts[e - 1]
                    cost += pages.centre_cost(j, contents, e - 1, e, top) if e > last else 0.0
                    open_.append((cost, e - 1, starts[e - 1]))
            if open_ and not first < e <= last:
                open_ = [min(open_)]
            found = open_
            if e <= last:
                found = [(cost + pages.centre_cost(j, contents, s, e, top), s, own) for cost, s, own in open_]
            if e == last:
                open_ = found
            best[j + 1][e], back[j + 1][e] = min([(best[j][e] + 1.5, e), *(f[:2] for f in found)])
    cuts = [n]
    i = n
    for j in range(k, 0, -1):
        i = back[j][i]
        cuts.append(i)
    return best[k][n], cuts[::-1]


_MARK = re.compile(
    r"[（(]?([一二三四五六七八九十]{1,3}|[0-9１-９]{1,2})[)）、.．]|[①-⑳]|第[一二三四五六七八九十]{1,3}"
)
_FIRST_MARK = re.compile(r"[（(]?[一1１][)）、.．]|①|第一")


def _text_costs(contents: Sequence[Content]) -> tuple[list[float], list[float]]:
    """Return per index what it costs that a cell begins with that content, and that the cell before goes on."""
    widths = [text_width(c.line.atoms) for c in contents]
    widest: dict[int, float] = {}
    for content, width in zip(contents, widths, strict=True):
        widest[content.page] = max(widest.get(content.page, 0.0), 0.0 if content.funds else width)
    begins, goes_on = [0.0], [0.0]
    for i in range(1, len(contents)):
        before, here = contents[i - 1], contents[i]
        text = "".join(a.text for a in here.line.atoms)
        last = before.line.atoms[-1].text[-1]
        full = widths[i - 1] >= widest[before.page] - 6.0 and widths[i - 1] > 20
        first = _FIRST_MARK.match(text) is not None
        later = not first and _MARK.match(text) is not None
        begins.append((1.5 if full and not first else 0.0) + (4.0 if text[0] in LEADING or later else 0.0))
        goes_on.append((0.0 if full or last in "。；;：:" else 1.5) + (1.5 if first else 0.0))
    return [*begins, 0.0], [*goes_on, 0.0]


class _Places:
    """Where the labels stand, and what it costs that a content stands elsewhere."""

    def __init__(self, labels: Sequence[Label], contents: Sequence[Content]) -> None:
        self.labels = labels
        self.range: dict[int, tuple[int, int]] = {}  # page → its first content and the one after its last
        for i, content in enumerate(contents):
            self.range[content.page] = (self.range.get(content.page, (i, i))[0], i + 1)
        self.last: list[dict[int, float]] = []  # per label: page → height of the last label up to it
        high: dict[int, float] = {}
        for label in labels:
            self.last.append(dict(high))
            for page, (_, bottom) in label.places.items():
                high[page] = max(high.get(page, -1.0), bottom)
        low: dict[int, float] = {}
        self.first: list[dict[int, float]] = [{} for _ in range(len(labels) + 1)]
        for j in range(len(labels) - 1, -1, -1):
            self.first[j + 1] = dict(low)
            for page, (top, _) in labels[j].places.items():
                low[page] = min(low.get(page, 1e9), top)
        self.first[0] = dict(low)
        self.pages = [sorted(label.places) for label in labels]

    def reach(self, j: int) -> tuple[int, int]:
        """Return the first content on a page of label *j* and the one after the last; (0, 0) if there is none."""
        ranges = [self.range[page] for page in self.pages[j] if page in self.range]
        return (ranges[0][0], ranges[-1][1]) if ranges else (0, 0)

    def order_cost(self, j: int, content: Content) -> float:
        """Return the cost of *content* beside label *j* (-1: the head): labels before stand above it, others below."""
        cost = 0.0
        if j >= 0:
            above = self.last[j].get(content.page)
            if above is not None:
                cost += 8.0 * max(0.0, min(1.5, above + 0.45 - content.y))
            if self.pages[j] and content.page < self.pages[j][0] - 1:
                cost += 2.0
        below = self.first[j + 1].get(content.page)
        if below is not None:
            cost += 8.0 * max(0.0, min(1.5, content.y + 0.45 - below))
        return cost

    def centre_cost(self, j: int, contents: Sequence[Content], s: int, e: int, top: bool) -> float:
        """Return the cost of label *j* not standing at the centre (or top) of contents *s*–*e*."""
        label = self.labels[j]
        cost = 0.0
        seen = False
        weight = 0.5 if label.section == "funds" else 4.0
        for page, (first, last) in label.places.items():
            a, b = self.range.get(page, (0, 0))
            a, b = max(a, s), min(b, e)
            if a >= b:
                cost += 8.0
                continue
            seen = True
            away = (
                abs(first - contents[a].y)
                if top
                else abs((first + last) - (contents[a].y + contents[b - 1].y)) / 2
            )
            cost += min(15.0, weight * max(0.0, away - 0.3))
        return cost if seen else cost + 2.0
