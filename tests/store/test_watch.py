"""What other programs change in a project is seen at once, and what nobody edits is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.store.projects import write

from flowstone.disk.publish import publish
from flowstone.store.texts import save_text
from flowstone.store.watch import is_of_interest, watch

SOON_S = 30


@asynccontextmanager
async def watched(root: Path) -> AsyncIterator[asyncio.Queue[str]]:
    """Watch a folder; yields once the watch is known to see."""
    stop, seen = asyncio.Event(), asyncio.Queue[str]()

    async def follow() -> None:
        async for paths in watch(root, stop):
            for path in sorted(paths):
                seen.put_nowait(path)

    task = asyncio.create_task(follow())
    number = 0
    while seen.empty():
        number += 1
        (root / f"begun_{number}.txt").touch()
        await asyncio.sleep(0.02)
    yield seen
    stop.set()
    await asyncio.wait_for(task, SOON_S)


async def until(seen: asyncio.Queue[str], path: str) -> list[str]:
    """Return what is seen up to a path, without the beginning's."""
    found: list[str] = []
    while path not in found:
        found.append(await asyncio.wait_for(seen.get(), SOON_S))
    return [each for each in found if not each.startswith("begun_")]


async def test_saves_of_all_kinds_are_seen_by_their_names(tmp_path: Path) -> None:
    """Editors write in place, by renaming and by replacing; each is one changed file to the person."""
    write(tmp_path / "loaders/a.py", "x")
    async with watched(tmp_path) as seen:
        publish(tmp_path / "loaders/a.py", b"by rename")
        assert await until(seen, "loaders/a.py") == ["loaders/a.py"]
        save_text(tmp_path, "loaders/new.py", "created", if_match=None)
        assert "loaders/new.py" in await until(seen, "loaders/new.py")
        write(tmp_path / "swap.tmp", "by another editor")
        (tmp_path / "swap.tmp").replace(tmp_path / "b.sql")
        assert "swap.tmp" not in await until(seen, "b.sql")
        (tmp_path / "b.sql").unlink()
        assert await until(seen, "b.sql")


async def test_what_nobody_edits_is_not_seen(tmp_path: Path) -> None:
    """The ledger changes at every step of a run; telling the browser would be an echo without end."""
    (tmp_path / ".flowstone").mkdir()
    async with watched(tmp_path) as seen:
        write(tmp_path / ".flowstone/ledger.db", "x")
        write(tmp_path / "__pycache__/a.pyc", "x")
        write(tmp_path / "last.py", "x")

        assert await until(seen, "last.py") == ["last.py"]


@pytest.mark.parametrize(
    ("path", "is_seen"),
    [
        ("loaders/a.py", True),
        ("flowstone.yaml", True),
        (".gitignore", True),
        ("", False),
        (".flowstone/ledger.db", False),
        ("a/.git/index", False),
        ("node_modules/x/y.js", False),
        ("a.py~", False),
        (".a.py.swp", False),
        (".#a.py", False),
        ("4913", False),
        (".flowstone-0123.tmp", False),
    ],
)
def test_the_rule_of_what_is_of_interest(path: str, *, is_seen: bool) -> None:
    """The same names are left out everywhere."""
    assert is_of_interest(path) is is_seen
