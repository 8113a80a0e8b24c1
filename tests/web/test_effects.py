"""What an edit would change, over HTTP."""

from __future__ import annotations

from tests.kit.web_client import WebClient
from tests.web.conftest import Benches

EFFECT = "/projects/demo/pipelines/main/blocks/{}/effect"


async def test_an_edit_is_tried_as_asked(client: WebClient, benches: Benches) -> None:
    """With the params of the form, as a run would."""
    answer = (await client.post(EFFECT.format("load"), {"params": {"n": 1}})).json()

    load, clean = answer["blocks"]
    assert benches.only.effects.asked == [("main", "load", None, {"n": 1})]
    assert (answer["sampled"], answer["is_superseded"], load["outlook"], clean["failure"]["message"]) == (
        10,
        False,
        "changed",
        "no",
    )
    assert load["outputs"][0] == {
        "name": "output",
        "is_same": False,
        "rows_before": 3,
        "rows_after": 2,
        "columns": [{"name": "a", "before": None, "after": "int64", "missing_before": None, "missing_after": 1}],
        "added": 0,
        "removed": 1,
        "changed": 0,
    }


async def test_what_cannot_be_tried_is_refused(client: WebClient) -> None:
    """A block that was renamed meanwhile, a profile that is none, a body that says more."""
    answers = [
        await client.post(EFFECT.format("gone"), {}),
        await client.post(EFFECT.format("load"), {"profile": "gone"}),
        await client.post(EFFECT.format("load"), {"more": 1}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 400]
