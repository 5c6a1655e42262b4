"""How well made-up forms are read from office files: F1 and exact forms by format, and seconds a file by kind of input.

    python benchmarks/office_forms.py --forms 40 --seed-start 601

Forms are invented from their seeds, written as workbook, Word document, web page and Markdown in a look
that hangs on the seed too (merged or repeated labels, number formats, formulas, lists, hidden parts, nested
tables), read, and compared with their truth cell by cell. Seconds are CPU seconds in one process, text
from a PDF beside them for comparison; .xls and .doc are the files of tests/data/office.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.forms import invent, score, style_for  # noqa: E402
from tests.forms.looks import look_for  # noqa: E402
from tests.forms.print_docx import print_docx  # noqa: E402
from tests.forms.print_web import print_html, print_md  # noqa: E402
from tests.forms.print_xlsx import print_xlsx  # noqa: E402
from tests.forms.score import Count  # noqa: E402
from tests.forms.sheet import Sheet  # noqa: E402
from tests.forms.typeset import head_lines  # noqa: E402

PRINTERS = {"xlsx": print_xlsx, "docx": print_docx, "html": print_html, "md": print_md}
FILES = (ROOT / "tests" / "data" / "office" / "invented.xls", ROOT / "samples" / "nantong-keji-2025.txt")


def measure(media: str, seeds: range, worst: int) -> None:
    """Print one format's line, and its worst forms."""
    from jixiao.pipeline.one import read_bytes

    total, exact, silent, seconds = Count(), 0, 0, 0.0
    wrong: Counter[str] = Counter()
    bad: list[tuple[float, int]] = []
    for seed in seeds:
        form, style = invent(seed), style_for(seed)
        head = [line for line, *_ in head_lines(form, style)]
        data = PRINTERS[media](head, Sheet(form, style).blocks(), look_for(seed))
        began = time.process_time()
        outcome = read_bytes(data, f"{seed}.{media}")
        seconds += time.process_time() - began
        result = score(form.tables(), outcome.tables, outcome.tables.get("findings", ()))
        total += result.total
        exact += result.exact
        silent += len(result.silent)
        wrong.update(f"{e.table}.{e.field}" for e in result.errors)
        if not result.exact:
            bad.append((result.total.f1, seed))
    count = len(seeds)
    print(
        f"{media:6} {total.precision:9.4f} {total.recall:7.4f} {total.f1:7.4f} {exact / count:7.1%} {silent:7} "
        f"{1000 * seconds / count:10.1f}"
    )
    for f1, seed in sorted(bad)[:worst]:
        print(f"       seed {seed}: F1 {f1:.4f}")
    if wrong and worst:
        print("       " + ", ".join(f"{name} {n}" for name, n in wrong.most_common(5)))


def main() -> None:
    from jixiao.pipeline.one import read_bytes

    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--forms", type=int, default=40, help="how many forms (default 40)")
    parser.add_argument("--seed-start", type=int, default=601, help="the first form's seed (default 601)")
    parser.add_argument("--formats", nargs="+", default=list(PRINTERS), choices=list(PRINTERS))
    parser.add_argument("--worst", type=int, default=5, help="so many of the worst forms are named (default 5)")
    args = parser.parse_args()
    read_bytes(FILES[1].read_bytes(), "warm up")  # the families and the dictionary are loaded once
    print(f"{'format':6} {'precision':>9} {'recall':>7} {'F1':>7} {'exact':>7} {'silent':>7} {'ms a file':>10}")
    for media in args.formats:
        measure(media, range(args.seed_start, args.seed_start + args.forms), args.worst)
    for path in FILES:
        data = path.read_bytes()
        read_bytes(data, path.name)
        began = time.process_time()
        for _ in range(5):
            read_bytes(data, path.name)
        print(f"{path.suffix[1:]:6} {'one file, read five times':>41} {1000 * (time.process_time() - began) / 5:10.1f}")


if __name__ == "__main__":
    main()
