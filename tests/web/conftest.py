"""A project, a server on it over a real socket, and a client who is signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.kit.fake_workbench import FakeWorkbench
from tests.kit.web_client import WebClient

from flowstone.web.application import Server, serve

PIPELINE = """\
# Every word here is somebody's.
description: "From A to B"
blocks:
  load:   {file: loaders/load.py}   # brings it in
  clean:  {file: transformers/clean.py, upstream: [load], params: {least: 2}}
"""
LOAD = """\
import pandas as pd
from flowstone import loader


@loader
def load() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3]})
"""
CLEAN = """\
import pandas as pd
from flowstone import transformer


@transformer
def clean(load: pd.DataFrame, *, least: int = 1) -> pd.DataFrame:
    return load[load.a >= least]
"""


class Clock:
    """Time as the tests say."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Benches:
    """Opens fake workbenches and remembers them."""

    opened: list[FakeWorkbench]

    async def open(self, root: Path) -> FakeWorkbench:
        self.opened.append(FakeWorkbench(root))
        return self.opened[-1]

    @property
    def only(self) -> FakeWorkbench:
        return self.opened[0]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project's folder."""
    root = tmp_path / "demo"
    for folder in ("pipelines", "loaders", "transformers"):
        (root / folder).mkdir(parents=True)
    (root / "flowstone.yaml").write_text("name: demo\n")
    (root / "pipelines/main.yaml").write_text(PIPELINE)
    (root / "loaders/load.py").write_text(LOAD)
    (root / "transformers/clean.py").write_text(CLEAN)
    return root


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder in which sessions are kept."""
    return tmp_path / "state"


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is set."""
    return Clock()


@pytest.fixture
def benches() -> Benches:
    """What opens the project."""
    return Benches([])


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A built front end."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><html><head><title>Flowstone</title></head></html>")
    (static / "assets/index-abc123.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    return static


@pytest.fixture
async def server(root: Path, state: Path, clock: Clock, benches: Benches, static: Path) -> AsyncIterator[Server]:
    """A server of the project."""
    server = await serve([root], state=state, open_workbench=benches.open, clock=clock, static=static)
    await server.opened()
    yield server
    await server.close()


@pytest.fixture
async def stranger(server: Server) -> AsyncIterator[WebClient]:
    """Somebody who is not signed in."""
    async with WebClient(server) as client:
        yield client


@pytest.fixture
async def client(server: Server) -> AsyncIterator[WebClient]:
    """Somebody who is signed in."""
    async with WebClient(server) as client:
        yield await client.sign_in()
