"""Flowstone as a person meets it: `flowstone start` in a process of its own, and its link opened in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

T = TypeVar("T")

CHECKOUT = Path(__file__).parents[2]
FLIGHTS = CHECKOUT / "projects/flights"
MADE_BY_RUNS = shutil.ignore_patterns(".flowstone", "lake", "*.duckdb*", "__pycache__")
RESULTS = CHECKOUT / "test-results"

COMMAND_VARIABLE = "FLOWSTONE_COMMAND"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LINK = re.compile(r"Flowstone is at (\S+)")
START_S = 60.0
STOP_S = 40.0
PATIENCE_MS = 30_000.0


def flowstone_command() -> str:
    """The command under test: the one beside this Python, unless FLOWSTONE_COMMAND names another, of a wheel say."""
    return os.environ.get(COMMAND_VARIABLE) or str(Path(sys.executable).with_name("flowstone"))


def copy_of(project: Path, target: Path) -> Path:
    """Copy a project as a clone has it, without what runs made."""
    shutil.copytree(project, target, ignore=MADE_BY_RUNS)
    return target


def until(look: Callable[[], T | None], *, what: str, within_s: float = 45.0) -> T:
    """Look until there is something to see, and return it. For what no page can tell, like a file on disk."""
    end = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < end, f"{what}: not seen within {within_s} s"
        time.sleep(0.02)
    return seen


@dataclass
class RunningServer:
    """A `flowstone start`, which can be stopped and started again at the same port."""

    projects: tuple[Path, ...]
    log: Path
    port: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return self.link.partition("/#")[0]

    def start(self) -> None:
        words = [flowstone_command(), "start", *map(str, self.projects), "--no-browser", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                words, stdout=log, stderr=log, env={**os.environ, **self.environment}, cwd=self.log.parent
            )
        found = until(self._said, what="the start link", within_s=START_S)
        self.link = found.group(1)
        self.port = int(self.url.rpartition(":")[2])

    def stop(self, *, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_S)
            raise
        finally:
            self.process = None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _said(self) -> re.Match[str] | None:
        assert self.process is not None
        assert self.process.poll() is None, f"flowstone start ended with {self.process.returncode}:\n{self.said()}"
        return LINK.search(self.said())


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the Chromium that is on this machine."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found is not None, (
        "Chromium is missing: run tests/browser/chromium.sh, or install it with your system's packages"
    )
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@dataclass
class Watched:
    """A context whose pages must say nothing wrong: no error in the console, no error thrown, no page lost."""

    context: BrowserContext
    trouble: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.trouble.append(f"thrown: {error.error}"))
        self.context.tracing.start(snapshots=True, screenshots=False)

    def expect(self, pattern: str) -> None:
        """Let pass what the console will say because the test makes it so."""
        self.expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [one for one in self.trouble if not any(pattern.search(one) for pattern in self.expected)]

    def keep(self, name: str) -> None:
        """Keep pictures and a trace of a test that failed."""
        RESULTS.mkdir(exist_ok=True)
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=RESULTS / f"{name}-{number}.png")
        self.context.tracing.stop(path=RESULTS / f"{name}.zip")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text} ({message.location.get('url', '')})")


@dataclass
class Visitor:
    """Somebody with a browser: opens windows, each signed out until it follows a start link."""

    browser: Browser
    name: str
    windows: list[Watched] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for window in self.windows:
            window.context.close()

    def window(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        bypass_csp: bool = False,
        is_new_here: bool = False,
    ) -> tuple[Page, Watched]:
        """Open a window of a size; colours follow the system, which is light or dark.

        Somebody who is new here is shown the tour.
        """
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            bypass_csp=bypass_csp,
            timezone_id="Europe/Berlin",
            locale="en-GB",
        )
        if not is_new_here:
            context.add_init_script("try { localStorage.setItem('flowstone.tour', 'taken') } catch {}")
        watched = Watched(context)
        self.windows.append(watched)
        return context.new_page(), watched

    def troubles(self) -> list[str]:
        return [one for window in self.windows for one in window.unexpected()]

    def keep(self) -> None:
        for number, window in enumerate(self.windows):
            window.keep(f"{self.name}-{number}" if number else self.name)
