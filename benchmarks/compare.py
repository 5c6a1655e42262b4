"""How well changes between two years are found, and what a pair of forms costs.

    python benchmarks/compare.py                          200 pairs of each vocabulary
    python benchmarks/compare.py --pairs 1000 --worst 40  more, with what was missed or made up
    python benchmarks/compare.py --departments 500        a folder of so many departments, end to end

Accuracy is over invented pairs of years (`tests/forms/years.py`), each read forwards and backwards and
taken as invented: what is scored is the comparing alone. The wordings of *held_out* were written before
the matcher and never looked at while it was made.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from jixiao.deliver.files import csv_line  # noqa: E402
from jixiao.deliver.package import package_text  # noqa: E402
from jixiao.deliver.schema import TABLES  # noqa: E402
from jixiao.deliver.tables import tables_of  # noqa: E402
from jixiao.pipeline.compare import compare, read_side, write_comparison  # noqa: E402
from jixiao.rules.checks import check_form  # noqa: E402
from jixiao.rules.compare.change import KINDS  # noqa: E402
from jixiao.rules.compare.forms import compare_forms  # noqa: E402
from jixiao.rules.families import load_families  # noqa: E402
from jixiao.rules.records import Form  # noqa: E402

from tests.forms import invent  # noqa: E402
from tests.forms.year_extras import with_extras  # noqa: E402
from tests.forms.year_score import YearScore, record_of  # noqa: E402
from tests.forms.years import next_year, turned_round  # noqa: E402


def accuracy(vocabulary: str, seeds: range) -> tuple[YearScore, list[float]]:
    """Return the score over the pairs of *seeds* and the seconds of every comparison."""
    scored, families = YearScore(), load_families()
    seconds = []
    for seed in seeds:
        pair = with_extras(next_year(invent(seed), seed, vocabulary), seed)
        for each, where in ((pair, str(seed)), (turned_round(pair), f"{seed} backwards")):
            old, new = record_of(each.old, "old", families), record_of(each.new, "new", families)
            start = time.process_time()
            changes = compare_forms(old, new)
            seconds.append(time.process_time() - start)
            scored.add(each, changes, where, (old, new))
    return scored, seconds


def report(vocabulary: str, scored: YearScore, seconds: list[float], worst: int) -> None:
    seconds.sort()
    print(
        f"{vocabulary}: renamed rows {scored.renamed_true}, precision {scored.precision:.4f}, recall {scored.recall:.4f}; "
        f"wrong way {len(scored.wrong_way)}; uncertain {scored.uncertain} of {scored.changes} changes; "
        f"CPU a pair {seconds[len(seconds) // 2] * 1000:.1f} ms (median), {seconds[-1] * 1000:.0f} ms (worst)"
    )
    print(f"  {'kind':<18}{'planted':>9}{'found':>9}{'right':>9}{'precision':>11}{'recall':>9}")
    for kind in KINDS:
        planted, found, right = scored.kinds_planted[kind], scored.kinds_found[kind], scored.kinds_right[kind]
        print(
            f"  {kind:<18}{planted:>9}{found:>9}{right:>9}"
            f"{right / found if found else 1:>11.4f}{right / planted if planted else 1:>9.4f}"
        )
    for title, lines in (
        ("wrong way", scored.wrong_way),
        ("missed", scored.missed),
        ("made up", scored.invented),
    ):
        for line in lines[:worst]:
            print(f"  {title}: {line[:220]}")


def converted(forms: Iterable[Form], folder: Path) -> None:
    """Write *forms* as a converted folder."""
    folder.mkdir(parents=True)
    files = {
        f"{table.name}.csv": (folder / f"{table.name}.csv").open("w", encoding="utf-8") for table in TABLES
    }
    for table in TABLES:
        files[f"{table.name}.csv"].write(csv_line(table.names))
    for form in forms:
        for name, rows in tables_of(form).items():
            files[f"{name}.csv"].writelines(csv_line(tuple(row.values())) for row in rows)
    for file in files.values():
        file.close()
    (folder / "datapackage.json").write_text(
        package_text({name: folder / name for name in files}, {}), encoding="utf-8"
    )


def folder_of(departments: int) -> None:
    """Compare two converted folders of *departments* each, and write everything."""
    families = load_families()
    olds, news = [], []
    for seed in range(1, departments + 1):
        pair = next_year(invent(seed), seed, "held_out")
        for form, found, side in ((pair.old, olds, "a"), (pair.new, news, "b")):
            read = record_of(form, f"{side}{seed:015x}")
            found.append(_named(read, seed, families))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        converted(olds, folder / "old")
        converted(news, folder / "new")
        wall, cpu = time.perf_counter(), time.process_time()
        comparison = compare(read_side(folder / "old"), read_side(folder / "new"))
        compared = time.perf_counter() - wall
        write_comparison(comparison, folder / "out")
        whole, used = time.perf_counter() - wall, time.process_time() - cpu
        paired = sum(
            report.pair.old is not None and report.pair.new is not None for report in comparison.reports
        )
        size = sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{departments} departments: {paired} paired, {sum(len(r.changes) for r in comparison.reports)} changes; "
        f"{whole:.1f} s in all ({compared:.1f} s to read and compare), CPU {used / max(paired, 1):.3f} s a pair; "
        f"{size / 1e6:.1f} MB written, {memory:.0f} MB of memory"
    )


def _named(form: Form, seed: int, families: object) -> Form:
    """Return *form* with its checks' findings and a department's name of its own."""
    from dataclasses import replace

    from jixiao.rules.families import Families
    from jixiao.rules.records import Text

    assert isinstance(families, Families)
    name = f"{'' if form.department is None else form.department.value}第{seed}分局"
    return replace(form, department=Text(name, name), findings=check_form(form, families))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=200, help="pairs of each vocabulary (200)")
    parser.add_argument("--seed-start", type=int, default=5001, help="the first pair's seed (5001)")
    parser.add_argument("--worst", type=int, default=0, help="how many misses of each sort to show (0)")
    parser.add_argument("--departments", type=int, default=100, help="departments of the folder (100)")
    chosen = parser.parse_args()
    seeds = range(chosen.seed_start, chosen.seed_start + chosen.pairs)
    for vocabulary in ("tuned", "held_out"):
        report(vocabulary, *accuracy(vocabulary, seeds), chosen.worst if vocabulary == "tuned" else 0)
    folder_of(chosen.departments)


if __name__ == "__main__":
    main()
