"""The changes between the samples' years are those that stand beside them, cell by cell.

`make golden` rewrites them and is the only way to, as for the other samples.
"""

from __future__ import annotations

from pathlib import Path

import jixiao
import pytest
from jixiao.deliver.changes import changes_csv

from .test_golden import SWITCH, Rows, read_rows, table_differences

YEARS = Path(__file__).parents[1] / "samples" / "years"
PAIRS = (("2023", "2024"), ("2024", "2025"))


def fresh(old: str, new: str) -> str:
    return changes_csv(jixiao.compare(YEARS / old, YEARS / new).reports)


def expected_file(old: str, new: str) -> Path:
    return YEARS / f"{old}-{new}.expected" / "changes.csv"


if SWITCH == "rewrite":

    @pytest.mark.parametrize(("old", "new"), PAIRS)
    def test_expected_changes_are_rewritten(old: str, new: str) -> None:
        path = expected_file(old, new)
        path.parent.mkdir(exist_ok=True)
        path.write_text(fresh(old, new), encoding="utf-8", newline="")


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_fresh_comparison_is_the_expected_one(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "changes.csv").write_text(fresh(old, new), encoding="utf-8", newline="")
    actual: Rows = read_rows(tmp_path / "changes.csv")
    found = list(table_differences("changes", read_rows(expected_file(old, new)), actual))
    assert not found, "\n".join(["", *found[:20]])


def test_every_pair_of_years_has_its_expected_file() -> None:
    assert sorted(YEARS.glob("*.expected/*")) == [expected_file(*pair) for pair in PAIRS]
