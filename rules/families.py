"""What forms are: one TOML per family, read, checked and merged with the general vocabulary.

A family is data: titles, section headings, columns and their synonyms, closed vocabularies. It
holds no regular expressions. A key that is not known here is refused with file and key, so that a
slip of the pen cannot silently switch a rule off.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from jixiao.normalize.characters import fold_traditional, fold_width

from .phrases import Phrases

GENERAL = "general"
SECTIONS = (
    "functions", "staffing", "funds", "long_term", "annual", "annual_actual", "annual_expected", "indicators", "tasks", "head",
)
GOALS = ("long_term", "annual", "annual_actual", "annual_expected")
"""The sections that hold goals."""
FIELDS = ("department", "department_code", "project", "money_unit", "year", "other", "personal")
IGNORED = "ignored"
COLUMNS = (
    "level1", "level2", "key_work", "project", "level3", "comparator", "unit", "direction", "weight", "note", "score", "personal",
)
TARGETS = ("target", "adjusted_target", "standard", "actual")
"""What a column of targets may hold; ``standard`` is settled by what stands beside it."""
TASK_COLUMNS = ("name", "content", "amount", "expected")
PERIODS = ("second_half", "half_year", "to_date", "long_term", "before_last", "last_year")
MEASURES = ("budget", "initial_budget", "adjusted_budget", "planned", "executed", "received", "balance", "adjustment")
SHARES = ("weight", "rate", "score")
"""Measures that are no money: 分值, 执行率, 得分 of a funds item."""
_KEYS: dict[str, tuple[str, ...]] = {
    "": (
        "name", "title", "titles", "years", "requires", "refuse_titles", "sections", "fields", "funds", "columns",
        "levels", "tasks", "periods",
    ),
    "sections": (*SECTIONS, "before", "after", "like"),
    "fields": (*FIELDS, IGNORED, "notes", "like"),
    "funds": (
        "income", "expenditure", "subtotal", "columns", "items", "projects_under", "income_under", "project_endings",
        "money_endings", "totals", "no_projects", "like",
    ),
    "columns": (*COLUMNS, "alone", "targets", "like"),
    "tasks": (*TASK_COLUMNS, "like"),
    "periods": PERIODS,
    "levels": ("level1", "level2", "with_projects", "pairs"),
    "funds.items": ("name", "side", "parent", "also"),
}
_SHORT = 64
_LIKE: dict[str, tuple[str, ...]] = {
    "sections": SECTIONS,
    "fields": FIELDS,
    "funds": (*MEASURES, *SHARES, "note", "income", "expenditure"),
    "columns": (*COLUMNS, *TARGETS),
    "tasks": (*TASK_COLUMNS, "note"),
}
"""The meanings that the words in a section's ``like`` table may stand for."""


class FamilyError(Exception):
    """A family's TOML that cannot be used; the message names the file, the key and the mend."""


@dataclass(frozen=True, slots=True)
class FundName:
    """A funds item with a fixed name: its side and its parent's name (empty for none)."""

    name: str
    side: str
    parent: str


@dataclass(frozen=True, eq=False)
class Family:
    """A family of forms, ready to match: all names are keyed by `key_of` (no spaces, folded width).

    *headings* maps a heading to its section; *own_headings* are those the family itself names,
    *printed_headings* those and the general ones, without the words that may stand around them;
    *columns* maps a column header to its column name;
    *targets* and *measures* a column header to (period, measure). *alone* are headings that are level 3 in a header
    that names no level.

    *like* maps a section of the file to (word, meaning) pairs in order: a label that is in no list and
    holds the word has that meaning. *requires* is what must be printed for the family to
    claim a form; of words parted by / one is enough.
    """

    name: str
    title: str
    titles: tuple[str, ...]
    years: tuple[int, int] | None
    refuse_titles: tuple[str, ...]
    headings: Phrases
    own_headings: frozenset[str]
    printed_headings: frozenset[str]
    labels: Mapping[str, str]
    sides: Mapping[str, str]
    subtotals: frozenset[str]
    measures: Mapping[str, tuple[str, str]]
    items: Mapping[str, FundName]
    projects_under: str
    income_under: str
    totals: frozenset[str]
    no_projects: frozenset[str]
    project_endings: tuple[str, ...]
    money_endings: tuple[str, ...]
    columns: Mapping[str, str]
    targets: Mapping[str, tuple[str, str]]
    level1: frozenset[str]
    level2: frozenset[str]
    with_projects: frozenset[str]
    pairs: Mapping[str, frozenset[str]]
    ignored: frozenset[str]
    notes: frozenset[str] = frozenset()
    requires: tuple[str, ...] = ()
    own_columns: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    tasks: Mapping[str, str] = field(default_factory=dict)
    periods: Mapping[str, str] = field(default_factory=dict)
    like: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    file: str = ""


