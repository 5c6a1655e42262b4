"""With CI=true nothing is skipped: a skip there is a failure, and its reason says what to install.

On a user's machine a test may skip what it lacks, naming the Debian package that has it; the reasons are
listed at the end of the run.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

_reasons: Counter[str] = Counter()


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr if isinstance(report.longrepr, tuple) else (str(report.longrepr),)
        _reasons[str(reason).removeprefix("Skipped: ")] += 1


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if IN_CI and _reasons and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason, number in sorted(_reasons.items()):
        verdict = "skipped, which with CI=true is a failure" if IN_CI else "skipped"
        terminalreporter.write_line(f"{number} {verdict}: {reason}", red=IN_CI, yellow=not IN_CI)
