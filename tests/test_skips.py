"""A skipped test is listed on a user's machine and fails the run under CI=true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
PASSES = "def test_it():\n    pass\n"
SKIPS = (
    "import pytest\n\ndef test_it():\n    pytest.skip('pdftotext is missing: Debian package poppler-utils')\n"
)
SKIPS_WHOLE = "import pytest\n\npytest.importorskip('no_such_module_at_all')\n"
FAILS_AS_KNOWN = "import pytest\n\n@pytest.mark.xfail\ndef test_it():\n    assert False\n"


def run(folder: Path, test: str, ci: str) -> tuple[int, str]:
    shutil.copy(CONFTEST, folder)
    (folder / "test_it.py").write_text(f"{test}\n\ndef test_other():\n    pass\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "CI": ci}
    )
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("test", [SKIPS, SKIPS_WHOLE])
def test_a_skip_fails_in_ci_and_nowhere_else(tmp_path: Path, test: str) -> None:
    assert run(tmp_path, test, "true")[0] == 1
    assert run(tmp_path, test, "")[0] in (0, 5)  # 5: all there was to collect was skipped


@pytest.mark.parametrize("test", [PASSES, FAILS_AS_KNOWN])
def test_what_passes_or_fails_as_known_is_no_skip(tmp_path: Path, test: str) -> None:
    assert run(tmp_path, test, "true")[0] == 0


def test_the_reason_is_listed(tmp_path: Path) -> None:
    assert "1 skipped: pdftotext is missing: Debian package poppler-utils" in run(tmp_path, SKIPS, "")[1]
