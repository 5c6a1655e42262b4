"""A year's submissions in one run: files a second, memory, what poison costs, what a second worker and isolation bring.

    python benchmarks/batch.py --files 10000 --poison 100

Makes --files invented forms as one dumper gives them (--made different ones, the rest are these with a line
more, so that no two have the same bytes). The first --few of them go through a bare loop, one process
without workers, store or output, and through one worker and two; then all go through two with poison files
among them, with the limits as shipped. Memory is the most that the kernel saw of the parent, and the most
that was seen of a worker with all it started, twenty times a second. What a poison file costs is the
time it kept a worker, both tries. Seconds by the clock say little where others use the cores too: the
share of the cores that the run had is printed beside them.
"""

from __future__ import annotations

import argparse
import json
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

    def line(self, name: str, files: int, workers: int) -> str:
        """Return what is printed of it."""
        share = self.cpu / self.seconds / workers
        return (
            f"{name:<28} {files / self.seconds:6.1f} files/s {self.seconds:7.1f} s, CPU {self.cpu:7.1f} s "
            f"({1000 * self.cpu / files:.0f} ms a file, {share:.0%} of {workers} cores), "
            f"parent {self.parent:4.0f} MB, worker {self.worker:4.0f} MB"
        )


def most_of(pid: int) -> int:
    """Return the most bytes that process *pid* had in memory so far; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def measured(arguments: list[str]) -> Measured:
    """Run python with *arguments*, watching it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    most, over = {"parent": 0, "worker": 0}, threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            most["parent"] = max(most["parent"], most_of(process.pid))
            for nursery in children_of(process.pid):
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


def held(manifest: Path) -> list[float]:
    """Return for how many seconds each poison file kept a worker."""
    lines = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    return [line["seconds"] for line in lines if Path(line["source"]).name.partition("-")[0] in KINDS]


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--files", type=int, default=300, help="how many forms (default 300)")
    parser.add_argument("--few", type=int, default=100, help="how many of them for the ratios (default 100)")
    parser.add_argument("--poison", type=int, default=3, help="how many poison files among them (default 3)")
    parser.add_argument("--made", type=int, default=100, help="how many different forms are invented (default 100)")
    parser.add_argument("--dumper", default="pdfium", help="how they are dumped (default pdfium)")
    parser.add_argument("--formats", default="csv,json", help="what is written (default csv,json)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "forms", help="where dumps are kept")
    chosen = parser.parse_args()

    cache = chosen.cache / generator_hash()
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="batch-"))
    files, few, out = chosen.files, min(chosen.few, chosen.files), work / "out"

    def run(source: Path, workers: int, converter: str) -> Measured:
        code = RUN.replace("{converter}", converter)
        return measured(["-c", code, str(source), str(out), str(workers), chosen.formats])

    try:
        source = work / "in"
        fill(source, few, chosen.made, chosen.dumper, cache)
        bare = subprocess.run([sys.executable, "-c", BARE, str(source)], capture_output=True, text=True, check=True)
        alone, cpu = map(float, bare.stdout.split())
        print(f"{files} forms, {chosen.formats}; ratios over {few}")
        print(f"{'bare loop':<28} {few / alone:6.1f} files/s {alone:7.1f} s, CPU {cpu:7.1f} s ({1000 * cpu / few:.0f} ms a file)")
        runs = []
        for workers in (1, 2):
            shutil.rmtree(out, ignore_errors=True)
            runs.append(run(source, workers, "jixiao.pipeline.convert:convert"))
            print(runs[-1].line(f"{few}, {workers} worker{'s' * (workers > 1)}", few, workers), flush=True)
        one, two = runs
        print(f"isolation, store and output: CPU {one.cpu / cpu - 1:+.0%} against the bare loop")
        print(f"from one worker to two: {one.seconds / two.seconds:.2f} times as fast")

        fill(source, files, chosen.made, chosen.dumper, cache)
        poison(source, chosen.poison)
        shutil.rmtree(out, ignore_errors=True)
        everything = files + chosen.poison
        done = run(source, 2, "tests.pipeline.poisoned:convert")
        print(done.line(f"{files}, {chosen.poison} poison, 2 workers", everything, 2), flush=True)
        if chosen.poison:
            costs = held(out / "manifest.jsonl")
            mean, kinds = sum(costs) / len(costs), min(len(KINDS), len(costs))
            print(f"a poison file ({kinds} kinds) kept a worker for {mean:.2f} s, at most {max(costs):.1f} s")
        again = run(source, 2, "tests.pipeline.poisoned:convert")
        print(again.line("the same again", everything, 2))
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
