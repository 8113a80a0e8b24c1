"""Connections over HTTP: shown without a secret, changed with the file's comments kept, tried, and secrets written."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from tests.kit.web_client import WebClient

AT = "/projects/demo/connections"
SECRET = "hunter2-hunter2"
YAML = """\
# Ours.
profiles:
  local:
    lake: {type: local, path: lake}  # files
    warehouse:
      type: postgres
      url: postgresql://me:hunter2-hunter2@127.0.0.1:1/db   # old
  cloud:
    lake: {type: gcs, bucket: "${env:NOT_SET_BUCKET}", credentials: "${secret:gcs_key}"}
"""


@pytest.fixture(autouse=True)
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "account"))
    monkeypatch.delenv("NOT_SET_BUCKET", raising=False)


@pytest.fixture
def yaml(root: Path) -> Path:
    """The project's connections."""
    (root / "connections.yaml").write_text(YAML)
    return root / "connections.yaml"


async def planned(client: WebClient, **edit: Any) -> str:
    answer = await client.post(AT + "/plan", edit)
    assert answer.status_code == 200, answer.text
    after: str = answer.json()["after"]
    return after


async def tried(client: WebClient, **asked: Any) -> Any:
    answer = await client.post(AT + "/try", {"profile": "local", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("yaml")
async def test_every_profile_is_shown_and_no_secret_with_it(client: WebClient) -> None:
    """The page may be looked at over somebody's shoulder."""
    answer = await client.get(AT)

    page = answer.json()
    local, cloud = page["profiles"]
    assert SECRET not in answer.text
    assert [one["name"] for one in local["connections"]] == ["lake", "warehouse"]
    assert (local["connections"][1]["hidden"], local["connections"][1]["summary"]) == (["url"], "127.0.0.1:1/db")
    assert cloud["connections"][0]["missing"] == ["NOT_SET_BUCKET", "gcs_key"]
    assert page["secrets"] == [{"name": "gcs_key", "is_set": False, "used_by": ["cloud/lake"]}]


@pytest.mark.usefixtures("yaml")
async def test_an_edit_changes_its_own_lines_and_keeps_what_was_not_told(client: WebClient) -> None:
    """Comments and other people's lines stay; a hidden option is kept without being sent."""
    renamed = await planned(
        client,
        op="set", profile="local", name="store", was="warehouse", type="postgres",
        options={"schema": "sales"}, keeps=["url"],
    )  # fmt: skip
    added = await planned(client, op="set", profile="local", name="marts", type="duckdb", options={"path": "m.duckdb"})
    new_profile = await planned(client, op="set", profile="ci", name="lake", type="local", options={"path": "ci"})
    removed = await planned(client, op="remove", profile="local", name="lake")
    last = await planned(client, op="remove", profile="cloud", name="lake")

    assert renamed == YAML.replace("    warehouse:", "    store:").replace(
        "db   # old\n", "db   # old\n      schema: sales\n"
    )
    assert "# files\n" in added
    assert "    marts: {type: duckdb, path: m.duckdb}\n" in added
    assert new_profile == YAML + "  ci:\n    lake: {type: local, path: ci}\n"
    assert removed == YAML.replace("    lake: {type: local, path: lake}  # files\n", "")
    assert "cloud: {}" in last
    assert (await client.get("/projects/demo/files/connections.yaml")).json()["text"] == YAML


async def test_the_first_connection_of_a_project_keeps_those_that_it_has_by_itself(client: WebClient) -> None:
    """A file that names one connection of the local profile would else hide the lake and the warehouse."""
    after = await planned(client, op="set", profile="local", name="extra", type="duckdb", options={"path": "x.duckdb"})

    assert after == (
        "profiles:\n  local:\n    lake: {type: local, path: lake}\n"
        "    warehouse: {type: duckdb, path: warehouse.duckdb}\n    extra: {type: duckdb, path: x.duckdb}\n"
    )


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"op": "set", "profile": "local", "name": "lake", "type": "local", "options": {}}, "duplicate_key"),
        ({"op": "set", "profile": "local", "name": "x", "was": "y", "type": "local", "options": {}}, "not_found"),
        ({"op": "remove", "profile": "local", "name": "gone"}, "not_found"),
        ({"op": "remove", "profile": "gone", "name": "lake"}, "not_found"),
        ({"op": "set", "profile": "local", "name": "x", "type": "local", "options": {"path": "${X"}}, "wrong_value"),
    ],
)
@pytest.mark.usefixtures("yaml")
async def test_what_would_break_the_file_is_refused(client: WebClient, edit: dict[str, Any], code: str) -> None:
    """Nothing is saved that could not be read again."""
    answer = await client.post(AT + "/plan", edit)

    assert answer.json()["error"]["code"] == code


@pytest.mark.usefixtures("yaml")
async def test_a_secret_is_written_used_and_forgotten_and_never_given_back(client: WebClient) -> None:
    """Write-only: what is kept can be replaced and forgotten, and that is all."""
    kept = await client.put("/projects/demo/secrets/gcs_key", {"value": SECRET})
    read = await client.get("/projects/demo/secrets/gcs_key")
    page = await client.get(AT)
    failed = await tried(
        client, profile="cloud", name="x", type="gcs", options={"bucket": "b", "credentials": "${secret:gcs_key}"}
    )
    gone = await client.ask("DELETE", "/projects/demo/secrets/gcs_key")
    odd = await client.put("/projects/demo/secrets/a%20b", {"value": "x"})

    assert all(SECRET not in answer.text for answer in (kept, page))
    assert SECRET not in str(failed)
    assert kept.json()["secrets"][0]["is_set"] is True
    assert read.status_code == 405
    assert gone.json()["secrets"][0]["is_set"] is False
    assert odd.status_code == 400
    assert [(step["what"], step["code"]) for step in failed["steps"]] == [("Credentials", "credentials_missing")]


async def test_a_trial_names_what_is_missing_and_the_next_step(yaml: Path, client: WebClient) -> None:
    """`It failed` helps nobody."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    (yaml.parent / "taken").write_text("a file")
    (yaml.parent / "broken.duckdb").write_text("no database, but long enough to be looked at")

    lake = await tried(client, name="lake")
    folder = await tried(client, name="x", type="local", options={"path": "taken"})
    duck = await tried(client, name="x", type="duckdb", options={"path": "broken.duckdb"})
    nowhere = await tried(client, name="x", type="postgres", options={"url": f"postgresql://me@127.0.0.1:{port}/db"})
    no_host = await tried(client, name="x", type="postgres", options={"url": "postgresql://me@no-such-host.invalid/db"})
    variable = await tried(client, profile="cloud", name="lake")
    old = await tried(client, name="warehouse")
    unknown = await client.post(AT + "/try", {"profile": "local", "name": "gone"})

    assert (lake["is_ok"], lake["steps"][0]["state"]) == (True, "noted")
    assert "is a file" in folder["steps"][0]["message"]
    assert "cannot be opened" in duck["steps"][0]["message"]
    assert f"Nothing listens at 127.0.0.1:{port}" in nowhere["steps"][0]["message"]
    assert "There is no host no-such-host.invalid" in no_host["steps"][0]["message"]
    assert "NOT_SET_BUCKET" in variable["steps"][0]["message"]
    assert all(one["steps"][-1]["hint"] for one in (folder, duck, nowhere, no_host, variable))
    assert SECRET not in str(old)
    assert unknown.status_code in (404, 422)
