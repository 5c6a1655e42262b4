"""What a form's parts are: the pieces and cells of each, before they become records."""

from __future__ import annotations

from dataclasses import dataclass, field

from jixiao.rules.records import Finding

from ..document import Cell, Piece, Tally


@dataclass(slots=True)
class FundAmount:
    """A cell of the funds (None: none printed) and what its column says; *unit* is the header's own money unit."""

    period: str
    measure: str
    cell: Cell | None
    unit: str = ""


@dataclass(slots=True)
class FundRow:
    """One printed row of the funds: *path* from the outer label to the item, *amounts* by column.

    *head* is the label printed over the block of items, *within* tells that 其中 stands before the item,
    *unit* is the money unit of the block's own heading. *named_by_heading*: no item is printed, the
    heading is all the name there is. *divided*: the parts of a division say nothing but what *head* says they divide.
    """

    side: str
    path: tuple[Cell, ...]
    subtotal: bool
    amounts: list[FundAmount]
    head: Cell | None = None
    within: bool = False
    unit: str = ""
    named_by_heading: bool = False
    divided: bool = False


@dataclass(slots=True)
class TargetCells:
    """The cells of one target: the value, and its comparator and unit where they have columns of their own.

    *header* is the key of the value's column header, which may name the unit in brackets.
    """

    period: str
    measure: str
    cell: Cell
    comparator: Cell | None = None
    unit: Cell | None = None
    header: str = ""


@dataclass(slots=True)
class IndicatorRow:
    """One printed row of the indicators: the cells by column name; merged labels stand on every row.

    *notes* are the columns that go into the note, each with its header as printed.
    """

    cells: dict[str, Cell]
    targets: list[TargetCells]
    notes: list[tuple[str, Cell]] = field(default_factory=list)


@dataclass(slots=True)
class TaskRow:
    """One printed row of the yearly tasks, the cells by column name; *unit* is the amount header's money unit."""

    cells: dict[str, Cell]
    unit: str = ""


@dataclass(slots=True)
class Parts:
    """A form taken apart. Pieces that fit nowhere are in `tally`.

    *dated* are headings of yearly goals and headers of targets, which may say the year where nothing else does;
    *staff_pairs* are labels with a figure beside them; *guesses* the labels that were understood by a
    word in them or by their place alone.
    """

    title: list[Piece] = field(default_factory=list)
    year: list[Piece] = field(default_factory=list)
    fields: list[tuple[str, str, list[Piece]]] = field(default_factory=list)
    functions: list[Piece] = field(default_factory=list)
    staffing: list[Piece] = field(default_factory=list)
    staff_pairs: list[tuple[Cell, Cell]] = field(default_factory=list)
    goals: list[tuple[str, list[Piece]]] = field(default_factory=list)
    funds: list[FundRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    indicators: list[IndicatorRow] = field(default_factory=list)
    headings: dict[str, list[Piece]] = field(default_factory=dict)
    units: list[list[Piece]] = field(default_factory=list)
    dated: list[list[Piece]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def guess(self, what: str) -> None:
        """Remember that the label *what* was guessed."""
        if what not in self.guesses:
            self.guesses.append(what)
