"""What stands in the warehouse: the contract's tables, the record of loads, submissions, and views on them.

All statements are read by DuckDB and PostgreSQL alike, but for the names of types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jixiao.deliver.schema import BY_NAME, TABLES, Table


def quoted(name: str) -> str:
    """Return *name* as an SQL identifier: ``table`` is a column of ours and a word of SQL."""
    return f'"{name}"'


Types = Mapping[str, str]
"""The name of a type for each of string, integer, decimal, boolean, date and moment."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A column as the warehouse has it. *kind* is a key of `Types`; *title* its comment."""

    name: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table as the warehouse has it; *of_form* tells whether its rows belong to one document each."""

    name: str
    title: str
    columns: tuple[Stored, ...]
    key: tuple[str, ...]
    of_form: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


_ADDED = {
    "targets": (
        Stored("value_number", "decimal", "数值：value 是数时的数，可比较、可计算"),
        Stored("value_date", "date", "日期：value 是日期时的日期"),
    )
}
"""Columns that a table has in the warehouse alone, behind its own."""


def _stored(table: Table) -> StoredTable:
    columns = [
        Stored(c.name, c.type, f"{c.title}：{c.description}" if c.description else c.title) for c in table.columns
    ]
    return StoredTable(
        table.name, f"{table.title}：{table.description}", (*columns, *_ADDED.get(table.name, ())), table.key, True
    )


FORMS: tuple[StoredTable, ...] = tuple(_stored(table) for table in TABLES)
"""The contract's tables, documents first."""

_BUSINESS = (
    Stored("department", "string", "部门"),
    Stored("project", "string", "项目；整体表为空"),
    Stored("year", "integer", "年度"),
    Stored("family", "string", "表式"),
)
RECORDS: tuple[StoredTable, ...] = (
    StoredTable(
        "loads",
        "载入：每次有改动的载入一行",
        (
            Stored("load", "integer", "第几次载入"),
            Stored("folder", "string", "转换结果文件夹"),
            Stored("fingerprint", "string", "各表文件的散列"),
            Stored("version", "string", "程序版本"),
            Stored("loaded_at", "moment", "时间"),
            Stored("documents", "integer", "文件夹中的表数"),
            Stored("changed", "integer", "新增或替换的表数"),
            Stored("removed", "integer", "移除的表数"),
        ),
        ("load",),
    ),
    StoredTable(
        "load_members",
        "载入成员：哪个文件夹交来哪张表",
        (
            Stored("folder", "string", "转换结果文件夹"),
            Stored("document_id", "string", "表编号"),
            Stored("first_load", "integer", "首次见于第几次载入"),
            Stored("last_load", "integer", "最近见于第几次载入"),
        ),
        ("folder", "document_id"),
    ),
    StoredTable(
        "load_digests",
        "内容散列：一张表各行的散列，相同即不再载入",
        (Stored("document_id", "string", "表编号"), Stored("digest", "string", "散列")),
        ("document_id",),
    ),
    StoredTable(
        "submissions",
        "报送：同一部门、项目、年度、表式的一次报送，指向最近载入的表",
        (
            Stored("submission", "string", "报送编号；部门或年度不明者各自为一次报送"),
            *_BUSINESS,
            Stored("document_id", "string", "现行的表编号"),
            Stored("revisions", "integer", "共有几稿"),
        ),
        ("submission",),
    ),
    StoredTable(
        "submission_history",
        "报送历史：每一稿一行",
        (
            Stored("document_id", "string", "表编号"),
            Stored("submission", "string", "报送编号"),
            *_BUSINESS,
            Stored("revision", "integer", "第几稿，从 1 起，先到者在前"),
            Stored("current", "boolean", "是否现行"),
            Stored("first_load", "integer", "首次见于第几次载入"),
            Stored("last_load", "integer", "最近见于第几次载入"),
        ),
        ("document_id",),
    ),
)
"""The warehouse's own tables."""



def _current(table: StoredTable) -> tuple[str, str]:
    columns = ", ".join(f"t.{quoted(name)}" for name in table.names)
    return (
        f"{BY_NAME[table.name].title}：只含现行的表",
        f"SELECT {columns} FROM {table.name} AS t JOIN submissions AS s ON s.document_id = t.document_id",
    )


