"""How time grows with the input: forms one after another, and text that wants to be slow.

    python benchmarks/text_growth.py                        forms and a dozen kinds, at 1×, 10×, 100× and 1000×
    python benchmarks/text_growth.py --kinds "narrow grid"  all kinds whose name holds the words
    python benchmarks/text_growth.py --kinds ""             all kinds (an hour or two)
    python benchmarks/text_growth.py --one-line 200         200 MB on one line

1× is the provided file once, or --lines lines of a filling (see tests/extract/hostile.py). Every document
is read in a process of its own, to its tables; CPU seconds and the process's greatest memory are
printed, then how much longer each step took than the one before: 10 is in proportion, 100 is the
square. A document that takes longer than --deadline is stopped, and larger ones of its kind are left out.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterable
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.extract import hostile  # noqa: E402

SAMPLE = ROOT / "samples" / "nantong-keji-2025.txt"
TIMES = (1, 10, 100, 1000)
FORMS = "forms"
ONE_LINE = "one line"
CHOSEN = (
    FORMS,
    ONE_LINE,
    "head/fields",
    "functions/clauses",
    "functions/brackets",
    "staffing/staffing figures",
    "expenditure/items",
    "expenditure/long names of items",
    "goal/one heading",
    "goal/odd characters",
    "narrow grid/rows",
    "narrow grid/words, no two lines alike",
    "narrow grid/values",
    "narrow grid/laid out",
    "wide grid/rows with works",
    "wide grid/page breaks among words",
)
"""What is measured when nothing else is asked for."""


def document(kind: str, size: int) -> bytes:
    """Return the document of *kind*: *size* forms, megabytes on one line, or lines of a filling."""
    if kind == FORMS:
        return SAMPLE.read_bytes() * size
    if kind == ONE_LINE:
        word = "统筹推进全市科技创新体系建设".encode()
        return word * (size * 1_000_000 // len(word))
    return hostile.document(*kind.split("/"), size)


def measure(kind: str, size: int, answer: Connection) -> None:
    """Read one document and send (bytes, CPU seconds, megabytes at most, what became of it)."""
    from jixiao.pipeline.one import read_bytes

    read_bytes(SAMPLE.read_bytes(), "form.txt")  # vocabularies and dictionaries
    data = document(kind, size)
    start = time.process_time()
    outcome = read_bytes(data, "form.txt")
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((len(data), spent, peak, outcome.status + (f" {outcome.reason}" if outcome.reason else "")))


def run(kind: str, size: int, deadline: float) -> tuple[int, float, float, str] | None:
    """Measure in a process of its own; None if it does not end in time."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=measure, args=(kind, size, sender))
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(deadline) else None  # type: ignore[no-any-return]
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def report(kind: str, sizes: Iterable[int], deadline: float) -> None:
    """Print one kind's line: seconds at each size, the steps between, memory and what became of the last."""
    spent: list[float] = []
    last = ""
    for size in sizes:
        found = run(kind, size, deadline)
        if found is None:
            last = f"stopped after {deadline:.0f} s or out of memory at {size}"
            break
        length, seconds, peak, status = found
        spent.append(seconds)
        last = f"{length / 1e6:.1f} MB, {peak:.0f} MB of memory, {status}"
    # Below a hundredth of a second the clock says little of a step.
    steps = [f"{b / a:.1f}" if a >= 0.01 else "·" for a, b in pairwise(spent)]
    times = " ".join(f"{s:>8.3f}" for s in spent)
    print(f"{kind:<45} {times:<36} × {' '.join(f'{s:>5}' for s in steps):<18} {last}", flush=True)


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--lines", type=int, default=100, help="lines of a filling at 1× (default 100)")
    parser.add_argument("--times", type=int, nargs="+", default=list(TIMES), help="default 1 10 100 1000")
    parser.add_argument("--kinds", metavar="WORDS", help="all kinds whose name holds this")
    parser.add_argument("--one-line", type=int, metavar="MB", help="only this many megabytes on one line")
    parser.add_argument("--deadline", type=float, default=60, help="seconds a document may take (default 60)")
    chosen = parser.parse_args()

    if chosen.one_line:
        report(ONE_LINE, [chosen.one_line], chosen.deadline)
        return
    kinds = list(CHOSEN)
    if chosen.kinds is not None:
        every = (FORMS, ONE_LINE, *("/".join(pair) for pair in hostile.every_kind()))
        kinds = [kind for kind in every if chosen.kinds in kind]
    print(f"CPU seconds at {', '.join(f'{times}×' for times in chosen.times)}, and the factor of each step\n")
    for kind in kinds:
        unit = chosen.lines if "/" in kind else 1
        report(kind, (1, 10, 100) if kind == ONE_LINE else [n * unit for n in chosen.times], chosen.deadline)


if __name__ == "__main__":
    main()
