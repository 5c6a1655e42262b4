"""What a form's parts are: the pieces and cells of each, before they become records."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..document import Cell, Piece, Tally


@dataclass(slots=True)
class FundRow:
    """One printed row of the funds: *path* from the outer label to the item, *amounts* by column."""

    side: str
    path: tuple[Cell, ...]
    subtotal: bool
    amounts: list[tuple[str, str, Cell | None]]


@dataclass(slots=True)
class IndicatorRow:
    """One printed row of the indicators: the cells by column name; merged labels stand on every row."""

    cells: dict[str, Cell]
    targets: list[tuple[str, str, Cell]]


@dataclass(slots=True)
class Parts:
    """A form taken apart. Pieces that fit nowhere are in `tally`."""

    title: list[Piece] = field(default_factory=list)
    year: list[Piece] = field(default_factory=list)
    fields: list[tuple[str, str, list[Piece]]] = field(default_factory=list)
    functions: list[Piece] = field(default_factory=list)
    staffing: list[Piece] = field(default_factory=list)
    goals: list[tuple[str, list[Piece]]] = field(default_factory=list)
    funds: list[FundRow] = field(default_factory=list)
    indicators: list[IndicatorRow] = field(default_factory=list)
    headings: dict[str, list[Piece]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
