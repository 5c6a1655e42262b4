"""How well scans of made-up forms are read, damage by damage: F1, silent errors, doubts, seconds a page.

    python benchmarks/scan_forms.py --pages 2 --peers 1
    python benchmarks/scan_forms.py --damages clean-200 stamp --seed-start 1 --worst 40
    python benchmarks/scan_forms.py --kinds others --damages clean-200 fax

Forms of the provided family, or with --kinds of the others in turn, are invented and typeset from their seeds, rendered
and damaged (tests/forms/scan.py), read as a file of several pages, and compared with their truth cell by cell. Peers are
RapidOCR page by page and Tesseract chi_sim on the same pixels: of both it is asked only whether the printed figures
stand anywhere in their text.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.forms import Score, invent, score, style_for, typeset  # noqa: E402
from tests.forms.kin import KINDS, invent_kin  # noqa: E402
from tests.forms.kin.draw import as_pdf  # noqa: E402
from tests.forms.scan import CLEAN, DAMAGES, Pixels, scans  # noqa: E402
from tests.forms.score import FIELDS, FIGURES, MORE_FIELDS, Count  # noqa: E402

Tables = Mapping[str, Sequence[Mapping[str, str]]]
PROVIDED = "department-targets"
"""The family of the provided file; the others are `KINDS`."""


@dataclass
class Result:
    """What became of the forms under one damage."""

    forms: int = 0
    pages: int = 0
    figures: int = 0
    count: Count = field(default_factory=Count)
    exact: int = 0
    silent: int = 0
    doubts: int = 0
    seconds: float = 0.0
    found: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    peer_seconds: Counter[str] = field(default_factory=Counter)
    peer_pages: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def inked(pages: Iterator[Pixels]) -> list[Pixels]:
    """Return the pages that have print on them; what lies round the sheet is none."""
    found = []
    for page in pages:
        height, width = (side // 8 for side in page.shape[:2])
        if (page[height:-height, width:-width] < 90).mean() > 0.0005:
            found.append(page)
    return found


def as_file(pages: Sequence[Pixels], dpi: int) -> bytes:
    first, *rest = [Image.fromarray(page) for page in pages]
    out = io.BytesIO()
    first.save(out, "tiff", save_all=True, append_images=rest, dpi=(dpi, dpi), compression="tiff_deflate")
    return out.getvalue()


def plain(text: str) -> str:
    """Return *text* without spaces and widths: what a recogniser cannot be blamed for."""
    from jixiao.normalize.characters import fold_width

    return "".join(fold_width(text).split()).replace("≧", "≥").replace("≦", "≤").replace("﹦", "=")


def figures_of(truth: Tables) -> list[str]:
    """Return the printed targets and amounts of a form."""
    raws = [row["raw"] for name in ("targets", "funds") for row in truth[name] if row["raw"]]
    return [plain(raw) for raw in raws if any(ch.isdecimal() for ch in raw)]


def share_found(wanted: Sequence[str], text: str) -> int:
    """Return how many of *wanted* stand in *text*, each as often as it is printed."""
    text = plain(text)
    found = 0
    for raw in sorted(wanted, key=len, reverse=True):
        if raw in text:
            text = text.replace(raw, "\0", 1)
            found += 1
    return found


def rapidocr_text() -> Callable[[Pixels], str]:
    """Return RapidOCR as it comes, on one thread: detection on the whole page, then recognition."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "error"})

    def text(page: Pixels) -> str:
        found = engine(page[:, :, ::-1])
        return "\n".join(found.txts or ())

    return text


