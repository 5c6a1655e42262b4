"""What a form becomes: plain frozen records, each value beside its raw text and its place.

The readers of `jixiao.extract` make these, the checks of `jixiao.rules` read them, and
`jixiao.deliver` lays them out as tables. Nothing here opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.normalize.values import TargetValue

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points, origin top left."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in its source.

    *page* counts from 1. *line_first* and *line_last* are 1-based line numbers of a text file
    (0 where the source has no lines); *box* is None where the source has no geometry.
    """

    page: int = 1
    line_first: int = 0
    line_last: int = 0
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is used (*value*) beside the text as printed (*raw*, one line a printed line).

    *steps* are the names of the repairs between the two, in order. *confidence* is 0–1, and *doubts*
    (Chinese, each a short phrase) is what lowered it.
    """

    value: str
    raw: str
    place: Place = Place()
    steps: tuple[str, ...] = ()
    confidence: float = 1.0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A head or foot field that has no table or column of its own."""

    seq: int
    label: str
    value: Text
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One clause of the functions (职能). *label* is the mark as printed: （1）, （一）, 一、, 1., ①."""

    seq: int
    label: str
    text: Text


@dataclass(frozen=True, slots=True)
class StaffFigure:
    """One figure on staffing: 内设机构 13 个. *unit* is empty when none is printed."""

    seq: int
    scope: str
    metric: str
    value: Decimal
    unit: str
    text: Text


@dataclass(frozen=True, slots=True)
class Amount:
    """One money figure of a funds item.

    *amount* is None where the cell is blank or holds a dash; *amount_yuan* also while the money
    unit is unknown.
    """

    period: str
    measure: str
    amount: Decimal | None
    money_unit: str
    amount_yuan: Decimal | None
    text: Text


@dataclass(frozen=True, slots=True)
class FundItem:
    """One row of the funds: an item of income or expenditure with its amounts.

    *level* counts from 1; *parent_seq* is the seq of the item it is a part of, or None.
    """

    seq: int
    side: str
    item: Text
    level: int
    parent_seq: int | None
    parent: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal (目标) for a horizon: long_term, annual, annual_actual …"""

    seq: int
    horizon: str
    text: Text


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the yearly tasks (年度主要任务)."""

    seq: int
    name: Text | None
    content: Text | None
    amount: Decimal | None
    money_unit: str
    expected: Text | None
    amount_text: Text | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator is to reach (measure ``target``) or has reached (``actual``) in a period."""

    period: str
    measure: str
    text: Text
    value: TargetValue


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator (指标) with its path, the work and project it belongs to, and its targets."""

    seq: int
    level1: Text | None
    level2: Text | None
    level3: Text | None
    key_work: Text | None = None
    project: Text | None = None
    fund_seq: int | None = None
    weight: Text | None = None
    note: Text | None = None
    score: Text | None = None
    targets: tuple[Target, ...] = ()

    @property
    def name(self) -> str:
        """The most specific printed label: level 3, else level 2, else level 1, else empty."""
        for text in (self.level3, self.level2, self.level1):
            if text is not None:
                return text.value
        return ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A question to the reader. *message* is Chinese, *rule* an English id, *row_seq* 0 if none."""

    rule: str
    severity: str
    message: str
    table: str = ""
    row_seq: int = 0
    field: str = ""
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A printed piece of text that became nothing else."""

    page: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many printed characters (white space not counted) ended where. They add up."""

    total: int
    records: int
    headings: int
    ignored: int
    unread: int


@dataclass(frozen=True, slots=True)
class Form:
    """One form, read. Tables and JSON are made from this alone."""

    document_id: str
    source: str
    sha256: str
    media: str
    pages: int
    family: str
    family_reason: str = ""
    title: Text | None = None
    department: Text | None = None
    department_code: str = ""
    project: Text | None = None
    year: int | None = None
    money_unit: str = ""
    fields: tuple[Field, ...] = ()
    functions: tuple[Function, ...] = ()
    staffing: tuple[StaffFigure, ...] = ()
    funds: tuple[FundItem, ...] = ()
    goals: tuple[Goal, ...] = ()
    tasks: tuple[Task, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    ledger: Ledger = field(default=Ledger(0, 0, 0, 0, 0))
    status: str = "ok"
    year_text: Text | None = None
    department_code_text: Text | None = None
    money_unit_text: Text | None = None
    printed_names: tuple[str, ...] = ()
    """What was printed as heading, column header or label, each once, keyed by `key_of`."""
