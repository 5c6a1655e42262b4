"""A folder loaded twice changes nothing, a changed form is replaced, a withdrawn one goes, and nothing is ever half there."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from jixiao.deliver.schema import TABLES
from jixiao.deliver.warehouse.errors import WarehouseError
from jixiao.deliver.warehouse.load import load

from .asking import Warehouse

Convert = Callable[..., Path]
SAMPLE = "nantong-keji-2025.txt"
OTHER = "invented-county-tika.txt"


def rows_of(out: Path, table: str) -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_warehouse_holds_what_the_files_hold(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    out = convert(sample_texts)
    loaded = load(out, warehouse.url)
    assert (loaded.documents, loaded.changed, loaded.removed) == (2, 2, 0)
    for table in TABLES:
        names = ", ".join(f'"{name}"' for name in table.names)
        found = [tuple("" if cell is None else cell for cell in row) for row in warehouse.ask(f"SELECT {names} FROM {table.name}")]
        wanted = []
        for row in rows_of(out, table.name):
            wanted.append(tuple(_value(column.type, row[column.name]) for column in table.columns))
        assert sorted(found, key=repr) == sorted(wanted, key=repr), table.name


def _value(kind: str, cell: str) -> object:
    if cell == "":
        return ""
    return {"integer": int, "decimal": Number, "boolean": "true".__eq__}.get(kind, str)(cell)


class Number(Decimal):
    """A decimal that shows itself without trailing zeros, as rows are sorted by what they show."""

    def __repr__(self) -> str:
        return repr(self.normalize())


def test_a_target_has_its_value_as_number_and_as_date_beside_the_text(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    text = sample_texts[SAMPLE].replace("高企认定数 ≥0个 ≥1200个", "高企认定数 2025年6月底前 ≥1200.50个")
    load(convert({"a.txt": text}), warehouse.url)
    query = (
        "SELECT kind, value, value_number, value_date FROM targets AS t JOIN indicators AS i"
        " ON i.document_id = t.document_id AND i.seq = t.indicator_seq WHERE level3 = '高企认定数' ORDER BY kind"
    )
    assert warehouse.ask(query) == [
        ("date", "2025-06-30", None, date(2025, 6, 30)),
        ("number", "1200.5", Decimal("1200.5"), None),
    ]
    assert warehouse.ask("SELECT count(*) FROM targets WHERE kind = 'quality' AND value_number IS NOT NULL") == [(0,)]


def test_columns_have_the_contracts_types_keys_and_comments(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    load(convert(sample_texts), warehouse.url)
    query = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_name IN ('funds', 'targets', 'fields')"
    )
    types = {(table, column): str(kind).lower() for table, column, kind in warehouse.ask(query)}
    assert types["funds", "amount_yuan"].startswith(("numeric", "decimal"))
    assert types["targets", "value_number"].startswith(("numeric", "decimal"))
    assert types["targets", "value_date"] == "date"
    assert types["targets", "value"] in ("text", "varchar", "character varying")
    assert types["fields", "personal"] == "boolean"
    with pytest.raises(Exception, match=r"(?i)duplicate key|violates"):
        warehouse.ask("INSERT INTO funds SELECT * FROM funds")
    comments = {
        "duckdb": "SELECT comment FROM duckdb_columns() WHERE table_name = 'funds' AND column_name = 'amount_yuan'",
        "postgresql": "SELECT col_description('funds'::regclass, ordinal_position) FROM information_schema.columns"
        " WHERE table_name = 'funds' AND column_name = 'amount_yuan'",
    }
    assert warehouse.ask(comments[warehouse.url.partition(":")[0]])[0][0].startswith("金额（元）")


def test_the_same_folder_again_changes_nothing(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str], tmp_path: Path
) -> None:
    out = convert(sample_texts)
    load(out, warehouse.url)
    before = warehouse.state()
    assert load(out, warehouse.url).changed == 0
    assert warehouse.count("loads") == 1
    assert warehouse.state() == before
    copy = convert(sample_texts, name="copy")  # the same forms from another folder: nothing is there twice
    assert load(copy, warehouse.url).changed == 0
    after = warehouse.state()
    assert {name: rows for name, rows in after.items() if name != "submission_history"} == {
        name: rows for name, rows in before.items() if name != "submission_history"
    }


def test_a_document_that_now_has_fewer_rows_or_none_is_replaced_in_every_table(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    out = convert(sample_texts)
    load(out, warehouse.url)
    gone = rows_of(out, "documents")[0]["document_id"]
    kept = warehouse.state()
    # As a later version of the program might read the same bytes: no functions and no funds at all.
    edit(out, {"functions", "funds", "staffing"}, lambda line: b"" if line.startswith(gone.encode()) else line)
    assert load(out, warehouse.url).changed == 1
    for table in ("functions", "funds", "staffing"):
        assert warehouse.ask(f"SELECT count(*) FROM {table} WHERE document_id = '{gone}'") == [(0,)]
        wanted = [row for row in kept[table] if row[0] != gone]
        assert sorted(warehouse.ask(f"SELECT * FROM {table}"), key=repr) == wanted
    assert warehouse.state()["targets"] == kept["targets"]


def edit(out: Path, tables: set[str], change: Callable[[bytes], bytes]) -> None:
    """Change the lines of *tables* in a converted folder, and keep its data package true."""
    package = json.loads((out / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        path = out / resource["path"]
        if path.stem in tables:
            path.write_bytes(b"".join(change(line) for line in path.read_bytes().splitlines(keepends=True)))
            resource["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    (out / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def test_a_corrected_submission_is_current_and_the_earlier_one_is_history(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    load(convert({"a.txt": sample_texts[SAMPLE]}), warehouse.url)
    corrected = sample_texts[SAMPLE].replace("项目支出 54 566.18", "项目支出 60 566.18")
    load(convert({"a.txt": corrected}), warehouse.url)
    assert warehouse.count("documents") == 2
    ((document, revisions),) = warehouse.ask("SELECT document_id, revisions FROM submissions")
    assert revisions == 2
    query = "SELECT DISTINCT document_id FROM current_funds"
    assert warehouse.ask(query) == [(document,)]
    amount = "SELECT amount FROM current_funds WHERE item = '项目支出' AND period = 'half_year'"
    assert warehouse.ask(amount) == [(Decimal(60),)]
    history = warehouse.ask("SELECT revision, current FROM submission_history ORDER BY revision")
    assert history == [(1, False), (2, True)]
    # Taken back: the folder holds the first version again, and that is what counts.
    load(convert({"a.txt": sample_texts[SAMPLE]}), warehouse.url)
    assert warehouse.ask(amount) == [(Decimal(54),)]


def test_documents_of_unknown_department_or_year_are_submissions_of_their_own(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    one = sample_texts[SAMPLE].replace("2025年度", "")
    load(convert({"a.txt": one, "b.txt": one.replace("54 566.18", "60 566.18")}), warehouse.url)
    assert warehouse.count("submissions") == 2


def test_a_withdrawn_document_stays_until_it_is_pruned(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    load(convert(sample_texts), warehouse.url)
    elsewhere = convert({"c.txt": sample_texts[OTHER].replace("县", "区")}, name="elsewhere")
    load(elsewhere, warehouse.url)
    out = convert({SAMPLE: sample_texts[SAMPLE]})
    assert load(out, warehouse.url).removed == 0
    assert warehouse.count("documents") == 3
    assert load(out, warehouse.url, prune=True).removed == 1
    assert warehouse.count("documents") == 2, "what another folder holds is not pruned"
    for table in TABLES:
        strays = f"SELECT count(*) FROM {table.name} WHERE document_id NOT IN (SELECT document_id FROM documents)"
        assert warehouse.ask(strays) == [(0,)]


def test_an_empty_folder_loads_and_prunes(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    load(convert(sample_texts), warehouse.url)
    empty = convert({"a.txt": "一篇文章。\n"})
    assert load(empty, warehouse.url).documents == 0
    assert warehouse.count("documents") == 2
    assert load(empty, warehouse.url, prune=True).removed == 2
    assert all(warehouse.count(table.name) == 0 for table in TABLES)


def test_a_column_of_a_later_version_is_added_and_named(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    out = convert(sample_texts)
    load(out, warehouse.url)
    before = warehouse.state()["goals"]
    warehouse.ask("DROP VIEW current_goals")
    warehouse.ask('ALTER TABLE goals DROP COLUMN "text"')
    warehouse.ask("DELETE FROM load_digests")  # what an earlier version had loaded
    loaded = load(out, warehouse.url)
    assert loaded.columns == ("goals.text",)
    assert loaded.changed == 2
    assert sorted(warehouse.ask('SELECT document_id, seq, horizon, "text" FROM goals'), key=repr) == before
    assert len(warehouse.ask("SELECT text FROM current_goals")) == len(before)


def test_parquet_alone_loads_as_csv_does(warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]) -> None:
    load(convert(sample_texts, formats=("parquet",)), warehouse.url)
    found = warehouse.state()
    load(convert(sample_texts, name="as-csv"), warehouse.url)
    again = warehouse.state()
    assert all(found[table.name] == again[table.name] for table in TABLES)


def test_a_number_too_long_for_the_warehouse_is_blank_and_named(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    out = convert({"a.txt": sample_texts[SAMPLE]})
    long = b"1" * 40
    edit(out, {"staffing"}, lambda line: line.replace("内设机构,13,".encode(), "内设机构,".encode() + long + b","))
    loaded = load(out, warehouse.url)
    (document,) = {row["document_id"] for row in rows_of(out, "documents")}
    assert loaded.unfit == (f"staffing.value {document}：{long.decode()}",)
    values = dict(warehouse.ask("SELECT metric, value FROM staffing"))
    assert values["内设机构"] is None
    assert values["行政编制"] == 39


def test_a_folder_that_is_none_or_has_been_edited_is_refused(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(WarehouseError, match="先运行 jixiao convert") as none:
        load(tmp_path, warehouse.url)
    assert none.value.exit_status == 2
    out = convert(sample_texts)
    with (out / "funds.csv").open("a", encoding="utf-8") as file:
        file.write("0123456789abcdef,1,income,资金总额,1,,,full_year,budget,1,元,1,1\n")
    with pytest.raises(WarehouseError, match=r"funds\.csv 与 datapackage\.json 所记的不符"):
        load(out, warehouse.url)


def test_tables_of_somebody_else_are_left_alone(
    warehouse: Warehouse, convert: Convert, sample_texts: dict[str, str]
) -> None:
    warehouse.ask("CREATE TABLE documents (id integer)")
    with pytest.raises(WarehouseError, match="不是 jixiao 建的表 documents"):
        load(convert(sample_texts), warehouse.url)
    assert warehouse.ask("SELECT count(*) FROM documents") == [(0,)]
