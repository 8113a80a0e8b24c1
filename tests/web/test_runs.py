"""Runs, logs and outputs over HTTP: what is asked reaches the workbench, what it gives comes back whole."""

from __future__ import annotations

from tests.kit.fake_workbench import ROWS
from tests.kit.web_client import WebClient
from tests.web.conftest import Benches

from flowstone.model.run import Reuse
from flowstone.model.view import SortKey, View
from flowstone.model.window import Window

RUNS = "/projects/demo/pipelines/main/runs"
OUTPUT = f"/projects/demo/outputs/{'a' * 32}"


async def test_a_run_is_started_as_asked(client: WebClient, benches: Benches) -> None:
    """Run, run only this, and run everything differ in this request alone."""
    answer = await client.post(RUNS, {"blocks": ["clean"], "only": True, "reuse": "never", "params": {"a": 1}})

    request = benches.only.started[0]
    assert (answer.status_code, answer.json()) == (202, {"run": "run-1"})
    assert (request.blocks, request.only, request.reuse, request.params) == (("clean",), True, Reuse.NEVER, {"a": 1})


async def test_a_run_of_what_is_not_there_is_refused(client: WebClient) -> None:
    """A typo must not look like a run that waits."""
    answers = [
        await client.post("/projects/demo/pipelines/gone/runs", {}),
        await client.post(RUNS, {"profile": "gone"}),
        await client.get("/projects/demo/runs/gone"),
        await client.post("/projects/demo/runs/gone/stop"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_a_run_is_stopped_once(client: WebClient) -> None:
    """Stopping what has ended is a mistake worth hearing of."""
    await client.post(RUNS, {"run": "mine"})

    statuses = [(await client.post("/projects/demo/runs/mine/stop")).status_code for _ in range(2)]

    assert statuses == [202, 409]
    assert (await client.get("/projects/demo/runs/mine")).json()["state"] == "cancelled"


async def test_a_run_is_taken_up_again_once(client: WebClient) -> None:
    """Two people who both press the button must not have it written twice."""
    await client.post(RUNS, {"run": "mine"})
    await client.post("/projects/demo/runs/mine/stop")

    first, second = [await client.post("/projects/demo/runs/mine/resume") for _ in range(2)]
    gone = await client.post("/projects/demo/runs/gone/resume")

    assert (first.status_code, first.json()["state"]) == (200, "running")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "run_not_resumable")
    assert gone.status_code == 404


async def test_runs_come_in_pages_newest_first(client: WebClient) -> None:
    """A history of a million runs is read a page at a time."""
    for number in range(5):
        await client.post(RUNS, {"run": f"r{number}"})

    first = (await client.get("/projects/demo/runs?limit=2")).json()
    second = (await client.get(f"/projects/demo/runs?limit=2&before={first['next']}")).json()
    last = (await client.get(f"/projects/demo/runs?limit=2&before={second['next']}&pipeline=main")).json()

    assert [[run["id"] for run in page["runs"]] for page in (first, second, last)] == [
        ["r4", "r3"],
        ["r2", "r1"],
        ["r0"],
    ]
    assert last["next"] is None


async def test_the_status_has_the_run_that_goes_on_and_the_last_that_ended(client: WebClient) -> None:
    """A page that is opened in the middle of a run shows it."""
    await client.post(RUNS, {"run": "old"})
    await client.post("/projects/demo/runs/old/stop")
    await client.post(RUNS, {"run": "new"})

    status = (await client.get("/projects/demo/pipelines/main/status?profile=local")).json()

    assert [block["freshness"] for block in status["blocks"]] == ["never", "never"]
    assert (status["active_run"]["id"], status["last_run"]["id"]) == ("new", "old")


async def test_a_run_is_kept_and_no_longer(client: WebClient) -> None:
    """The run of the annual report outlives all limits."""
    await client.post(RUNS, {"run": "report"})

    kept = (await client.post("/projects/demo/runs/report/keep", {"is_pinned": True})).json()
    listed = (await client.get("/projects/demo/runs")).json()["runs"]
    let_go = (await client.post("/projects/demo/runs/report/keep", {"is_pinned": False})).json()
    missing = await client.post("/projects/demo/runs/none/keep", {"is_pinned": True})

    assert (kept["is_pinned"], [run["is_pinned"] for run in listed], let_go["is_pinned"]) == (True, [True], False)
    assert missing.status_code == 404


async def test_a_window_is_asked_for_by_name_and_passed_through_as_bytes(client: WebClient, benches: Benches) -> None:
    """Any text can be a column's name: commas, minus signs and percent signs too."""
    answer = await client.get(
        OUTPUT + "/rows", params={"offset": 7, "limit": 3, "columns": "a,b%2Cc,100%25", "sort": "-b%2Cc,%2Da"}
    )

    assert (answer.content, answer.headers["Content-Type"]) == (ROWS, "application/vnd.apache.arrow.stream")
    assert benches.only.windows == [
        Window(7, 3, ("a", "b,c", "100%"), View(sort=(SortKey("b,c", descending=True), SortKey("-a")))),
    ]


async def test_an_output_and_its_value_are_given(client: WebClient) -> None:
    """JSON passes through as text; what is not there is said to be not there."""
    described, value = await client.get(OUTPUT), await client.get(OUTPUT + "/value")
    missing = await client.get(f"/projects/demo/outputs/{'b' * 32}/rows")

    assert (described.json()["kind"], value.json(), missing.status_code) == ("table", {"a": 1}, 404)
    assert value.headers["X-Content-Type-Options"] == "nosniff"


async def test_logs_are_read_from_where_one_left_off(client: WebClient) -> None:
    """A log of a gigabyte is not read twice."""
    await client.post(RUNS, {"run": "mine"})

    page = (await client.get("/projects/demo/runs/mine/blocks/load/logs?after=41&limit=10")).json()

    assert page == {
        "lines": [{"seq": 42, "at": 1000.0, "stream": "stdout", "text": "hello"}],
        "dropped": 0,
        "next": 42,
    }
