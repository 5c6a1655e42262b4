"""Texts that many tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE_FILE = ROOT / "samples" / "nantong-keji-2025.txt"
SAMPLE_BYTES = SAMPLE_FILE.read_bytes()
SAMPLE = SAMPLE_BYTES.decode("utf-8")
REFUSED = ROOT / "tests" / "data" / "refused"
