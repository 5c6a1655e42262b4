"""How well the other families' forms are read, by family, by format, and by reader (family or general).

    python benchmarks/families.py --forms 20 --formats xlsx docx pdf text pdftotext-layout --worst 10

Each invented form is printed in every format, read, and compared with its truth cell by cell: once by
whatever family claims it, once forced to the general reader.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.forms.kin import KINDS, invent_kin  # noqa: E402
from tests.forms.kin.draw import PRINTERS  # noqa: E402
from tests.forms.score import MORE_FIELDS, Count, Score, score  # noqa: E402

READERS = ("family", "general")
FILES = ("xlsx", "docx", "pdf")


@dataclass(frozen=True)
class Result:
    """What became of one form in one format through one reader; *read_as* is the family that read it."""

    kind: str
    seed: int
    media: str
    reader: str
    read_as: str
    seconds: float
    score: Score


def measure(job: tuple[str, int, Sequence[str]]) -> list[Result]:
    """Print, read and score one form in every format."""
    from jixiao.deliver.tables import tables_of
    from jixiao.extract.errors import DocumentError
    from jixiao.extract.options import Options
    from jixiao.extract.read import read_forms
    from jixiao.rules.checks import check_form
    from jixiao.rules.families import GENERAL, load_families

    kind, seed, formats = job
    kin = invent_kin(kind, seed)
    families = load_families()
    out = []
    for media in formats:
        data = PRINTERS[media](kin)
        for reader in READERS:
            start = time.perf_counter()
            tables: dict[str, list[dict[str, str]]] = {}
            try:
                name = f"form.{media if media in FILES else 'txt'}"
                forms = read_forms(data, name, families, Options(GENERAL if reader == "general" else None))
                tables = tables_of(forms[0])
                read_as = forms[0].family
                for finding in check_form(forms[0], families):
                    tables["findings"].append({"table": finding.table, "row_seq": str(finding.row_seq)})
            except DocumentError as error:
                read_as = error.reason
            seconds = time.perf_counter() - start
            found = score(kin.tables, tables, tables.get("findings", ()), MORE_FIELDS)
            out.append(Result(kind, seed, media, reader, read_as, seconds, found))
    return out


def _row(cells: Iterable[str]) -> str:
    first, *rest = cells
    return f"{first:<22}" + "".join(f"{cell:>11}" for cell in rest)


def summary(results: Sequence[Result]) -> list[str]:
    """Return a line for each family, format and reader."""
    lines = [_row(("family", "format", "reader", "precision", "recall", "F1", "exact", "silent", "ms a form"))]
    keys = dict.fromkeys((r.kind, r.media, r.reader) for r in results)
    for kind, media, reader in sorted(keys, key=lambda k: (k[1], k[2], k[0])):
        own = [r for r in results if (r.kind, r.media, r.reader) == (kind, media, reader)]
        lines.append(_row((kind, media, reader, *_figures(own))))
    for media in dict.fromkeys(r.media for r in results):
        for reader in READERS:
            own = [r for r in results if (r.media, r.reader) == (media, reader)]
            lines.append(_row(("all", media, reader, *_figures(own))))
    claims = Counter((r.kind, r.read_as) for r in results if r.reader == "family")
    return [*lines, "", *(f"{kind} read as {name}: {n}" for (kind, name), n in sorted(claims.items()))]


def _figures(own: Sequence[Result]) -> tuple[str, ...]:
    total = sum((r.score.total for r in own), Count())
    seconds = sorted(r.seconds for r in own)
    return (
        f"{total.precision:.4f}",
        f"{total.recall:.4f}",
        f"{total.f1:.4f}",
        f"{sum(r.score.exact for r in own) / len(own):.0%}",
        str(sum(len(r.score.silent) for r in own)),
        f"{seconds[len(seconds) // 2] * 1000:.0f}",
    )


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--forms", type=int, default=20, help="how many forms of each family (default 20)")
    parser.add_argument("--seed-start", type=int, default=1, help="the first form's seed (default 1)")
    parser.add_argument("--families", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--formats", nargs="+", choices=list(PRINTERS), default=list(PRINTERS))
    parser.add_argument("--worst", type=int, default=0, help="how many errors to show a family and format")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    seeds = range(chosen.seed_start, chosen.seed_start + chosen.forms)
    jobs = [(kind, seed, tuple(chosen.formats)) for kind in chosen.families for seed in seeds]
    with ProcessPoolExecutor(chosen.processes) as pool:
        results = [result for group in pool.map(measure, jobs) for result in group]
    print("\n".join(summary(results)))
    shown: Counter[tuple[str, str, str]] = Counter()
    for result in results:
        for error in result.score.errors:
            key = (result.kind, result.media, result.reader)
            if shown[key] < chosen.worst:
                shown[key] += 1
                where = f"{result.kind} {result.seed} {result.media} {result.reader} {error.table} row {error.row} {error.field}"
                print(f"{where}: expected {error.expected[:40]!r}, got {error.actual[:40]!r}")


if __name__ == "__main__":
    main()
