"""Schedules over HTTP and the socket, with the real scheduler behind them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from tests.kit.fake_workbench import FakeWorkbench
from tests.kit.web_client import WebClient

from flowstone.model.ids import PipelineId
from flowstone.model.run import RunRequest
from flowstone.schedule.overview import ScheduleStatus
from flowstone.store.trust import is_trusted, trust
from flowstone.web.application import Server, serve
from flowstone.web.schedules import keep_schedules
from flowstone.web.views.schedules import schedule_view
from flowstone.web.waiting_schedules import WaitingSchedules

SCHEDULES = "/projects/demo/schedules"
MOVE = "/projects/demo/pipelines/main/schedule"


@pytest.fixture
async def server(root: Path, state: Path) -> AsyncIterator[Server]:
    """A server with the real engine and schedules behind it, and one schedule."""
    pipeline = root / "pipelines/main.yaml"
    pipeline.write_text(pipeline.read_text() + 'schedule: {cron: "0 6 * * *", timezone: Europe/Berlin}\n')
    (root / "pipelines/quiet.yaml").write_text("blocks: {}\n")
    trust(root)
    server = await serve([root], state=state, open_schedules=keep_schedules)
    await server.opened()
    yield server
    await server.close()


async def only(client: WebClient) -> dict[str, Any]:
    (found,) = (await client.get(SCHEDULES)).json()
    return dict(found)


async def until(client: WebClient, path: str, is_so: Callable[[Any], bool]) -> Any:
    """Ask until an answer is as it should be."""
    deadline = time.monotonic() + 60
    while not is_so(shown := (await client.get(path)).json()):
        assert time.monotonic() < deadline, shown
        await asyncio.sleep(0.05)
    return shown


async def test_a_schedule_is_shown_with_its_next_times(client: WebClient) -> None:
    """The first question to a schedule is when."""
    found = await only(client)

    assert (found["pipeline"], found["words"]) == ("main", "At 06:00 every day, Europe/Berlin")
    assert (found["is_paused"], found["is_enabled"], len(found["next"])) == (False, True, 5)
    assert found["next"] == sorted(found["next"])


async def test_it_is_paused_and_resumed(client: WebClient) -> None:
    """During a migration nothing should start, and afterwards all should."""
    paused = (await client.post(f"{MOVE}/pause")).json()
    shown = await only(client)
    resumed = (await client.post(f"{MOVE}/resume")).json()

    assert (paused["is_paused"], paused["next"]) == (True, [])
    assert shown == paused
    assert (resumed["is_paused"], len(resumed["next"])) == (False, 5)


async def test_a_pipeline_without_one_is_an_empty_list_and_cannot_be_paused(client: WebClient) -> None:
    """Most pipelines have none; that is no error until somebody wants to pause it."""
    shown = await client.get(SCHEDULES, params={"pipeline": "quiet"})
    refused = await client.post("/projects/demo/pipelines/quiet/schedule/pause")

    assert (shown.status_code, shown.json()) == (200, [])
    assert refused.status_code == 404
    assert "every: 1h" in refused.json()["error"]["hint"]


async def test_a_schedule_that_is_written_while_the_server_runs_is_kept(
    client: WebClient, server: Server, root: Path
) -> None:
    """Files are the truth: an editor is enough to schedule something."""
    etag = (await client.get("/projects/demo/pipelines/quiet/source")).headers["ETag"]
    text = "blocks: {}\nschedule: {every: 15m}\n"

    await client.ask("PUT", "/projects/demo/pipelines/quiet/source", json={"text": text}, headers={"If-Match": etag})

    await until(client, SCHEDULES, lambda shown: len(shown) == 2)
    found = (await client.get(SCHEDULES, params={"pipeline": "quiet", "next": 1})).json()
    assert [(one["words"], len(one["next"])) for one in found] == [("Every 15m", 1)]


async def test_runs_are_listed_by_state(client: WebClient) -> None:
    """Among a thousand that went well one looks for those that did not."""
    run = (await client.post("/projects/demo/pipelines/main/runs", {})).json()["run"]
    whole = await until(client, f"/projects/demo/runs/{run}", lambda shown: shown["state"] != "running")

    listed = [
        [one["id"] for one in (await client.get("/projects/demo/runs", params={"state": state})).json()["runs"]]
        for state in ("done", "failed")
    ]

    assert listed == [[run], []]
    assert (len(whole["snapshot"]) > 8, whole["logical_date"]) == (True, None)
    assert (await client.get("/projects/demo/runs", params={"state": "odd"})).status_code == 400


async def test_schedules_wait_until_somebody_runs_the_project_here(root: Path) -> None:
    """Looking at a stranger's project is safe: its first run is somebody's decision."""
    begun: list[str] = []

    async def begin() -> NoSchedules:
        begun.append("begun")
        return NoSchedules()

    workbench = FakeWorkbench(root)
    request = RunRequest(PipelineId("main"))
    waiting = WaitingSchedules(root, workbench, NoSchedules(), begin)
    await workbench.start_run(request)
    await asyncio.sleep(0)
    before = list(begun)
    trust(root)
    for _ in range(2):
        await workbench.start_run(request)
    await waiting.close()

    assert (before, begun) == ([], ["begun"])


async def test_a_schedule_that_waits_says_so(root: Path, state: Path) -> None:
    """Who expects it to run must not have to find out why it does not."""
    pipeline = root / "pipelines/main.yaml"
    pipeline.write_text(pipeline.read_text() + "schedule: {every: 10s}\n")
    server = await serve([root], state=state, open_schedules=keep_schedules)
    await server.opened()
    opened = await server.site.services.shelf.project("demo")
    assert opened.schedules is not None
    (found,) = await opened.schedules.schedules(count=1)
    await server.close()

    assert isinstance(opened.schedules, WaitingSchedules)
    shown = schedule_view(found, is_trusted=is_trusted(root))
    assert (shown.is_trusted, shown.next) == (False, [])


class NoSchedules:
    """The schedules of a project that has none."""

    async def close(self) -> None:
        return

    def listen(self, listener: Callable[[PipelineId], None]) -> None:
        return

    async def files_changed(self, paths: Collection[str]) -> None:
        return

    async def schedules(self, *, count: int, only: PipelineId | None = None) -> tuple[ScheduleStatus, ...]:
        return ()

    async def pause(self, pipeline: PipelineId) -> None:
        return

    async def resume(self, pipeline: PipelineId) -> None:
        return
