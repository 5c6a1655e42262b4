"""`import jixiao`: few names, loaded late."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import jixiao
import pandas
import pytest
from jixiao.deliver.schema import TABLES
from jixiao.extract.errors import DocumentError
from jixiao.pipeline import one, run
from jixiao.pipeline.engines import InThisProcess
from jixiao.reading import Result

from ..deliver.samples import BARE, FULL
from . import fakes


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(one, "read_forms", fakes.read_forms)
    monkeypatch.setattr(one, "check_form", fakes.check_form)
    monkeypatch.setattr(run, "local", lambda workers: InThisProcess())
    path = tmp_path / "a.txt"
    path.write_text("FORM 甲\nROW 一\nASK warning", encoding="utf-8")
    return path


def result(*forms: object) -> Result:
    return Result(one.Outcome("ok", "a", "b", forms, one.merged_tables(forms)))  # type: ignore[arg-type]


def test_importing_the_package_imports_no_part_of_it() -> None:
    code = "import jixiao, sys; print([n for n in sys.modules if n[:7] == 'jixiao.' and 'version' not in n])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_public_names_are_there_and_no_others() -> None:
    assert dir(jixiao) == ["Changes", "DocumentError", "Result", "__version__", "compare", "convert", "read"]
    assert all(getattr(jixiao, name) for name in dir(jixiao))
    with pytest.raises(AttributeError, match="no_such"):
        jixiao.no_such  # type: ignore[attr-defined]  # noqa: B018


def test_read_gives_status_forms_findings_and_tables(form: Path) -> None:
    read = jixiao.read(form)
    assert read.status == "review"
    assert read.form.title is not None
    assert read.form.title.value == "甲"
    assert [finding.rule for finding in read.findings] == ["asked"]
    assert list(read.tables) == [table.name for table in TABLES]
    assert read.tables["goals"]["text"].tolist() == ["一"]
    assert read.tables["documents"]["source"].tolist() == ["a.txt"]
    assert read.tables is read.tables


def test_what_is_no_form_raises_with_the_next_step(form: Path, tmp_path: Path) -> None:
    form.write_text("一篇文章", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        jixiao.read(form)
    assert (caught.value.reason, bool(caught.value.next_step)) == ("not_a_form", True)
    with pytest.raises(DocumentError) as caught:
        jixiao.read(str(tmp_path / "gone.txt"))
    assert caught.value.reason == "unreadable"


def test_data_frames_have_types_and_decimals_stay_decimals() -> None:
    tables = result(FULL).tables
    funds = tables["funds"]
    assert funds["amount"].tolist() == [Decimal("0"), Decimal("566.180"), None, Decimal("1000")]
    assert str(funds["parent_seq"].dtype) == "Int64"
    assert funds["parent_seq"].isna().tolist() == [True, True, False, True]
    assert tables["fields"]["personal"].tolist() == [False, True]
    assert tables["targets"]["value"].tolist()[-1] == "2025-12-31"
    assert pandas.isna(tables["tasks"]["name"][1])


def test_empty_tables_have_their_columns_and_types() -> None:
    tables = result(BARE).tables
    for table in TABLES:
        assert tuple(tables[table.name].columns) == table.names
    assert str(tables["funds"]["seq"].dtype) == "Int64"


def test_a_file_of_two_forms_has_no_one_form() -> None:
    assert len(result(FULL, BARE).forms) == 2
    with pytest.raises(ValueError, match="2 张表"):
        _ = result(FULL, BARE).form


def test_convert_takes_one_path_or_many(form: Path, tmp_path: Path) -> None:
    one_path = jixiao.convert(str(form), tmp_path / "one")
    many = jixiao.convert([form, str(form)], tmp_path / "many", formats=["csv"])
    assert one_path.exit_status("warning") == 3
    assert [line.source for line in many.lines] == ["a.txt"]
    assert not (tmp_path / "many" / "json").exists()


@pytest.mark.parametrize("formats", ["foo", ["csv", "pdf"], [], ""])
def test_a_format_that_is_none_is_refused_before_anything_is_written(
    form: Path, tmp_path: Path, formats: str | list[str]
) -> None:
    with pytest.raises(ValueError, match="csv,json,parquet,xlsx"):
        jixiao.convert(form, tmp_path / "out", formats=formats)
    assert not (tmp_path / "out").exists()


def test_formats_may_be_one_text_as_on_the_command_line(form: Path, tmp_path: Path) -> None:
    jixiao.convert(form, tmp_path / "out", formats="csv")
    assert (tmp_path / "out" / "documents.csv").exists()


def test_converting_nothing_leaves_the_folder_as_it_is(form: Path, tmp_path: Path) -> None:
    jixiao.convert(form, tmp_path / "out")
    before = (tmp_path / "out" / "documents.csv").read_bytes()
    with pytest.raises(ValueError, match="没有给出"):
        jixiao.convert(tmp_path.glob("*.nothing"), tmp_path / "out")
    assert (tmp_path / "out" / "documents.csv").read_bytes() == before


def test_persons_can_be_left_out_of_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "form.txt"
    path.write_text("项目支出绩效目标表\n（2024年度）\n项目名称 河道清淤\n联系人 赵明某\n一级指标 二级指标 三级指标 指标值\n"
                    "产出指标 数量指标 清淤长度 ≥12公里\n", encoding="utf-8")
    assert "赵明某" in jixiao.read(path).tables["fields"]["value"].tolist()
    assert "赵明某" not in jixiao.read(path, personal=False).tables["fields"]["value"].tolist()