class _Known(Mapping[str, Family]):
    """Families by name, each merged with the general vocabulary when it is first asked for.

    What is sent to another process are the tables: as they stand in the files, they are small.
    """

    def __init__(self, tables: Mapping[str, tuple[Mapping[str, Any], str]], general: Mapping[str, Any]) -> None:
        self._tables, self._general = tables, general
        self._made: dict[str, Family] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return _Known, (self._tables, self._general)

    def __getitem__(self, name: str) -> Family:
        if name not in self._made:
            table, file = self._tables[name]
            self._made[name] = _family(table, self._general, file)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


@dataclass(frozen=True)
class Families:
    """The families in use. *fingerprint* is a hash over their files, in order of name."""

    known: Mapping[str, Family]
    fingerprint: str
    files: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of all families."""
        return tuple(title for family in self.known.values() for title in family.titles)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of all families, and what kind of field each names."""
        return {label: kind for family in self.known.values() for label, kind in family.labels.items()}

    def names(self) -> list[str]:
        """Return the families' names, sorted."""
        return sorted(self.known)

    def get(self, name: str) -> Family:
        """Return the family called *name*; raise FamilyError if there is none."""
        if name not in self.known:
            raise FamilyError(f"没有名为 {name} 的表式；可用的有：{'、'.join(self.names())}")
        return self.known[name]

    def text(self, name: str) -> str:
        """Return the TOML text of the family called *name*."""
        self.get(name)
        return self.files[name]


def key_of(text: str) -> str:
    """Return *text* as headings are matched: no white space, full-width ASCII and traditional characters folded.

    >>> key_of("部门整体 资金（万 元）"), key_of("績效 指標")
    ('部门整体资金(万元)', '绩效指标')
    """
    return _short_key(text) if len(text) <= _SHORT else fold_traditional(fold_width("".join(text.split())))


@lru_cache(maxsize=8192)
def _short_key(text: str) -> str:
    """Return the key of a short text: within a form, and from form to form, the same are asked for again and again."""
    return fold_traditional(fold_width("".join(text.split())))


def load_families(folder: Path | None = None) -> Families:
    """Return the families that come with the package and those in *folder* (its TOMLs win by name).

    Raises FamilyError naming file and key.
    """
    shipped = sorted((Path(__file__).parent / "families").glob("*.toml"))
    own = sorted(folder.glob("*.toml")) if folder is not None else []
    if folder is not None and not own:
        raise FamilyError(f"{folder} 中没有 .toml 表式文件；请核对 --families 的路径")
    return _load(tuple(shipped), tuple(own)) if own else _load_shipped()


@cache
def _load_shipped() -> Families:
    return _load(tuple(sorted((Path(__file__).parent / "families").glob("*.toml"))), ())


def _load(shipped: tuple[Path, ...], own: tuple[Path, ...]) -> Families:
    tables: dict[str, tuple[dict[str, Any], str, str]] = {}
    for files in (shipped, own):
        seen: dict[str, Path] = {}
        for path in files:
            text = _read(path)
            table = parse_family(text, str(path))
            name = table["name"]
            if name in seen:
                raise FamilyError(f"{path} 与 {seen[name]} 的 name 同为 {name}；请改其一")
            seen[name] = path
            tables[name] = (table, text, path.name)
    general = tables[GENERAL][0]
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(name.encode() + b"\0" + tables[name][1].encode() + b"\0")
    known = _Known({name: (table, file) for name, (table, _, file) in tables.items()}, general)
    return Families(known, digest.hexdigest()[:16], {name: text for name, (_, text, _) in tables.items()})


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FamilyError(f"{path} 读不出（{error.strerror}）；请核对路径与权限") from error
    except UnicodeDecodeError as error:
        raise FamilyError(f"{path} 不是 UTF-8 文本；请另存为 UTF-8") from error


