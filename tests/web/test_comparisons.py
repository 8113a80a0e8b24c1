"""Past outputs and differences over HTTP: what is asked reaches the workbench, what it gives comes back whole."""

from __future__ import annotations

import pytest
from tests.kit.fake_insight import GONE, ROWS
from tests.kit.web_client import WebClient
from tests.web.conftest import Benches

from flowstone.model.table_difference import Part, RowsOfDifference

PAST = "/projects/demo/pipelines/main/blocks/clean/outputs"
OURS, THEIRS = "a" * 32, "b" * 32
DIFFERENCE = f"/projects/demo/outputs/{OURS}/difference/{THEIRS}"


async def test_past_outputs_come_in_pages(client: WebClient, benches: Benches) -> None:
    """A block that runs each minute has a long past."""
    first = (await client.get(PAST)).json()
    second = (await client.get(PAST + "?limit=7&before=" + first["next"])).json()

    (entry,) = first["entries"]
    assert (entry["run"], entry["started_at"], entry["state"]) == ("r1", 1000.5, "reused")
    assert [(each["output"]["hash"], each["is_kept"]) for each in entry["outputs"]] == [("a" * 32, False)]
    assert second["next"] is None
    assert benches.only.insight.asked == [("main", "clean", None, 50), ("main", "clean", (1000.5, "r1"), 7)]


async def test_a_difference_is_asked_for_with_a_key_or_without(client: WebClient, benches: Benches) -> None:
    """No key at all is a choice too, and not the same as one to be found."""
    found = (await client.get(DIFFERENCE)).json()
    await client.get(DIFFERENCE + "?keyed=none")
    await client.get(DIFFERENCE + "?key=a%252Cb,c")

    assert (found["added"], found["removed"], found["changed"], found["key"]) == (2, 1, 1, ["id"])
    assert benches.only.insight.asked == [(THEIRS, OURS, None), (THEIRS, OURS, ()), (THEIRS, OURS, ("a,b", "c"))]


async def test_rows_of_a_difference_come_as_arrow(client: WebClient, benches: Benches) -> None:
    """Cells keep their types on the way."""
    answer = await client.get(DIFFERENCE + "/rows?part=changed&offset=3&limit=200&columns=x")

    assert (answer.content, answer.headers["Content-Type"]) == (ROWS, "application/vnd.apache.arrow.stream")
    assert benches.only.insight.asked == [(THEIRS, OURS, None, RowsOfDifference(Part.CHANGED, 3, 200, ("x",)))]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (PAST + "?limit=201", 400),
        (PAST + "?before=yesterday", 400),
        (DIFFERENCE + "/rows?limit=201", 400),
        (DIFFERENCE + "/rows?part=some", 400),
        (DIFFERENCE + "?key=" + ",".join("k" * 17), 400),
        (f"/projects/demo/outputs/{OURS}/difference/{GONE}", 404),
    ],
)
async def test_what_cannot_be_asked_is_refused(client: WebClient, path: str, status: int) -> None:
    """Every bound is one that somebody passes."""
    answer = await client.get(path)

    assert (answer.status_code, set(answer.json())) == (status, {"error"})