VIEWS: Mapping[str, tuple[str, str]] = {
    **{f"current_{table.name}": _current(table) for table in FORMS},
    "targets_over_years": (
        "历年指标值：部门、指标、年度",
        "SELECT s.department, s.project, s.year, s.family, i.level1, i.level2, i.level3, i.key_work,"
        " t.period, t.measure, t.raw, t.kind, t.operator, t.value_number, t.value_max, t.value_date, t.unit,"
        " t.document_id, t.indicator_seq"
        " FROM submissions AS s JOIN indicators AS i ON i.document_id = s.document_id"
        " JOIN targets AS t ON t.document_id = i.document_id AND t.indicator_seq = i.seq",
    ),
    "funds_by_department": (
        "部门历年资金（元）",
        "SELECT s.department, s.project, s.year, s.family, f.side, f.item, f.level, f.parent, f.period, f.measure,"
        " f.amount_yuan, f.document_id, f.seq"
        " FROM submissions AS s JOIN funds AS f ON f.document_id = s.document_id",
    ),
    "findings_by_severity": (
        "问题统计：部门、年度、程度、规则",
        "SELECT s.department, s.year, f.severity, f.rule, count(*) AS findings, count(DISTINCT f.document_id) AS documents"
        " FROM submissions AS s JOIN findings AS f ON f.document_id = s.document_id"
        " GROUP BY s.department, s.year, f.severity, f.rule",
    ),
    "indicators_without_funds": (
        "印有对应项目而资金中没有这一项的指标",
        "SELECT s.department, s.year, s.family, i.document_id, i.seq, i.level1, i.level2, i.level3, i.project"
        " FROM submissions AS s JOIN indicators AS i ON i.document_id = s.document_id"
        " WHERE i.project IS NOT NULL AND i.fund_seq IS NULL",
    ),
}
"""name → (comment, query)."""


def literal(text: str) -> str:
    """Return *text* as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def create_table(table: StoredTable, types: Types, foreign_keys: bool) -> Iterator[str]:
    """Yield the statements that make *table*, its key and comments.

    *foreign_keys* ties the rows of a form to its document; DuckDB does not let a key be deleted and
    written again in one transaction while a foreign key points at it.
    """
    lines = [f"{quoted(c.name)} {types[c.kind]}{' NOT NULL' if c.name in table.key else ''}" for c in table.columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    if foreign_keys and table.of_form and table.name != "documents":
        lines.append("FOREIGN KEY (document_id) REFERENCES documents (document_id) DEFERRABLE INITIALLY DEFERRED")
    yield f"CREATE TABLE {table.name} ({', '.join(lines)})"
    if not table.key:
        yield f"CREATE INDEX {table.name}_document ON {table.name} (document_id)"
    yield f"COMMENT ON TABLE {table.name} IS {literal(table.title)}"
    for column in table.columns:
        yield comment_on(table, column)


def comment_on(table: StoredTable, column: Stored) -> str:
    """Return the statement that comments *column*."""
    return f"COMMENT ON COLUMN {table.name}.{quoted(column.name)} IS {literal(column.title)}"


def create_views() -> Iterator[str]:
    """Yield the statements that make every view, over one that is there already."""
    for name, (comment, query) in VIEWS.items():
        yield f"CREATE OR REPLACE VIEW {name} AS {query}"
        yield f"COMMENT ON VIEW {name} IS {literal(comment)}"


# A submission is told by department, project, year and family. Where the department or the year is not
# known, two documents cannot be said to be the same submission, and each is its own.
_RANKED = """
SELECT d.document_id, d.department, d.project, d.year, d.form AS family, m.first_load, m.last_load,
       CASE WHEN d.department IS NULL OR d.year IS NULL THEN 'document:' || d.document_id
            ELSE d.department || '|' || coalesce(d.project, '') || '|' || CAST(d.year AS VARCHAR) || '|' || d.form
       END AS submission, d.source
FROM documents AS d
JOIN (SELECT document_id, min(first_load) AS first_load, max(last_load) AS last_load
      FROM load_members GROUP BY document_id) AS m ON m.document_id = d.document_id
"""

REFRESH_SUBMISSIONS = (
    "DELETE FROM submission_history",
    f"""
    INSERT INTO submission_history
        (document_id, submission, department, project, year, family, revision, current, first_load, last_load)
    SELECT document_id, submission, department, project, year, family,
           row_number() OVER (PARTITION BY submission ORDER BY first_load, source, document_id),
           row_number() OVER (PARTITION BY submission
                              ORDER BY last_load DESC, first_load DESC, source DESC, document_id DESC) = 1,
           first_load, last_load
    FROM ({_RANKED}) AS ranked
    """,
    "DELETE FROM submissions",
    """
    INSERT INTO submissions (submission, department, project, year, family, document_id, revisions)
    SELECT h.submission, h.department, h.project, h.year, h.family, h.document_id, n.revisions
    FROM submission_history AS h
    JOIN (SELECT submission, count(*) AS revisions FROM submission_history GROUP BY submission) AS n
      ON n.submission = h.submission
    WHERE h.current
    """,
)
"""What makes submissions and their history anew from the documents and the record of loads."""
