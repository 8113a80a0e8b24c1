"""What a browser waits for when it opens a pipeline the first time."""

from __future__ import annotations

import gzip
import shutil
import statistics
from functools import partial
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

from bench.figures import Figure
from bench.start_up import served, sign_in_link

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def browser_path() -> str:
    """Return where the browser is. Raises: FileNotFoundError."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    raise FileNotFoundError("Chromium is needed: sh tests/browser/chromium.sh")


def figures(project: Path, pipeline: str) -> list[Figure]:
    """Open a pipeline's page with a cold cache several times; count what comes and when it is painted."""
    paints, sizes = [], []
    with served(project, port=8991) as server, sync_playwright() as playwright:
        link = sign_in_link(server)
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        page.get_by_role("link", name=pipeline).first.wait_for()
        state = context.storage_state()
        for _ in range(5):
            cold = browser.new_context(storage_state=state)
            page = cold.new_page()
            scripts: dict[str, int] = {}
            page.on("response", partial(_count, scripts))
            page.goto(f"{link.split('#')[0]}p/{project.name}/{pipeline}")
            page.get_by_role("button", name="Run everything").wait_for()
            paints.append(float(page.evaluate(PAINT)) / 1000)
            sizes.append(sum(scripts.values()) / 1000)
            cold.close()
        browser.close()
    return [
        Figure("first load of a pipeline's page: JavaScript, gzip", statistics.median(sizes), "kB", 300),
        Figure("first paint of a pipeline's page", statistics.median(paints), "s", 0.6),
    ]


def _count(seen: dict[str, int], response: Response) -> None:
    if response.url.endswith(".js"):
        seen[response.url] = len(gzip.compress(response.body(), 6))
