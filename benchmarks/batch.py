"""A year's submissions in one run: files a second, memory, what poison costs, what a second worker and isolation bring.

    python benchmarks/batch.py --files 10000 --poison 100 --workers 2

Makes --files invented forms as one dumper gives them (--made different ones, the rest are these with a line
more, so that no two have the same bytes) and poison files among them, and converts them with the command
itself. Memory is the most that was seen of the parent, and of a worker with all it started, twenty times
a second. The bare loop is the same conversion in one process without workers, store or output. All
ratios are from one run, one after the other.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from text_forms import ROOT, dumped, generator_hash

sys.path.insert(0, str(ROOT))

from jixiao.pipeline.limits import children_of
from jixiao.pipeline.supervisor import memory_of

from tests.pipeline.fakes import POISON

KINDS = tuple(sorted(set(POISON) - {"CHILDREN"}))
RUN = """
import sys
from pathlib import Path
from jixiao.pipeline.run import run
from jixiao.pipeline.supervisor import Supervisor
source, out, workers, formats = sys.argv[1:]
summary = run([Path(source)], Path(out), formats=formats.split(","), engine=Supervisor(int(workers), converter="{converter}"))
print(summary.statuses, file=sys.stderr)
"""
BARE = """
import sys, hashlib, time
from pathlib import Path
from jixiao.pipeline.convert import convert
from jixiao.pipeline.inputs import Input, Reader
from jixiao.pipeline.packets import Settings, Work, families_for
from jixiao.extract.dump.words import cuts_word
settings = Settings(families_for(None, None))
cuts_word("绩效", "目标")
start, cpu = time.perf_counter(), time.process_time()
with Reader() as reader:
    for path in sorted(Path(sys.argv[1]).rglob("*.txt")):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        convert(Work(Input(path.name, path), sha256), settings, reader)
print(time.perf_counter() - start, time.process_time() - cpu)
"""


@dataclass
class Measured:
    """What one run took: *seconds* by the clock, *cpu* of all its processes, most *parent* and *worker* memory in MB."""

    seconds: float
    cpu: float
    parent: float
    worker: float


def measured(arguments: list[str]) -> Measured:
    """Run python with *arguments*, watching it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    most, over = {"parent": 0, "worker": 0}, threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            nurseries = children_of(process.pid)
            below = sum(memory_of(nursery) for nursery in nurseries)
            most["parent"] = max(most["parent"], memory_of(process.pid) - below)
            for nursery in nurseries:
                most["worker"] = max([most["worker"], *map(memory_of, children_of(nursery))])

    watcher = threading.Thread(target=watch)
    watcher.start()
    if process.wait() != 0:
        sys.exit("the run failed")
    over.set()
    watcher.join()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(time.perf_counter() - start, cpu, most["parent"] / 1e6, most["worker"] / 1e6)


def fill(folder: Path, files: int, made: int, dumper: str, cache: Path) -> None:
    """Write *files* forms into *folder*, a hundred to a folder."""
    for number in range(files):
        data = dumped(number % made + 1, dumper, cache)
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + b"\n" * (number // made))


def poison(folder: Path, count: int) -> None:
    """Write *count* files that do their worst, of all kinds in turn, between the others."""
    places = sorted(path for path in folder.iterdir() if path.is_dir())
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        place = places[number * len(places) // max(count, 1)]
        (place / f"{kind}-{number}.txt").write_text(f"FORM 毒{number}\n{kind}\n", encoding="utf-8")


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--files", type=int, default=500, help="how many forms (default 500)")
    parser.add_argument("--poison", type=int, default=5, help="how many poison files among them (default 5)")
    parser.add_argument("--made", type=int, default=100, help="how many different forms are invented (default 100)")
    parser.add_argument("--dumper", default="pdfium", help="how they are dumped (default pdfium)")
    parser.add_argument("--formats", default="csv,json", help="what is written (default csv,json)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "forms", help="where dumps are kept")
    chosen = parser.parse_args()

    cache = chosen.cache / generator_hash()
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="batch-"))
    try:
        source = work / "in"
        fill(source, chosen.files, chosen.made, chosen.dumper, cache)
        bare = subprocess.run([sys.executable, "-c", BARE, str(source)], capture_output=True, text=True, check=True)
        alone, cpu = map(float, bare.stdout.split())
        print(f"{chosen.files} forms, {chosen.formats}")
        print(f"{'bare loop':<18} {chosen.files / alone:7.1f} files/s {alone:7.1f} s, CPU {cpu:7.1f} s")
        runs = {}
        converter = "jixiao.pipeline.convert:convert"
        for name, workers, count in (("1 worker", 1, 0), ("2 workers", 2, 0), ("2 workers, poison", 2, chosen.poison)):
            if count:
                poison(source, count)
                converter = "tests.pipeline.poisoned:convert"
            out = work / "out"
            shutil.rmtree(out, ignore_errors=True)
            code = RUN.replace("{converter}", converter)
            done = runs[name] = measured(["-c", code, str(source), str(out), str(workers), chosen.formats])
            print(
                f"{name:<18} {chosen.files / done.seconds:7.1f} files/s {done.seconds:7.1f} s, CPU {done.cpu:7.1f} s, "
                f"parent {done.parent:4.0f} MB, worker {done.worker:4.0f} MB"
            )
        one, two = runs["1 worker"], runs["2 workers"]
        print(f"isolation, store and output: CPU {one.cpu / cpu - 1:+.0%} against the bare loop")
        print(f"from one worker to two: {one.seconds / two.seconds:.2f} times as fast")
        if chosen.poison:
            lost = runs["2 workers, poison"].seconds - two.seconds
            print(f"a poison file ({len(KINDS)} kinds, limit as shipped): {lost / chosen.poison:.2f} s")
        again = measured(["-c", RUN.replace("{converter}", converter), str(source), str(work / "out"), "2", chosen.formats])
        print(f"the same again: {again.seconds:.1f} s, parent {again.parent:.0f} MB")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
