"""The functions' cell falls into its clauses by the marks they are numbered with, and loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jixiao.extract.clauses import read_clauses
from jixiao.extract.document import Piece, piece_of
from jixiao.extract.forms import read_functions

from .ledgers import squeeze


def cell(*lines: str) -> list[Piece]:
    """Return the printed lines of a cell that stands on page 1 from line 11."""
    return [piece_of(line, 1, 11 + n) for n, line in enumerate(lines)]


def clauses(*lines: str) -> list[tuple[str, str]]:
    """Return (label, text) of each clause in the cell."""
    return [(function.label, function.text.value) for function in read_functions(cell(*lines))]


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("（1）", "（2）", "（3）"),
        ("(1)", "(2)", "(3)"),
        ("（一）", "（二）", "（三）"),
        ("一、", "二、", "三、"),
        ("1.", "2.", "3."),
        ("1．", "2．", "3．"),
        ("1、", "2、", "3、"),
        ("①", "②", "③"),
        ("1）", "2）", "3）"),
        ("目标1：", "目标2：", "目标3："),
    ],
)
def test_every_way_of_numbering_is_read(first: str, second: str, third: str) -> None:
    marks = (first, second, third)
    texts = ("拟订规划。", "组织实施；", "监督检查。")
    wanted = list(zip(marks, texts, strict=True))
    assert clauses(*map(str.__add__, marks, texts)) == wanted
    assert clauses("".join(map(str.__add__, marks, texts))) == wanted


WILD = [
    # Clauses of the provided form: their lines end inside words and clauses.
    (
        (
            "（1）拟订全市创新驱动发展战略以及科技发展规划、计划和政策，并组织实施和监督检查。",
            "（2）统筹推进全市科技创新体系建设和科技体制改革，承担推进科",
            "技与金融结合、科技军民融合发展相关工作。会同有关部门健全科技创新激励机制。",
            "（3）完成市委、市政府交办的其他任务。",
        ),
        ["（1）", "（2）", "（3）"],
    ),
    # A second numbering inside a clause is its text.
    (("（一）负责下列工作：1.拟订规划；2.组织实施。", "（二）监督检查。"), ["（一）", "（二）"]),
    (("1.负责：（1）规划；（2）实施。", "2.检查。"), ["1.", "2."]),
    # What stands above the first mark is a clause without a label.
    (("贯彻落实党中央决策部署，主要职责是：", "（一）拟订规划。", "（二）监督检查。"), ["", "（一）", "（二）"]),
    # The mark of the next clause stands behind a sentence's end in the middle of a line.
    (("（1）拟订规划。（2）组织实施。", "（3）检查。"), ["（1）", "（2）", "（3）"]),
    # A wrap inside the mark itself.
    (("（1）拟订规划。（", "2）组织实施。"), ["（1）", "（2）"]),
    # Past ten.
    (tuple(f"（{n}）拟订规划。" for n in range(1, 23)), [f"（{n}）" for n in range(1, 23)]),
    # A gap, as it is printed; asking about it is for the checks.
    (("（1）拟订规划。", "（3）检查。"), ["（1）", "（3）"]),
]


@pytest.mark.parametrize(("lines", "labels"), WILD)
def test_clauses_begin_where_their_marks_are_printed(lines: tuple[str, ...], labels: list[str]) -> None:
    found = clauses(*lines)
    assert [label for label, _ in found] == labels
    assert "".join(label + text for label, text in found) == "".join(lines)


NEGATIVE = [
    ("1.推进12.5万亩高标准农田建设，", "3.5万亩完成验收。"),
    ("（1）承担（7）类项目的评审和（8）类项目的验收，共", "2.3亿元。"),
    ("一、贯彻落实一、二、三产业融合发展规划，推动", "五、六产业协同。"),
    ("①负责②号线建设。",),
]


@pytest.mark.parametrize("lines", NEGATIVE)
def test_a_number_in_a_sentence_begins_no_clause(lines: tuple[str, ...]) -> None:
    assert len(clauses(*lines)) == 1


def test_a_cell_without_marks_is_one_clause_without_label() -> None:
    assert clauses("负责全市水利", "工作。") == [("", "负责全市水利工作。")]


def test_an_empty_cell_has_no_clauses() -> None:
    assert read_clauses([]) == []


def test_a_mark_alone_is_a_clause_without_text() -> None:
    assert clauses("（1）拟订规划。", "（2）") == [("（1）", "拟订规划。"), ("（2）", "")]


def test_a_clause_says_from_which_lines_it_comes() -> None:
    found = read_functions(cell("（1）拟订规划，组织", "实施。（2）检查，", "验收。"))
    assert [(f.text.place.line_first, f.text.place.line_last, f.text.raw) for f in found] == [
        (11, 12, "拟订规划，组织\n实施。"),
        (12, 13, "检查，\n验收。"),
    ]


def test_repaired_characters_stay_raw_beside_their_clause() -> None:
    found = read_functions(cell("（1）⻓期规划\u200b。（2）检⾍\u200b。"))
    assert [f.text.value for f in found] == ["长期规划。", "检虫。"]
    assert [f.text.raw.replace("\u200b", "") for f in found] == ["⻓期规划。", "检⾍。"]
    assert all("radical" in f.text.steps for f in found)


SIGNS = "（1）2(3)一二、①.．规划。；\u200b⻓ 　目标：第"


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.text(alphabet=SIGNS, min_size=1, max_size=20), max_size=6))
def test_no_printed_character_is_lost_or_doubled(lines: list[str]) -> None:
    pieces = [piece for piece in cell(*lines) if piece.raw.strip()]
    printed = squeeze("".join(piece.raw for piece in pieces))
    found = read_clauses(pieces)
    kept = [piece.raw for clause in found for piece in (*clause.label_pieces, *clause.pieces)]
    assert squeeze("".join(kept)) == printed
