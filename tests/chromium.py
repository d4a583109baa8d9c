"""The Chromium that the set-up found or installed."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_TOOLS = Path(__file__).parents[1] / "var" / "tools.json"  # noted by the set-up
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def launch_chromium() -> Iterator[Browser]:
    """A headless browser; without one the tests fail with a sentence."""
    path = shutil.which("chromium")
    if _TOOLS.exists():
        path = json.loads(_TOOLS.read_text()).get("chromium") or path
    assert path, "No Chromium was found; the browser tests need one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield browser
        browser.close()
