"""`jixiao compare`: two inputs, or two converted folders, into changes.csv, changes.json and changes.html."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import jixiao
import pytest
from jixiao.deliver.changes import COLUMNS
from jixiao.pipeline.commands import main
from jixiao.rules.compare.change import DIRECTIONS, KINDS, TABLES

from tests.forms.year_samples import DEPARTMENTS, TRUTH

ROOT = Path(__file__).parents[2]
YEARS = ROOT / "samples" / "years"
CONTRACT = (
    *(
        "old_document_id",
        "new_document_id",
        "department",
        "table",
        "kind",
        "old_seq",
        "new_seq",
        "old_name",
        "new_name",
    ),
    *("field", "old", "new", "difference", "percent", "direction", "likeness", "uncertain", "message"),
)


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".jixiao" not in path.parts
    }


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("years") / "changes"
    assert main(["compare", str(YEARS / "2024"), str(YEARS / "2025"), "--out", str(out)]) == 0
    return out


def test_the_columns_are_those_of_the_contract_and_more_behind_them(compared: Path) -> None:
    assert list(COLUMNS[: len(CONTRACT)]) == list(CONTRACT)
    rows = rows_of(compared)
    assert rows
    assert all(list(row) == list(COLUMNS) for row in rows)
    assert {row["kind"] for row in rows} <= set(KINDS)
    assert {row["direction"] for row in rows} <= {"", *DIRECTIONS}
    assert {row["table"] for row in rows} <= set(TABLES)
    assert {row["uncertain"] for row in rows} <= {"true", "false"}
    assert all(row["message"] for row in rows)


@pytest.mark.parametrize("years", [("2023", "2024"), ("2024", "2025")])
def test_what_was_planted_in_the_samples_is_found_and_nothing_else(years: tuple[str, str]) -> None:
    """Of the expected changes, which a test of its own holds the program to: the truth is the inventor's."""
    rows = [row for row in rows_of(YEARS / f"{years[0]}-{years[1]}.expected") if row["table"] != "findings"]
    for name in DEPARTMENTS:
        truth = json.loads((TRUTH / f"{name}-{years[0]}-{years[1]}.json").read_text(encoding="utf-8"))
        planted = {
            (
                one["kind"],
                one["table"],
                str(one["old_seq"] or ""),
                str(one["new_seq"] or ""),
                one["period"],
            ): one
            for one in truth
        }
        found = {
            (row["kind"], row["table"], row["old_seq"], row["new_seq"], row["period"]): row["direction"]
            for row in rows
            if f"{name}.txt" in (row["old_source"], row["new_source"])
            if (row["kind"], row["field"]) != ("renamed", "department")
        }
        assert found.keys() == planted.keys()
        ways = {key: one["direction"] for key, one in planted.items() if one["direction"]}
        assert {key: found[key] for key in ways} == ways


def test_converted_folders_give_the_same_changes(tmp_path: Path, compared: Path) -> None:
    for year in ("2024", "2025"):
        formats = ["csv"] if year == "2024" else ["parquet"]
        jixiao.convert(YEARS / year, tmp_path / year, formats=formats)
    assert main(["compare", str(tmp_path / "2024"), str(tmp_path / "2025"), "-o", str(tmp_path / "out")]) == 0
    assert rows_of(tmp_path / "out") == rows_of(compared)


def test_a_renamed_department_is_found(compared: Path) -> None:
    (row,) = [
        row
        for row in rows_of(compared)
        if (row["table"], row["kind"], row["field"]) == ("documents", "renamed", "department")
    ]
    assert (row["old"], row["new"]) == ("桐水县公路事业发展中心", "桐水县公路和港航事业发展中心")


def test_uncertain_changes_come_first_in_every_department(compared: Path) -> None:
    rows = rows_of(compared)
    for department in {row["department"] for row in rows}:
        said = [row["uncertain"] for row in rows if row["department"] == department]
        assert said == sorted(said, reverse=True)


def test_the_nested_file_says_the_same(compared: Path) -> None:
    whole = json.loads((compared / "changes.json").read_text(encoding="utf-8"))
    nested = [change for one in whole["departments"] for table in one["tables"].values() for change in table]
    flat = rows_of(compared)
    assert len(nested) == len(flat)
    assert sorted(change["message"] for change in nested) == sorted(row["message"] for row in flat)


def test_several_departments_have_a_page_each_and_an_index(compared: Path) -> None:
    pages = sorted((compared / "departments").iterdir())
    assert len(pages) == 3
    index = (compared / "changes.html").read_text(encoding="utf-8")
    assert all(f'href="./departments/{page.name}"' in index for page in pages)


