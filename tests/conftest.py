"""Fixtures of all tests; what they are made of is in tests/kit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.kit.emulators import (
    ALOUD,
    BigQueryEmulator,
    EmulatorMissing,
    GcsEmulator,
    bigquery_emulator,
    gcs_emulator,
)
from tests.kit.emulators_postgres import postgres_server

# On a busy machine everything takes long now and then; what must be quick is measured where it matters.
settings.register_profile("flowstone", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("flowstone")


@pytest.fixture(scope="session", autouse=True)
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for what Flowstone keeps for an account: the tests leave nothing in the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("account")))
        yield


@pytest.fixture(scope="session")
def gcs() -> Iterator[GcsEmulator]:
    """A fake Google Cloud Storage, one for the whole test run."""
    with gcs_emulator() as running:
        yield running


@pytest.fixture(scope="session")
def local_bigquery(gcs: GcsEmulator) -> Iterator[BigQueryEmulator]:
    """local-bigquery, one for the whole test run; without Python 3.13 its tests are skipped, aloud."""
    try:
        with bigquery_emulator(gcs_endpoint=gcs.endpoint) as running:
            yield running
    except EmulatorMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server's URL, one for the whole test run."""
    try:
        with postgres_server() as url:
            yield url
    except EmulatorMissing as missing:
        pytest.skip(str(missing))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what could not be tested here."""
    skips = (report.longrepr for report in terminalreporter.stats.get("skipped", ()))
    for reason in sorted({skip[2].partition(ALOUD)[2] for skip in skips if ALOUD in skip[2]}):
        terminalreporter.write_line(f"NOT TESTED HERE: {reason}", red=True, bold=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests against a real Google Cloud project are asked for: they cost money."""
    parser.addoption("--live", action="store_true", help="also test against the project FLOWSTONE_TEST_GCP_PROJECT")


LONG = ("house", "browser", "durability", "engine", "projects", "connectors")
"""The rooms whose files take longest, longest first."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give out the long files first where several processes share the work: nobody is to wait for the last one."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: LONG.index(_room(item)) if _room(item) in LONG else len(LONG))
    _leave_out_live(config, items)


def _room(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def _leave_out_live(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the live tests out unless they are asked for; nobody forgot them, so they are not skips."""
    if config.getoption("--live"):
        return
    live = [item for item in items if item.get_closest_marker("live")]
    if live:
        config.hook.pytest_deselected(items=live)
        items[:] = [item for item in items if not item.get_closest_marker("live")]
