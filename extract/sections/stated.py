"""Funds whose amount stands in the item's own cell: 其中：一般公共预算：2688.17, 项目支出：1499.05, 自筹20万元.

Such cells stand under heads that say how the whole is divided (按收入性质分 beside 按支出性质分), and no
column says which of the whole's amounts the parts make up. What they add up to does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.normalize.money import read_amount, to_yuan
from jixiao.rules.families import SHARES, key_of
from jixiao.rules.records import Finding

from ..document import Cell, Piece, text_of
from .parts import FundAmount, FundRow, Parts
from .words import unit_in

_PAIR = re.compile(
    r"(?P<name>[^:：\d]*[^:：\d\s](?:\d{1,2})?)[:：]\s*"
    r"(?P<amount>-?\d[\d,，]*(?:\.\d+)?\s*(?:万元|亿元|千元|元)?|[-—–/]+)"
)
_TOLD = re.compile(
    r"(?P<name>[㐀-鿿（）()]{2,16})(?<![约为达超近共计各每])(?P<amount>\d[\d,]{0,20}(?:\.\d{1,6})?\s?(?:万元|亿元|千元|元))(?=[；;，,。、\s]|$)"
)
"""The same told in a sentence, 财政拨款100万元，自筹20万元: the unit says that it is money, and nothing more is said of it."""
_BETWEEN = " \u3000\t；;，,。、"
_TELLS_SPENT = re.compile("评|监控|执行|完成")
_DIVIDES = re.compile(r"按.{1,8}(?:分|划分|分类|类别|性质|来源|级次)")


def divides(key: str) -> bool:
    """Tell whether a label says how a whole is divided.

    >>> divides("按收入性质分:"), divides("按支出性质划分"), divides("一般公共预算")
    (True, True, False)
    """
    return _DIVIDES.fullmatch(key.rstrip(":")) is not None


def stated(cell: Cell) -> list[tuple[Cell, Cell, list[Piece]]]:
    """Return the items that a cell names, their amounts and the signs behind them; none if anything else is printed in it.

    >>> from ..document import piece_of
    >>> told = ("总额120万元，其中：拨款100万元，自筹20万元", "投资约120万元", "按每户100元补助")
    >>> [len(stated(Cell((piece_of(text, 1, 1),), 0, 0))) for text in told]
    [3, 0, 0]
    """
    text = "".join(p.text for p in cell.pieces)
    out: list[tuple[Cell, Cell, list[Piece]]] = []
    at = len(text) - len(text.lstrip())
    while at < len(text):
        start = at + len("其中") + 1 if text[at : at + 3] in ("其中：", "其中:") else at
        found = _PAIR.match(text, start) or _TOLD.match(text, start)
        if found is None:
            return []
        stop = len(text) - len(text[found.end() :].lstrip(_BETWEEN))
        if stop == found.end() < len(text) and not text[stop].isalpha():
            return []
        name = replace(cell, pieces=tuple(cut(cell.pieces, at, found.start("amount"))))
        amount = replace(cell, pieces=tuple(cut(cell.pieces, found.start("amount"), found.end())))
        out.append((name, amount, list(cut(cell.pieces, found.end(), stop))))
        at = stop
    return out


def cut(pieces: Sequence[Piece], start: int, stop: int) -> Iterator[Piece]:
    """Yield the stretch of the joined texts; a piece whose repaired text has another length keeps its raw text in the first."""
    before = 0
    for piece in pieces:
        first, last = max(start - before, 0), min(stop - before, len(piece.text))
        before += len(piece.text)
        if first >= last:
            continue
        if len(piece.raw) == len(piece.text):
            raw = piece.raw[first:last]
        else:
            raw = piece.raw if first == 0 else ""
        yield replace(piece, text=piece.text[first:last], raw=raw, column=piece.column + first)


def settle(rows: Sequence[FundRow], above: Sequence[FundRow], unit: str, title: str = "") -> list[Finding]:
    """Give the parts of one division the period and measure of the whole that they add up to; else ask.

    Where no other money than the budget's is printed there is nothing to ask, unless the *title* is of a form that tells
    what was spent.
    """
    summed = sum((_amount(a.cell, unit) or Decimal(0) for row in rows for a in row.amounts), Decimal(0))
    wholes = [
        (a.period, a.measure)
        for row in above
        for a in row.amounts
        if a.measure not in SHARES and _amount(a.cell, unit) == summed
    ]
    if wholes:
        period, measure = next((w for w in wholes if w[1] == "budget"), wholes[0])
        for row in rows:
            for a in row.amounts:
                a.period, a.measure = period, measure
        return []
    measures = {a.measure for row in above for a in row.amounts} - {*SHARES}
    if measures <= {"budget"} and _TELLS_SPENT.search(title) is None:
        return []
    names = "、".join(key_of(row.path[-1].key).rstrip(":") for row in rows)
    message = f"{names}的金额印在名称之后，看不出是预算数还是执行数，均按预算数读取；请核对原表"
    return [Finding("fund_measure_unsure", "warning", message, "funds", 0, "measure")]


def _amount(cell: Cell | None, unit: str) -> Decimal | None:
    found = read_amount(text_of(cell.pieces).value, unit) if cell is not None else None
    if found is None:
        return None
    return to_yuan(*found) or found[0]


class Divisions:
    """The divisions of the funds in force: each head (按收入性质分), its side, and the parts that state their amounts."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.tally = parts.tally
        self.divided: list[tuple[Cell, str, list[FundRow]]] = []

    @property
    def title(self) -> str:
        return "".join(p.text for p in self.parts.title)

    def flush(self, above: Sequence[FundRow], unit: str) -> None:
        """Put the parts behind the items *above* that they divide."""
        for _, _, rows in self.divided:
            if any(a.cell is not None for row in rows for a in row.amounts):
                self.parts.findings += settle(rows, above, unit, self.title)
            self.parts.funds += rows
        self.divided = []

    def begin(self, heads: Sequence[tuple[Cell, str]]) -> None:
        """Take a row of heads, each with its side."""
        self.tally.heading(p for head, _ in heads for p in head.pieces)
        self.divided = [(head, side, []) for head, side in heads]

    def takes(self, own: Sequence[Cell], side: str, unit: str, first: int) -> bool:
        """Take a row of items that have their amounts in their own cells; *first* is where the heading's items begin."""
        said, keys = [stated(c) for c in own], [key_of(c.key) for c in own]
        blank = [
            self.divided and not pairs and key.endswith(":") for pairs, key in zip(said, keys, strict=True)
        ]
        if not any(said) or not all(pairs or left for pairs, left in zip(said, blank, strict=True)):
            return False
        loose: list[FundRow] = []
        for cell, pairs in zip(own, said, strict=True):
            over = (d for d in self.divided if d[0].column < cell.column + cell.columns)
            head, its_side, rows = next(
                (d for d in over if cell.column < d[0].column + d[0].columns), (None, side, loose)
            )
            items: list[tuple[Cell, Cell | None, list[Piece]]] = [*pairs] or [(cell, None, [])]
            for name, amount, signs in items:
                self.tally.record(name.pieces)
                self.tally.ignore(signs)
                self.tally.record(amount.pieces if amount is not None else ())
                made = FundRow(its_side, (name,), False, [FundAmount("full_year", "budget", amount)], head=head)
                made.divided = head is not None
                made.within = head is None and key_of(name.key).startswith("其中")
                made.unit = unit_in(key_of(name.key)) or unit
                rows.append(made)
        if loose:
            self.parts.findings += settle(loose, self.parts.funds[first:], unit, self.title)
            self.parts.funds += loose
        return True
