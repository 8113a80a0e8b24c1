"""`flowstone start`: the server, until somebody stops it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound, ProjectBusy
from flowstone.store.lock import STEP_S, TRIED_FOR_S, holder_of
from flowstone.store.state import StateFolder
from flowstone.web.application import Listening, Server, serve
from flowstone.web.schedules import OpenSchedules, keep_schedules

PORTS_TRIED = 20
COLLECT_AFTER = (5_000, 20, 50)
"""How many objects more than are gone begin a collection, and how many collections of the young one of the older."""
PASSWORD_VARIABLE = "FLOWSTONE_PASSWORD"  # noqa: S105 - the name of a variable


def serve_projects(
    folders: list[Path], listening: Listening, *, opens_browser: bool, keeps_schedules: bool = True
) -> int:
    """Serve projects until interrupted; return the exit code.

    Raises: NotFound, for a folder that is no project; UnsafeBinding; ProjectBusy; SourceError.
    """
    for folder in folders:
        if not (folder / "flowstone.yaml").is_file():
            raise NotFound(
                "project in",
                str(folder),
                hint=f"Name the project's folder, or make one there: `flowstone init {folder}`",
            )
    return asyncio.run(
        _serve(
            [folder.resolve() for folder in folders], listening, browse=opens_browser, keeps_schedules=keeps_schedules
        )
    )


async def _serve(folders: list[Path], listening: Listening, *, browse: bool, keeps_schedules: bool) -> int:
    for folder in folders:
        await _refuse_held(folder)
    state = StateFolder(folders[0])
    state.create()
    server = await _on_free_port(folders, state.path, listening, keep_schedules if keeps_schedules else None)
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    try:
        link = server.link
        sys.stderr.write(f"Flowstone is at {link}\nStop it with Ctrl-C.\n")
        if browse:
            await asyncio.to_thread(_open_browser, link)
        await server.opened()
        _keep_collections_short()
        await ended.wait()
    except FlowstoneError:
        await server.close()
        raise
    await server.close()
    return 0


async def _refuse_held(folder: Path) -> None:
    """Refuse a project that another server has, before a link is printed that would lead nowhere. Raises: ProjectBusy.

    A server that is just ending is waited for. It may be taken after this look; that is refused when it is opened.
    """
    until = time.monotonic() + TRIED_FOR_S
    while (holder := holder_of(StateFolder(folder).lock)) is not None:
        if time.monotonic() > until:
            raise ProjectBusy(str(folder), holder.words)
        await asyncio.sleep(STEP_S)


async def _on_free_port(
    folders: list[Path], state: Path, listening: Listening, open_schedules: OpenSchedules | None
) -> Server:
    """Listen on the port asked for, or on the next that is free."""
    port = listening.port
    for candidate in range(port, port + PORTS_TRIED if port else port + 1):
        try:
            return await serve(
                folders, state=state, listening=replace(listening, port=candidate), open_schedules=open_schedules
            )
        except OSError:
            if candidate == port + PORTS_TRIED - 1 or port == 0:
                raise
    raise AssertionError("the loop returns or raises")


def _keep_collections_short() -> None:
    """Take what was made until now out of the garbage collector's sight: it lives as long as the server does.

    A collection holds up every thread, and takes the longer the more there is to look at.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _open_browser(link: str) -> None:
    """Open a browser where there is a screen for one."""
    import webbrowser

    has_screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_screen:
        webbrowser.open(link)
