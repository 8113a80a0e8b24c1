"""How a pipeline stands, over HTTP: for the profile and the params of whoever asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.kit.web_client import WebClient
from tests.web.conftest import Benches

STATUS = "/projects/demo/pipelines/main/status"
CONNECTIONS = """\
profiles:
  local:
    lake: {type: local, path: lake}
  cloud:
    lake: {type: gcs, bucket: "${env:FLOWSTONE_TEST_BUCKET}"}
"""


async def test_a_status_is_asked_for_with_params(client: WebClient, benches: Benches) -> None:
    """The form's values decide what counts: another month is another output."""
    answer = await client.get(STATUS, params={"params": json.dumps({"month": "2024-02", "least": 3})})

    assert answer.status_code == 200
    assert benches.only.viewed == [(None, {"month": "2024-02", "least": 3})]


@pytest.mark.parametrize(
    "params", ["{", "[1]", "null", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": "' + "x" * 16_384 + '"}', "[" * 200]
)
async def test_params_that_are_no_small_object_are_refused(client: WebClient, benches: Benches, params: str) -> None:
    """A query is the easiest thing to send wrongly, and nothing behind it should have to wonder."""
    answer = await client.get(STATUS, params={"params": params})

    assert answer.status_code == 400
    assert benches.only.viewed == []


async def test_a_profile_whose_variable_is_missing_says_so_and_is_still_shown(client: WebClient, root: Path) -> None:
    """Somebody chooses the cloud's profile to look at it, before anything is set up."""
    (root / "connections.yaml").write_text(CONNECTIONS)
    await client.get("/projects/demo")

    cloud = (await client.get(STATUS, params={"profile": "cloud"})).json()
    local = (await client.get(STATUS, params={"profile": "local"})).json()

    assert cloud["problem"]["code"] == "variable_missing"
    assert "FLOWSTONE_TEST_BUCKET" in cloud["problem"]["message"]
    assert [block["id"] for block in cloud["blocks"]] == ["load", "clean"]
    assert local["problem"] is None