def tesseract_text(page: Pixels) -> str:
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        Image.fromarray(page).save(file, "png")
        command = ["tesseract", file.name, "-", "-l", "chi_sim", "--psm", "1"]
        done = subprocess.run(command, capture_output=True, check=False, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"})
    return done.stdout.decode("utf-8", "replace")


def read(data: bytes, source: str) -> tuple[Tables, float]:
    """Return the tables jixiao makes of a file, and the CPU seconds that took."""
    from jixiao.pipeline.one import read_bytes

    start = time.process_time()
    outcome = read_bytes(data, source)
    seconds = time.process_time() - start
    if outcome.status in ("refused", "failed"):
        print(f"{source}: {outcome.status}: {outcome.detail}", file=sys.stderr)
    return outcome.tables, seconds


def note(result: Result, name: str, made: Made, found: Score) -> None:
    for error in found.silent:
        shown = f"{error.expected!r} → {error.actual!r}"
        result.errors.append(f"silent {name} {made.name} {error.table} {error.row} {error.field}: {shown}")
    for error in found.errors:
        shown = f"{error.expected[-40:]!r} → {error.actual[-40:]!r}"
        result.errors.append(f"       {name} {made.name} {error.table} {error.row} {error.field}: {shown}")


@dataclass(frozen=True)
class Made:
    """An invented form: what its pages show, and what must be read from them."""

    name: str
    tables: Tables
    fields: Mapping[str, tuple[str, ...]]
    pages: list[Pixels]


def make(kind: str, damage: str, seed: int, folder: Path) -> Made:
    """Return the form of *kind* and *seed*, printed and scanned with a *damage*."""
    path = folder / f"{kind}-{seed}.pdf"
    tables: Tables
    if kind == PROVIDED:
        form = invent(seed)
        typeset(form, style_for(seed), path)
        tables, fields = form.tables(), FIELDS
    else:
        kin = invent_kin(kind, seed)
        path.write_bytes(as_pdf(kin))
        tables, fields = kin.tables, MORE_FIELDS
    pages = inked(scans(path, damage, seed))
    path.unlink()
    return Made(f"{kind} {seed}", tables, fields, pages)


def measure(name: str, made: Made, peers: Mapping[str, Callable[[Pixels], str]], result: Result) -> None:
    """Read one form's pages, add what came of it to *result*."""
    truth, pages = made.tables, made.pages
    tables, seconds = read(as_file(pages, DAMAGES[name].dpi), f"{made.name}-{name}.tif")
    found = score(truth, tables, tables.get("findings", ()), made.fields)
    result.forms += 1
    result.pages += len(pages)
    result.seconds += seconds
    result.figures += sum(1 for table in FIGURES for row in truth[table] if row.get("raw", row.get("value")))
    result.count += found.total
    result.exact += found.exact
    result.silent += len(found.silent)
    result.doubts += sum(row["rule"] == "doubtful_cell" for row in tables.get("findings", ()))
    note(result, name, made, found)
    wanted = figures_of(truth)
    own = "\n".join(row["raw"] for table in ("targets", "funds") for row in tables.get(table, ()))
    for who, text in {"jixiao": lambda: own, **{w: _all(p, pages) for w, p in peers.items()}}.items():
        start = time.perf_counter()
        result.found[who] += share_found(wanted, text())
        result.asked[who] += len(wanted)
        if who != "jixiao":
            result.peer_seconds[who] += time.perf_counter() - start  # type: ignore[assignment]
            result.peer_pages[who] += len(pages)


def _all(text: Callable[[Pixels], str], pages: Sequence[Pixels]) -> Callable[[], str]:
    return lambda: "\n".join(text(page) for page in pages)


def _row(cells: Sequence[object]) -> str:
    return f"{cells[0]!s:<12}" + "".join(f"{cell!s:>11}" for cell in cells[1:])


def show(results: Mapping[str, Result], peers: Sequence[str]) -> None:
    print(_row(("damage", "forms", "pages", "figures", "F1", "exact", "silent", "doubts", "CPU s/page")))
    groups = {"clean": [r for n, r in results.items() if n in CLEAN], "damaged": [r for n, r in results.items() if n not in CLEAN]}
    for name, result in results.items():
        print(_line(name, result))
    for name, group in groups.items():
        if group:
            print(_line(name, _sum(group)))
    whole = _sum(list(results.values()))
    print(_line("all", whole))
    print("\nfigures found in the text (share), wall seconds a page")
    for who in ("jixiao", *peers):
        asked = sum(r.asked[who] for r in results.values())
        found = sum(r.found[who] for r in results.values())
        pages = sum(r.peer_pages[who] for r in results.values())
        spent = sum(r.peer_seconds[who] for r in results.values())
        if asked:
            print(_row((who, f"{found / asked:.4f}", f"of {asked}", f"{spent / pages:.1f}" if pages else "")))


def _sum(results: Sequence[Result]) -> Result:
    out = Result()
    for r in results:
        out.forms += r.forms
        out.pages += r.pages
        out.figures += r.figures
        out.count += r.count
        out.exact += r.exact
        out.silent += r.silent
        out.doubts += r.doubts
        out.seconds += r.seconds
    return out


def _line(name: str, r: Result) -> str:
    cells = (name, r.forms, r.pages, r.figures, f"{r.count.f1:.4f}", r.exact, r.silent, r.doubts)
    return _row((*cells, f"{r.seconds / max(1, r.pages):.1f}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2, help="at least so many pages a damage (default 2)")
    parser.add_argument("--seed-start", type=int, default=501, help="the first form's seed (default 501)")
    parser.add_argument("--damages", nargs="+", choices=list(DAMAGES), default=list(DAMAGES))
    parser.add_argument("--peers", type=int, default=0, help="ask the peers about so many forms a damage (default 0)")
    parser.add_argument(
        "--kinds", nargs="+", choices=[PROVIDED, *KINDS, "others"], default=[PROVIDED],
        help="families, one form of each in turn; others: all but the provided one",
    )
    parser.add_argument("--worst", type=int, default=20, help="how many errors to show (default 20)")
    chosen = parser.parse_args()
    peers: dict[str, Callable[[Pixels], str]] = {}
    if chosen.peers:
        peers["RapidOCR"] = rapidocr_text()
        if shutil.which("tesseract"):
            peers["Tesseract"] = tesseract_text
    results: dict[str, Result] = {}
    seed = chosen.seed_start
    kinds = [kind for name in chosen.kinds for kind in (KINDS if name == "others" else [name])]
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.damages:
            result = results[name] = Result()
            while result.pages < chosen.pages:
                asked = peers if result.forms < chosen.peers else {}
                made = make(kinds[seed % len(kinds)], name, seed, Path(folder))
                measure(name, made, asked, result)
                seed += 1
            print("\n".join([_line(name, result), *result.errors]), file=sys.stderr, flush=True)
    show(results, list(peers))
    errors = [e for result in results.values() for e in result.errors]
    errors.sort(key=lambda e: not e.startswith("silent"))
    print("\n".join(["", *errors[: chosen.worst]]))


if __name__ == "__main__":
    main()
