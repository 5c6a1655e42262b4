"""Write the samples of three departments over three years, and what was planted between the years.

    python -m tests.forms.year_samples

The dumps are committed; this is kept so that anybody can see where they come from.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from . import dump, invent, style_for, typeset
from .years import YearPair, next_year

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "years"
TRUTH = ROOT / "tests" / "data" / "years"
DEPARTMENTS = {
    "hospital": (1395, ("tika", "pdftotext-layout", "pdftotext-layout"), ""),
    "annals": (1273, ("pdftotext-layout",) * 3, ""),
    "roads": (1364, ("pdftotext-layout",) * 3, "桐水县公路和港航事业发展中心"),
}
"""Name of the file: seed, a dumper a year, and the department's name in the third year if it is another."""


def pairs_of(name: str) -> tuple[YearPair, YearPair]:
    """Return the two pairs of years of the department *name*."""
    seed, _, renamed = DEPARTMENTS[name]
    first = next_year(invent(seed), seed * 10 + 1, "tuned", 0.8)
    second = next_year(first.new, seed * 10 + 2, "tuned", 0.8)
    if renamed:
        second = replace(second, new=replace(second.new, department=renamed))
    return first, second


def main() -> None:
    TRUTH.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, (seed, dumpers, _) in DEPARTMENTS.items():
            first, second = pairs_of(name)
            for form, dumper in zip((first.old, first.new, second.new), dumpers, strict=True):
                (SAMPLES / form.year).mkdir(parents=True, exist_ok=True)
                pdf = Path(folder) / f"{name}-{form.year}.pdf"
                typeset(form, style_for(seed), pdf)
                text = dump(pdf, dumper)
                (SAMPLES / form.year / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
            for pair in (first, second):
                rows = [asdict(planted) for planted in pair.planted]
                lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
                path = TRUTH / f"{name}-{pair.old.year}-{pair.new.year}.json"
                path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
