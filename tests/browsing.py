"""Debian's Chromium, driven by Playwright, for tests of what a page does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.skip("chromium is missing: Debian package chromium")
    # Chromium's own sandbox needs a user that is not root.
    arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield launched
        launched.close()


class Opened:
    """A page in the browser, and what it asked for and complained about."""

    def __init__(self, browser: Browser, path: Path, *, script: bool = True) -> None:
        self.page: Page = browser.new_page(java_script_enabled=script)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("requestfinished", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())

    def visible(self, selector: str) -> int:
        return sum(element.is_visible() for element in self.page.query_selector_all(selector))
