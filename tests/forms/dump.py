"""A PDF as the text other tools make of it: Apache Tika, pdftotext in two modes, pdfium."""

from __future__ import annotations

import subprocess
from pathlib import Path

DUMPERS = ("tika", "pdftotext-raw", "pdftotext-layout", "pdfium")


def dump(path: Path | str, how: str) -> str:
    """Return the text of the PDF at *path* as *how*, one of `DUMPERS`, gives it."""
    return {
        "tika": _tika,
        "pdftotext-raw": lambda path: _pdftotext(path, "-raw"),
        "pdftotext-layout": lambda path: _pdftotext(path, "-layout"),
        "pdfium": _pdfium,
    }[how](Path(path))


def _tika(path: Path) -> str:
    from extractous import Extractor

    text, _ = Extractor().set_extract_string_max_length(10_000_000).extract_file_to_string(str(path))
    return str(text)


def _pdftotext(path: Path, mode: str) -> str:
    command = ["pdftotext", mode, "-enc", "UTF-8", str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def _pdfium(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
    return "\n".join(pages)
