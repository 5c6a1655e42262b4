"""How many forms a second one core reads, from bytes to tables, beside what the machine could do at most.

    python benchmarks/text_speed.py --forms 100 --rounds 5

Reads the provided file and --forms invented ones as Apache Tika dumps them (made at the first run, kept
under --cache). The limit is measured in the same run over the same bytes: decoding them, cutting them
into lines and counting the characters that are printed. CPU time of this process, the median of --rounds;
what is loaded at the first form only (vocabularies, dictionaries) is paid before, and the garbage collector is
set as it is in a worker.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from jixiao.pipeline.nursery import calm_collector
from text_forms import ROOT, dumped, generator_hash

SAMPLE = ROOT / "samples" / "nantong-keji-2025.txt"


def read(data: bytes) -> None:
    """Read one document to its tables."""
    from jixiao.pipeline.one import read_bytes

    outcome = read_bytes(data, "form.txt")
    if outcome.status in ("refused", "failed"):
        sys.exit(f"{outcome.status}: {outcome.reason} {outcome.detail}")


def limit(data: bytes) -> int:
    """Do the least that any reader must: decode, cut into lines, look at every character once."""
    return sum(len("".join(line.split())) for line in data.decode("utf-8").split("\n"))


def seconds(work: Callable[[bytes], object], documents: Sequence[bytes], rounds: int, least: float = 0.2) -> float:
    """Return the median CPU seconds for *documents*; short work is repeated until it lasts *least* seconds."""
    measured = []
    for _ in range(rounds):
        start, times = time.process_time(), 0
        while True:
            for data in documents:
                work(data)
            times += 1
            spent = time.process_time() - start
            if spent >= least:
                break
        measured.append(spent / times)
    return statistics.median(measured)


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--forms", type=int, default=100, help="how many invented forms (default 100, 0 for none)")
    parser.add_argument("--dumper", default="tika", help="how they are dumped (default tika)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "forms", help="where dumps are kept")
    chosen = parser.parse_args()

    inputs = {"the provided file": [SAMPLE.read_bytes()]}
    if chosen.forms:
        folder = chosen.cache / generator_hash()
        folder.mkdir(parents=True, exist_ok=True)
        inputs[f"{chosen.forms} forms ({chosen.dumper})"] = [
            dumped(seed, chosen.dumper, folder) for seed in range(1, chosen.forms + 1)
        ]
    print(f"{'':<24}{'kB a form':>10}{'ms a form':>11}{'forms/s':>9}{'MB/s':>7}{'limit, ms':>11}{'× the limit':>13}")
    for name, documents in inputs.items():
        for data in documents:
            read(data)
        calm_collector()
        spent, least = seconds(read, documents, chosen.rounds), seconds(limit, documents, chosen.rounds)
        size, count = sum(map(len, documents)), len(documents)
        print(
            f"{name:<24}{size / count / 1e3:>10.1f}{spent / count * 1e3:>11.2f}{count / spent:>9.0f}"
            f"{size / spent / 1e6:>7.2f}{least / count * 1e3:>11.3f}{spent / least:>13.0f}"
        )


if __name__ == "__main__":
    main()
