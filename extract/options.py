"""How a file is to be read. Light to import: the command line and every worker name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PdfReader = Literal["pdfium", "pdfplumber"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read: *family* forces the family to read it as, *pdf_reader* names who reads PDFs."""

    family: str | None = None
    pdf_reader: PdfReader = "pdfium"
