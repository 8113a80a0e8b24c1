"""Security 7 and 8: what is shown cannot run script, and the server never touches the data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.kit.web_client import WebClient

from flowstone.web.application import Server

SERVE_AND_LIST_MODULES = """
import asyncio, json, sys, tempfile
from pathlib import Path
import flowstone.web.application as application
at_import = sorted(sys.modules)
from tests.kit.web_client import WebClient

async def main(root):
    server = await application.serve([Path(root)], state=Path(tempfile.mkdtemp()))
    await server.opened()
    async with WebClient(server) as client:
        await client.sign_in()
        for path in ("/projects", "/projects/demo", "/projects/demo/pipelines/main", "/projects/demo/files",
                     "/projects/demo/pipelines/main/status", "/projects/demo/runs", "/library", "/openapi.json"):
            answer = await client.get(path)
            assert answer.status_code == 200, answer.text
    print(json.dumps([at_import, sorted(sys.modules)]))
    await server.close()

asyncio.run(main(sys.argv[1]))
"""
DATA = {"pandas", "numpy", "pyarrow", "duckdb", "polars", "cloudpickle", "dill", "joblib", "tests_hostile"}
LATE = {"sqlalchemy", "alembic", "ruamel", "watchfiles", "google", "nbformat", "rich", "typer", "httpx"}


def modules_of_a_server(root: Path) -> tuple[set[str], set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SERVE_AND_LIST_MODULES, str(root)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    at_import, at_end = json.loads(done.stdout.splitlines()[-1])
    return set(at_import), set(at_end)


def test_a_server_that_has_shown_a_project_has_imported_nothing_of_it(root: Path) -> None:
    """No pandas, no unpickling, and no line of a project's code: opening a hostile folder runs nothing."""
    mark = root.parent / "was_run"
    bomb = f"import pathlib\npathlib.Path({str(mark)!r}).write_text('x')\n"
    for file in ("loaders/load.py", "transformers/clean.py"):
        (root / file).write_text(bomb + (root / file).read_text())
    for name in ("conftest.py", "sitecustomize.py", "pandas.py", "flowstone.py", "lib/__init__.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(bomb)

    at_import, at_end = modules_of_a_server(root)

    assert not {name.partition(".")[0] for name in at_end} & DATA
    assert not {name.partition(".")[0] for name in at_import} & (DATA | LATE)
    assert not mark.exists()


@pytest.mark.parametrize("path", ["/", "/p/demo", "/p/demo/main", "/index.html", "/anything"])
async def test_the_page_has_a_strict_policy_and_a_fresh_nonce(stranger: WebClient, path: str) -> None:
    """Whatever finds its way into a page, no script runs but the front end's own files."""
    first, second = await stranger.http.get(path), await stranger.http.get(path)

    policies = [
        dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
        for answer in (first, second)
    ]
    nonces = [answer.text.partition('name="csp-nonce" content="')[2].partition('"')[0] for answer in (first, second)]
    assert policies[0]["default-src"] == "'none'"
    assert policies[0]["script-src"] == "'self'"
    assert policies[0]["style-src"] == f"'self' 'nonce-{nonces[0]}'"
    assert "unsafe" not in first.headers["Content-Security-Policy"]
    assert nonces[0] != nonces[1]
    assert len(nonces[0]) >= 16


async def test_every_answer_is_careful_errors_too(client: WebClient, server: Server) -> None:
    """A browser that guesses types may take data for a page."""
    answers = [
        await client.get("/projects"),
        await client.get("/gone"),
        await client.get("/projects/demo/files/loaders/load.py"),
        await client.http.get("/assets/index-abc123.js"),
        await client.http.get("/assets/gone.js"),
    ]

    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers


async def test_what_a_project_holds_is_never_sent_as_a_page(client: WebClient, root: Path) -> None:
    """An HTML or SVG file of a project, opened by its address, must be text in JSON and nothing else."""
    script = "<script>alert(1)</script>"
    (root / "evil.html").write_text(script)
    (root / "evil.svg").write_text(f"<svg>{script}</svg>")

    answers = [await client.get(f"/projects/demo/files/evil.{suffix}") for suffix in ("html", "svg")]

    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}
    assert all("default-src 'none'" in answer.headers["Content-Security-Policy"] for answer in answers)


async def test_a_front_end_that_was_not_built_is_said_in_a_sentence(stranger: WebClient, static: Path) -> None:
    """A checkout without Node must not show an empty page."""
    (static / "index.html").unlink()

    answer = await stranger.http.get("/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "front_end_missing")