def test_the_same_inputs_give_the_same_bytes_and_a_line_a_department(
    compared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = compared.parent / "again"
    main(["compare", str(YEARS / "2024"), str(YEARS / "2025"), "-o", str(out)])
    assert files_of(out) == files_of(compared)
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 4
    assert shown.out.startswith("department\t")
    (said,) = re.findall(r"^3 个部门，(\d+) 处变化：(.*)$", shown.err, re.M)
    assert sum(map(int, re.findall(r"\d+", said[1]))) == int(said[0])


def test_a_single_pair_is_one_page_and_links_to_its_sources(tmp_path: Path) -> None:
    old, new = (YEARS / year / "roads.txt" for year in ("2023", "2024"))
    main(["compare", str(old), str(new), "-o", str(tmp_path / "out")])
    assert sorted(files_of(tmp_path / "out")) == [
        "changes.csv",
        "changes.html",
        "changes.json",
        "summary.csv",
    ]
    html = (tmp_path / "out" / "changes.html").read_text(encoding="utf-8")
    assert "2023/roads.txt" in html
    assert "2024/roads.txt" in html


def test_pages_of_departments_that_are_gone_are_removed_and_nothing_else(
    tmp_path: Path, compared: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(compared, out)
    (out / "departments" / "mine.html").write_text("mine")
    old, new = (YEARS / year / "roads.txt" for year in ("2023", "2024"))
    main(["compare", str(old), str(new), "-o", str(out)])
    assert [path.name for path in (out / "departments").iterdir()] == ["mine.html"]


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.txt")), ids=lambda path: path.stem)
def test_a_form_against_itself_has_no_change(path: Path) -> None:
    assert [report.changes for report in jixiao.compare(path, path).reports] == [()]


def test_a_department_without_a_partner_is_added_or_dropped(tmp_path: Path) -> None:
    for year, name in (("2023", "roads"), ("2024", "hospital"), ("2023", "annals"), ("2024", "annals")):
        (tmp_path / year).mkdir(exist_ok=True)
        shutil.copy(YEARS / year / f"{name}.txt", tmp_path / year)
    reports = jixiao.compare(tmp_path / "2023", tmp_path / "2024").reports
    said = {
        (one.kind, one.old_name, one.new_name)
        for report in reports
        for one in report.changes
        if one.table == "documents"
    }
    assert ("added", "", "梅河市妇幼保健院") in said
    assert ("dropped", "桐水县公路事业发展中心", "") in said


# --- the concordance -----------------------------------------------------------------------------


def test_a_drafted_concordance_is_reviewed_and_survives(tmp_path: Path) -> None:
    old, new, draft = YEARS / "2023" / "roads.txt", YEARS / "2024" / "roads.txt", tmp_path / "names.csv"
    main(["compare", str(old), str(new), "-o", str(tmp_path / "a"), "--write-concordance", str(draft)])
    text = draft.read_text(encoding="utf-8-sig")
    drafted = list(csv.DictReader(text.splitlines()))
    assert drafted
    assert all(line["same"] == "" for line in drafted)
    renamed = [
        row for row in rows_of(tmp_path / "a") if row["kind"] == "renamed" and row["table"] == "indicators"
    ]
    first = renamed[0]
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if first["old"] in line and first["new"] in line)
    lines[at] = lines[at].replace(f"{first['old']},{first['new']},", f"{first['old']},{first['new']},no")
    draft.write_text("\n".join(lines), encoding="gb18030")  # as a spreadsheet saves it
    arguments = ["compare", str(old), str(new), "-o", str(tmp_path / "b")]
    assert main([*arguments, "--concordance", str(draft), "--write-concordance", str(draft)]) == 0
    kinds = {(row["kind"], row["old_name"], row["new_name"]) for row in rows_of(tmp_path / "b")}
    assert ("dropped", first["old"], "") in kinds
    assert ("added", "", first["new"]) in kinds
    again = list(csv.DictReader(draft.read_text(encoding="utf-8-sig").splitlines()))
    assert [line["same"] for line in again if line["old_name"] == first["old"]] == ["no"]


# --- what goes wrong -----------------------------------------------------------------------------


def test_wrong_use_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = str(YEARS / "2023" / "roads.txt")
    out = ["-o", str(tmp_path / "out")]
    assert main(["compare", sample, str(tmp_path / "gone"), *out]) == 2
    assert "不存在" in capsys.readouterr().err
    bad = tmp_path / "names.csv"
    bad.write_text("a,b\n")
    assert main(["compare", sample, sample, *out, "--concordance", str(bad)]) == 2
    assert "old_name" in capsys.readouterr().err
    (tmp_path / "text.txt").write_text("今天天气很好。")
    assert main(["compare", sample, str(tmp_path / "text.txt"), *out]) == 1
    assert "没有读到任何表" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_files_that_are_not_ours_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "changes.csv").write_text("mine")
    sample = str(YEARS / "2023" / "roads.txt")
    assert main(["compare", sample, sample, "-o", str(tmp_path)]) == 73
    assert (tmp_path / "changes.csv").read_text() == "mine"


def test_an_input_that_cannot_be_read_is_said_and_the_others_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(YEARS / "2023", tmp_path / "2023")
    (tmp_path / "2023" / "no\x1b[2Jte.txt").write_text("今天天气很好。")
    assert main(["compare", str(tmp_path / "2023"), str(YEARS / "2024"), "-o", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert re.search(r"no\\u001b\[2Jte.txt：refused，不是预算绩效表。没有找到.*下一步：", said)
    assert len(rows_of(tmp_path / "out")) > 20


def test_a_converted_folder_that_was_tampered_with_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jixiao.convert(YEARS / "2023" / "roads.txt", tmp_path / "old")
    funds = tmp_path / "old" / "funds.csv"
    funds.write_text(
        funds.read_text(encoding="utf-8").replace(",full_year,", ",full_year,many,"), encoding="utf-8"
    )
    assert main(["compare", str(tmp_path / "old"), str(YEARS / "2024"), "-o", str(tmp_path / "out")]) == 2
    assert "funds" in capsys.readouterr().err
