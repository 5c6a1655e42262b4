"""How well flattened text dumps of made-up forms are read: precision, recall, silent errors.

    python benchmarks/text_forms.py --forms 200 --dumpers tika pdfium --worst 20

Forms are invented and typeset from their seeds, dumped to text, read, and compared with their truth cell
by cell. Forms and dumps are kept under --cache in a folder named by a hash of the generator, so that a
second run only reads.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.forms import DUMPERS, Score, dump, invent, score, style_for, typeset  # noqa: E402
from tests.forms.score import FIELDS, Count, Error  # noqa: E402

# What a form and its dump are made from; the scorer and the damage change neither.
_SOURCES = (
    "words.toml",
    "wording.py",
    "form.py",
    "values.py",
    "blocks.py",
    "invent.py",
    "style.py",
    "lines.py",
    "layout.py",
    "sheet.py",
    "typeset.py",
    "dump.py",
)

Rows = Sequence[Mapping[str, str]]


def read_tables(data: bytes, source: str) -> tuple[str, Mapping[str, Rows]]:
    """Read one document with jixiao; return its status and its tables."""
    from jixiao.pipeline.one import read_bytes

    outcome = read_bytes(data, source)
    return str(outcome.status), outcome.tables


@dataclass(frozen=True)
class Result:
    """What became of one form through one dumper."""

    seed: int
    dumper: str
    status: str
    seconds: float
    score: Score


def generator_hash() -> str:
    """Return 12 hex digits that change with the generator and with the tools that draw and dump."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((ROOT / "tests" / "forms" / name).read_bytes())
    for package in ("reportlab", "extractous", "pypdfium2"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:12]


def dumped(seed: int, dumper: str, folder: Path) -> bytes:
    """Return the form of *seed* as *dumper* gives it, from *folder* if it is there already."""
    text_path = folder / f"{seed}-{dumper}.txt"
    if not text_path.exists():
        pdf_path = folder / f"{seed}.pdf"
        if not pdf_path.exists():
            unfinished = folder / f"{seed}.pdf.unfinished"
            typeset(invent(seed), style_for(seed), unfinished)
            unfinished.rename(pdf_path)
        unfinished = folder / f"{text_path.name}.unfinished"
        unfinished.write_text(dump(pdf_path, dumper), encoding="utf-8", newline="")
        unfinished.rename(text_path)
    return text_path.read_bytes()


def measure(job: tuple[int, tuple[str, ...], Path]) -> list[Result]:
    """Make, read and score one form through every dumper."""
    seed, dumpers, folder = job
    truth = invent(seed).tables()
    results = []
    for dumper in dumpers:
        data = dumped(seed, dumper, folder)
        start = time.perf_counter()
        try:
            status, tables = read_tables(data, f"{seed}-{dumper}.txt")
        except Exception as error:
            error.add_note(f"while reading seed {seed} as dumped by {dumper}")
            raise
        seconds = time.perf_counter() - start
        result = score(truth, tables, tables.get("findings", ()))
        results.append(Result(seed, dumper, status, seconds, result))
    return results


def _row(cells: Iterable[str]) -> str:
    first, *rest = cells
    return f"{first:<18}" + "".join(f"{cell:>12}" for cell in rest)


def _summary(results: Sequence[Result], dumpers: Sequence[str]) -> list[str]:
    """Return the lines of the table of dumpers and the table of tables."""
    heads = ("dumper", "precision", "recall", "F1", "exact forms", "silent", "forms with", "ms a form")
    lines = [_row(heads)]
    f1_lines = ["", _row(("F1 per table", *FIELDS))]
    for dumper in dumpers:
        own = [result for result in results if result.dumper == dumper]
        total = sum((result.score.total for result in own), Count())
        exact = sum(result.score.exact for result in own)
        silent = [len(result.score.silent) for result in own]
        seconds = sorted(result.seconds for result in own)
        lines.append(
            _row(
                (
                    dumper,
                    f"{total.precision:.4f}",
                    f"{total.recall:.4f}",
                    f"{total.f1:.4f}",
                    f"{exact / len(own):.1%}",
                    str(sum(silent)),
                    str(sum(1 for number in silent if number)),
                    f"{seconds[len(seconds) // 2] * 1000:.1f}",
                )
            )
        )
        f1 = [sum((result.score.table(table) for result in own), Count()).f1 for table in FIELDS]
        f1_lines.append(_row((dumper, *(f"{value:.4f}" for value in f1))))
    statuses = Counter((result.dumper, result.status) for result in results)
    status_lines = ["", *(f"{dumper}: {status} {n}" for (dumper, status), n in sorted(statuses.items()))]
    return lines + f1_lines + status_lines


def _worst(results: Sequence[Result], number: int) -> list[str]:
    """Return lines for *number* errors, half of them silent, the rest of each kind in turn.

    A kind is a dumper, a table and a field; the commonest comes first. Of the silent ones every form
    gives its first before any gives its second.
    """
    kinds: dict[tuple[str, str, str], list[tuple[Result, Error]]] = defaultdict(list)
    for result in results:
        for error in result.score.errors:
            kinds[result.dumper, error.table, error.field].append((result, error))
    silent = [
        (turn, result.seed, ("silent", result, error))
        for result in results
        for turn, error in enumerate(result.score.silent)
    ]
    chosen = [entry for *_, entry in sorted(silent, key=lambda item: item[:2])][: number // 2]
    order = sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    turn = 0
    while len(chosen) < number and any(len(errors) > turn for _, errors in order):
        for _, errors in order:
            if len(errors) > turn and len(chosen) < number:
                chosen.append((f"1 of {len(errors)}", *errors[turn]))
        turn += 1
    return [
        f"{why:>10}  seed {result.seed} {result.dumper} {error.table} row {error.row} {error.field}: "
        f"expected {_short(error.expected)}, got {_short(error.actual)}"
        for why, result, error in chosen
    ]


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:28]}…{text[-28:]}")


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--forms", type=int, default=200, help="how many forms (default 200)")
    parser.add_argument("--seed-start", type=int, default=1, help="the first form's seed (default 1)")
    parser.add_argument("--dumpers", nargs="+", choices=DUMPERS, default=list(DUMPERS))
    parser.add_argument("--worst", type=int, default=20, help="how many errors to show (default 20)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "forms", help="where forms are kept")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()

    folder = chosen.cache / generator_hash()
    folder.mkdir(parents=True, exist_ok=True)
    seeds = range(chosen.seed_start, chosen.seed_start + chosen.forms)
    jobs = [(seed, tuple(chosen.dumpers), folder) for seed in seeds]
    # Spawned, since Tika's native threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(chosen.processes, mp_context=context) as pool:
        results = [result for group in pool.map(measure, jobs, chunksize=4) for result in group]
    print("\n".join(_summary(results, chosen.dumpers)))
    if chosen.worst:
        print("\n".join(["", "errors:", *_worst(results, chosen.worst)]))


if __name__ == "__main__":
    main()
