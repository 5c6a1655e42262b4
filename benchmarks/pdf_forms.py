"""How well ruled PDFs of made-up forms are read, field by field: drawn by reportlab and printed by Chromium.

    python benchmarks/pdf_forms.py --forms 40 --seed-start 1001 --worst 20

Every form is invented and styled from its seed (fonts, sizes, margins, rules, page breaks), set by both
engines, read by --reader and compared with its truth cell by cell. The PDFs are kept under --cache.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from pathlib import Path

from text_forms import ROOT, generator_hash

sys.path.insert(0, str(ROOT))

from jixiao.extract.options import Options
from jixiao.pipeline.one import read_bytes

from tests.forms import Score, invent, score, style_for, typeset
from tests.forms.printing import Printer, chromium
from tests.forms.score import FIELDS, Count

ENGINES = ("reportlab", "chromium")


def made(seeds: range, engine: str, cache: Path) -> dict[int, bytes]:
    """Return the forms of *seeds* as PDFs of *engine*, from *cache* where they are."""
    printing = hashlib.sha256((ROOT / "tests" / "forms" / "printing.py").read_bytes()).hexdigest()[:8]
    folder = cache / f"{generator_hash()}-{engine}-{printing}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in seeds if not (folder / f"{seed}.pdf").exists()]
    if missing and engine == "chromium":
        if chromium() is None:
            sys.exit("chromium is missing: apt-get install chromium fonts-noto-cjk")
        with Printer() as printer:
            for seed in missing:
                printer.print_form(invent(seed), style_for(seed), folder / "unfinished")
                (folder / "unfinished").rename(folder / f"{seed}.pdf")
    elif missing:
        for seed in missing:
            typeset(invent(seed), style_for(seed), folder / "unfinished")
            (folder / "unfinished").rename(folder / f"{seed}.pdf")
    return {seed: (folder / f"{seed}.pdf").read_bytes() for seed in seeds}


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--forms", type=int, default=40, help="how many forms by each engine (default 40)")
    parser.add_argument("--seed-start", type=int, default=1, help="the first form's seed (default 1)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--reader", choices=("pdfium", "pdfplumber"), default="pdfium")
    parser.add_argument("--worst", type=int, default=10, help="how many errors to show (default 10)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "forms", help="where PDFs are kept")
    chosen = parser.parse_args()

    seeds = range(chosen.seed_start, chosen.seed_start + chosen.forms)
    everything: list[tuple[str, int, Score]] = []
    print(f"{'':<12}{'forms':>7}{'precision':>11}{'recall':>9}{'F1':>9}{'exact':>9}{'silent':>8}{'ms a form':>11}")
    for engine in chosen.engines:
        results, statuses = [], Counter[str]()
        start = time.process_time()
        for seed, data in made(seeds, engine, chosen.cache).items():
            outcome = read_bytes(data, f"{seed}.pdf", options=Options(pdf_reader=chosen.reader))
            statuses[outcome.status] += 1
            results.append((engine, seed, score(invent(seed).tables(), outcome.tables, outcome.tables.get("findings", ()))))
        spent = time.process_time() - start
        everything += results
        _line(engine, [s for *_, s in results], spent)
        print(f"{'':<12}{dict(sorted(statuses.items()))}")
    _line("together", [s for *_, s in everything], None)
    print("F1 per table: " + ", ".join(f"{t} {sum((s.table(t) for *_, s in everything), Count()).f1:.4f}" for t in FIELDS))
    shown = [(engine, seed, error) for engine, seed, found in everything for error in found.errors[:3]]
    for engine, seed, error in shown[: chosen.worst]:
        expected, actual = error.expected[:40], error.actual[:40]
        print(f"  {engine} {seed} {error.table} row {error.row} {error.field}: expected {expected!r}, got {actual!r}")


def _line(name: str, scores: list[Score], spent: float | None) -> None:
    total = sum((s.total for s in scores), Count())
    exact = sum(s.exact for s in scores) / len(scores)
    silent = sum(len(s.silent) for s in scores)
    pace = "" if spent is None else f"{spent / len(scores) * 1e3:>11.1f}"
    print(
        f"{name:<12}{len(scores):>7}{total.precision:>11.5f}{total.recall:>9.5f}{total.f1:>9.5f}{exact:>9.1%}{silent:>8}{pace}"
    )


if __name__ == "__main__":
    main()
