"""How many pages a second are read to whole tables, beside other readers and the least that pdfium could do.

    pip install -r benchmarks/requirements.txt
    python benchmarks/pdf_speed.py --forms 6 --rounds 5

Text, lines and grids of the same files in one run: this project's two readers, pdfplumber's
extract_tables, Camelot's lattice and PyMuPDF's find_tables where they are installed, and pdfium's plain
text, which is the limit. CPU time of this process and its children, the median of --rounds. --pages
reads one file of so many pages and shows how the memory grows.
"""

from __future__ import annotations

import argparse
import io
import logging
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
from jixiao.extract.pdf.document import open_pages, place_ink
from jixiao.extract.pdf.trust import judge
from pdf_forms import ENGINES, made
from text_forms import ROOT


def plain_text(data: bytes) -> int:
    """Do the least: pdfium's own text of every page."""
    document = pypdfium2.PdfDocument(data)
    found = 0
    for page in document:
        text = page.get_textpage()
        found += len(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return found


def grids(reader: str) -> Callable[[bytes], int]:
    def read(data: bytes) -> int:
        with open_pages(data, reader) as (document, pages):
            return sum(len(place_ink(judge(pages.read(i))).items) for i in range(len(document)))

    return read


def pdfplumber_tables(data: bytes) -> int:
    import pdfplumber

    found = 0
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            found += len(page.extract_tables())
            page.close()
    return found


def pymupdf_tables(data: bytes) -> int:
    import pymupdf

    with pymupdf.open(stream=data, filetype="pdf") as document:
        return sum(len([t.extract() for t in page.find_tables().tables]) for page in document)


def camelot_tables(data: bytes) -> int:
    import camelot

    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return len(camelot.read_pdf(file.name, pages="all", flavor="lattice"))


PEERS: dict[str, tuple[str, Callable[[bytes], int]]] = {
    "pdfium, plain text (limit)": ("pypdfium2", plain_text),
    "jixiao, pdfium": ("pypdfium2", grids("pdfium")),
    "jixiao, pdfplumber": ("pdfplumber", grids("pdfplumber")),
    "pdfplumber extract_tables": ("pdfplumber", pdfplumber_tables),
    "PyMuPDF find_tables": ("pymupdf", pymupdf_tables),
    "Camelot lattice": ("camelot", camelot_tables),
}


def _spent() -> float:
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(t.ru_utime + t.ru_stime for t in times)


def seconds(work: Callable[[bytes], int], documents: list[bytes], rounds: int, least: float = 0.3) -> float:
    """Return the median CPU seconds for *documents*; short work is repeated until it lasts *least* seconds."""
    measured = []
    for _ in range(rounds):
        start, times = _spent(), 0
        while True:
            for data in documents:
                work(data)
            times += 1
            if _spent() - start >= least:
                break
        measured.append((_spent() - start) / times)
    return statistics.median(measured)


def memory(data: bytes, pages: int) -> Iterator[str]:
    """Yield lines on the memory of reading *pages* pages of one file."""
    source = pypdfium2.PdfDocument(data)
    whole = pypdfium2.PdfDocument.new()
    while len(whole) < pages:
        whole.import_pages(source)
    out = io.BytesIO()
    whole.save(out)
    with open_pages(out.getvalue(), "pdfium") as (document, reader):
        for i in range(len(document)):
            place_ink(judge(reader.read(i)))
            if i + 1 in (10, pages // 2, pages):
                size = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
                yield f"after page {i + 1}: {size / 1e6:.0f} MB"


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--forms", type=int, default=6, help="how many forms by each engine (default 6)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default 3)")
    parser.add_argument("--pages", type=int, default=300, help="pages of the file memory is shown for (0 for none)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "forms", help="where PDFs are kept")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    for engine in ENGINES:
        documents = list(made(range(1, chosen.forms + 1), engine, chosen.cache).values())
        pages = sum(len(pypdfium2.PdfDocument(data)) for data in documents)
        print(f"{engine}, {pages} pages{'':<12}{'ms a page':>12}{'pages/s':>9}{'× the limit':>13}")
        limit = 0.0
        for name, (module, work) in PEERS.items():
            try:
                __import__(module)
            except ImportError:
                print(f"  {name:<28}not installed: benchmarks/requirements.txt", file=sys.stderr)
                continue
            rounds = chosen.rounds if name.startswith(("pdfium", "jixiao, pdfium")) else 1
            work(documents[0])
            spent = seconds(work, documents, rounds) / pages
            limit = limit or spent
            print(f"  {name:<28}{spent * 1e3:>10.2f}{1 / spent:>9.0f}{spent / limit:>13.1f}", flush=True)
    if chosen.pages:
        documents = list(made(range(1, 2), "reportlab", chosen.cache).values())
        start = time.perf_counter()
        print("\n".join(memory(documents[0], chosen.pages)), f"({time.perf_counter() - start:.1f} s)")


if __name__ == "__main__":
    main()
