"""A browser for the tests, and windows that must say nothing wrong."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pluggy import Result
from tests.kit.browser import FLIGHTS, RunningServer, Visitor, chromium, copy_of
from tests.kit.browser_workbench import Workbench

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(240))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Result[pytest.TestReport], None]:
    report = (yield).get_result()
    if report.when == "call":
        item.stash[FAILED] = report.failed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for each file: the asyncio loop behind it must not live on into other rooms' tests."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody with a browser; what their console said is held against the test."""
    with Visitor(browser, request.node.name) as somebody:
        yield somebody
        trouble = somebody.troubles()
        if trouble or request.node.stash.get(FAILED, False):
            somebody.keep()
        assert trouble == []


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """`flowstone start` for one project or several, stopped at the end."""
    with ExitStack() as running:

        def started(*projects: Path, **environment: str) -> RunningServer:
            return running.enter_context(RunningServer(projects, tmp_path / "server.log", environment=environment))

        yield started


@pytest.fixture
def flights(tmp_path: Path) -> Path:
    """A fresh copy of the project flights."""
    return copy_of(FLIGHTS, tmp_path / "flights")


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """A window of a usual size, not signed in yet."""
    window, _ = visitor.window()
    return window


Open = Callable[[Path, str], Workbench]


@pytest.fixture
def open_pipeline(start: Callable[..., RunningServer], page: Page) -> Open:
    """Start Flowstone for a project, follow its link, and click on a pipeline."""

    def opened(project: Path, pipeline: str) -> Workbench:
        return enter(page, start(project), pipeline)

    return opened


def enter(page: Page, server: RunningServer, pipeline: str) -> Workbench:
    """Follow a start link, and click on a pipeline."""
    page.goto(server.link)
    page.get_by_role("link", name=pipeline).first.click()
    page.get_by_role("region", name="Graph").wait_for()
    return Workbench(page)