def parse_family(text: str, file: str) -> dict[str, Any]:
    """Return the TOML table in *text* with every key and type checked.

    Raises FamilyError naming *file* and the key.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FamilyError(f"{file} 不是有效的 TOML：{error}") from error
    _check_keys(table, "", file)
    name = table.get("name")
    if not isinstance(name, str) or not name or not all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
        raise FamilyError(f"{file} 的 name 应为小写英文与连字符，例如 department-targets")
    for section in ("sections", "fields", "funds", "columns", "levels", "tasks", "periods"):
        part = table.get(section, {})
        if not isinstance(part, dict):
            raise FamilyError(f"{file} 的 {section} 应为表：[{section}]")
        _check_keys(part, section, file)
        for key, value in part.items():
            if key == "like":
                if not isinstance(value, dict):
                    raise FamilyError(f"{file} 的 {section}.like 应为表：[{section}.like]")
                for meaning, parts in value.items():
                    if meaning not in _LIKE[section]:
                        known = "、".join(_LIKE[section])
                        raise FamilyError(f"{file} 有不认识的键 {section}.like.{meaning}；可用的有：{known}")
                    _check_words(parts, f"{section}.like.{meaning}", file)
            elif key == "items":
                for item in value:
                    _check_keys(item, "funds.items", file)
                    if not isinstance(item.get("name"), str) or item.get("side") not in ("income", "expenditure"):
                        raise FamilyError(f"{file} 的 funds.items 每项要有 name 与 side（income 或 expenditure）")
            elif key in ("columns", "targets"):
                for heading, said in value.items():
                    if not isinstance(said, str) or len(said.split()) != 2:
                        raise FamilyError(f"{file} 的 {section}.{key}.{heading} 应写作 \"period measure\"")
            elif key == "pairs":
                for level1, below in value.items():
                    _check_words(below, f"{section}.pairs.{level1}", file)
            elif key in ("projects_under", "income_under"):
                if not isinstance(value, str):
                    raise FamilyError(f"{file} 的 {section}.{key} 应为文字")
            else:
                _check_words(value, f"{section}.{key}", file)
    for key in ("titles", "refuse_titles", "requires"):
        _check_words(table.get(key, []), key, file)
    years = table.get("years", [])
    if not isinstance(years, list) or len(years) not in (0, 2) or not all(isinstance(y, int) for y in years):
        raise FamilyError(f"{file} 的 years 应为 [首年, 末年]")
    return table


def _check_keys(table: Mapping[str, Any], place: str, file: str) -> None:
    for key in table:
        if key not in _KEYS[place]:
            where = f"{place}.{key}" if place else key
            raise FamilyError(f"{file} 有不认识的键 {where}；可用的有：{'、'.join(_KEYS[place])}")


def _check_words(value: object, key: str, file: str) -> None:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise FamilyError(f"{file} 的 {key} 应为文字的列表，例如 [\"年度目标\"]")


def _family(table: Mapping[str, Any], general: Mapping[str, Any], file: str) -> Family:
    """Merge a family's table over the general vocabulary."""

    def words(section: str, key: str) -> list[str]:
        own = table.get(section, {}).get(key, [])
        base = general.get(section, {}).get(key, []) if table is not general else []
        return [*own, *base]

    def keyed(section: str, keys: Iterable[str]) -> dict[str, str]:
        out: dict[str, str] = {}
        for source in (general, table):  # the family's own reading of a heading wins
            for key in keys:
                for word in source.get(section, {}).get(key, []):
                    out[key_of(word)] = key
        return out

    def meanings(section: str, key: str) -> dict[str, tuple[str, str]]:
        out: dict[str, tuple[str, str]] = {}
        for source in (general, table):
            for heading, meaning in source.get(section, {}).get(key, {}).items():
                period, measure = meaning.split()
                out[key_of(heading)] = (period, measure)
        return out

    def likes(section: str) -> tuple[tuple[str, str], ...]:
        sources = (table, general) if table is not general else (general,)
        return tuple(
            (key_of(word), meaning)
            for source in sources
            for meaning, parts in source.get(section, {}).get("like", {}).items()
            for word in parts
        )

    headings = keyed("sections", SECTIONS)
    fronts = [key_of(word) for word in words("sections", "before")]
    backs = [key_of(word) for word in words("sections", "after")]
    items: dict[str, FundName] = {}
    for source in (general, table):
        for item in source.get("funds", {}).get("items", []):
            fund = FundName(item["name"], item["side"], item.get("parent", ""))
            for name in (item["name"], *item.get("also", [])):
                items[key_of(name)] = fund
    years = table.get("years") or None
    own_columns = [w for c in COLUMNS for w in table.get("columns", {}).get(c, [])]
    own_columns += table.get("columns", {}).get("targets", {})
    own_headings = frozenset(key_of(w) for s in SECTIONS for w in table.get("sections", {}).get(s, []))
    return Family(
        name=table["name"],
        title=table.get("title", table["name"]),
        titles=tuple(key_of(t) for t in table.get("titles", [])),
        years=(years[0], years[1]) if years else None,
        refuse_titles=tuple(key_of(t) for t in [*table.get("refuse_titles", []), *general.get("refuse_titles", [])]),
        # Alone short ones say too little: 资金 and 人员 stand in many a cell.
        headings=Phrases(headings, fronts, backs, short=2, even_short=("functions", "head")),
        own_headings=own_headings,
        printed_headings=frozenset(key_of(w) for s in SECTIONS for w in words("sections", s) if len(key_of(w)) > 3),
        labels={
            label + seal: kind
            for label, kind in keyed("fields", FIELDS).items()
            for seal in ("", "(盖章)", "(公章)", "(印章)", "(签章)", "(签字)", "(签名)")
        },
        sides={key_of(w): s for s in ("income", "expenditure") for w in words("funds", s)},
        subtotals=frozenset(key_of(w) for w in words("funds", "subtotal")),
        measures=meanings("funds", "columns"),
        items=items,
        projects_under=table.get("funds", {}).get("projects_under", general.get("funds", {}).get("projects_under", "")),
        income_under=table.get("funds", {}).get("income_under", general.get("funds", {}).get("income_under", "")),
        totals=frozenset(key_of(w) for w in words("funds", "totals")),
        no_projects=frozenset(key_of(w) for w in words("funds", "no_projects")),
        project_endings=tuple(key_of(w) for w in words("funds", "project_endings")),
        money_endings=tuple(key_of(w) for w in words("funds", "money_endings")),
        columns=keyed("columns", COLUMNS),
        targets=meanings("columns", "targets"),
        level1=frozenset(key_of(w) for w in words("levels", "level1")),
        level2=frozenset(key_of(w) for w in words("levels", "level2")),
        with_projects=frozenset(key_of(w) for w in words("levels", "with_projects")),
        pairs={
            key_of(level1): frozenset(map(key_of, below))
            for source in (general, table)
            for level1, below in source.get("levels", {}).get("pairs", {}).items()
        },
        ignored=frozenset(key_of(w) for w in words("fields", IGNORED)),
        notes=frozenset(key_of(w) for w in words("fields", "notes")),
        requires=tuple("/".join(key_of(w) for w in need.split("/")) for need in table.get("requires", [])),
        own_columns=frozenset(map(key_of, own_columns)) if table is not general else frozenset(),
        alone=frozenset(key_of(w) for w in words("columns", "alone")),
        tasks=keyed("tasks", TASK_COLUMNS),
        periods=keyed("periods", PERIODS),
        like={section: likes(section) for section in _LIKE},
        file=file,
    )
