"""Dumps of invented forms, made once for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.forms import dump, invent, style_for, typeset
from tests.forms.style import FONTS

PACKAGES = {
    "zenhei": "fonts-wqy-zenhei",
    "microhei": "fonts-wqy-microhei",
    "uming": "fonts-arphic-uming",
    "ukai": "fonts-arphic-ukai",
    "droid": "fonts-droid-fallback",
}
"""The Debian package each font comes with."""

Dumped = Callable[[int, str], bytes]


@pytest.fixture(scope="session")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> Dumped:
    """Return a function from seed and dumper to the dump of that form, made at its first call."""
    folder = tmp_path_factory.mktemp("dumps")

    def read(seed: int, dumper: str) -> bytes:
        kept = folder / f"{seed}-{dumper}.txt"
        if not kept.exists():
            pdf = folder / f"{seed}.pdf"
            if not pdf.exists():
                style = style_for(seed)
                if not Path(FONTS[style.font]).exists():
                    pytest.skip(f"the font {FONTS[style.font]} is missing: Debian package {PACKAGES[style.font]}")
                typeset(invent(seed), style, pdf)
            if dumper.startswith("pdftotext") and shutil.which("pdftotext") is None:
                pytest.skip("pdftotext is missing: Debian package poppler-utils")
            if dumper == "tika":
                pytest.importorskip("extractous")
            kept.write_text(dump(pdf, dumper), encoding="utf-8", newline="")
        return kept.read_bytes()

    return read
