"""How long commands take as whole processes, beside a Python that does nothing.

    python benchmarks/start_speed.py --rounds 9

Each command is run --rounds times, in turn with all others, so that what else the machine does falls on all
alike; byte code is there, and the files are in the system's cache. Printed are the least seconds on the clock, the
least seconds of CPU of all its processes, and both as multiples of `python -c pass` in the same run.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTHING = "python -c pass"
SAMPLES = (
    "nantong-keji-2025.txt",
    "invented-city-layout.txt",
    "nantong-keji-2025.pdf",
    "zhanjiang-rsj-2023.xlsx",
)


def commands(files: list[Path], out: Path) -> dict[str, list[str]]:
    """Return every command by the name it is shown under; each writes into a folder of its own below *out*."""
    python = sys.executable
    found = {NOTHING: [python, "-c", "pass"], "jixiao --help": [python, "-m", "jixiao", "--help"]}
    for file in files:
        found[f"jixiao convert {file.name}"] = [python, "-m", "jixiao", "convert", str(file), "--out", str(out / file.name)]
    return found


def run(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end; return seconds on the clock and seconds of CPU, those of its children counted in."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run (default 9)")
    parser.add_argument("files", nargs="*", type=Path, help="what is converted (default: a sample of each kind)")
    chosen = parser.parse_args()
    files = [file.absolute() for file in chosen.files] or [ROOT / "samples" / name for name in SAMPLES]
    least: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(chosen.rounds + 1):
            for name, command in commands(files, Path(folder) / str(turn)).items():
                measured = run(command, environment)
                if turn:  # the first writes the byte code
                    before = least.get(name, measured)
                    least[name] = min(before[0], measured[0]), min(before[1], measured[1])
    clock, cpu = least[NOTHING]
    print(f"{'':<48}{'seconds':>9}{'×':>6}{'CPU':>9}{'×':>6}")
    for name, (seconds, work) in least.items():
        print(f"{name:<48}{seconds:>9.3f}{seconds / clock:>6.1f}{work:>9.3f}{work / cpu:>6.1f}")


if __name__ == "__main__":
    main()
