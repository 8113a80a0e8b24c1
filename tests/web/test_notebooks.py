"""Notebooks over HTTP: one comes in, a pipeline goes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tests.kit.notebooks import notebook
from tests.kit.served_project import ServedProject
from tests.kit.small_projects import write_project

PIPELINE = "blocks:\n  numbers: {file: loaders/numbers.py}\n"
LOADER = "@loader\ndef numbers():\n    print('here')\n    return pd.DataFrame({'n': [1, 2, 3]})\n"
CELLS = ("import pandas as pd\nrate = 2", "df = pd.DataFrame({'n': [1, 2]})", "df.n.sum() * rate", "%%bash\nls")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedProject]:
    with ServedProject(write_project(tmp_path / "small", PIPELINE, {"loaders/numbers.py": LOADER})) as server:
        yield server


def test_a_notebook_comes_in_and_a_run_goes_out(served: ServedProject, tmp_path: Path) -> None:
    """What the command line can do, the browser can."""
    content = notebook(*CELLS).decode()
    project = f"/projects/{served.project}"

    made = served.http.post(f"{project}/notebooks", json={"file": "My sales.ipynb", "content": content})
    again = served.http.post(f"{project}/notebooks", json={"file": "My sales.ipynb", "content": content})
    wrong = served.http.post(f"{project}/notebooks", json={"file": "x.ipynb", "content": "[]"})

    assert made.status_code == 201
    assert made.json()["pipeline"] == "my_sales"
    assert made.json()["warnings"] == ["Cell 4 is kept as a note: %%bash cells are no Python."]
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_exists")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "notebook_unreadable")
    blocks = served.http.get(f"{project}/pipelines/my_sales").json()["blocks"]
    assert [block["id"] for block in blocks] == ["df", "sum", "left_out"]

    served.start_run("first")
    served.ended("first")
    of_run = served.http.get(f"{project}/pipelines/line/notebook?run=first")
    as_it_is = served.http.get(f"{project}/pipelines/line/notebook")

    for answer, texts in ((of_run, ["here\n", "3 rows"]), (as_it_is, ["3 rows"])):
        assert answer.status_code == 200
        nbformat.validate(nbformat.from_dict(answer.json()))  # type: ignore[no-untyped-call]
        assert _kept(answer.json(), texts)


def _kept(found: dict[str, Any], texts: list[str]) -> bool:
    outputs = json.dumps([cell.get("outputs", []) for cell in found["cells"]])
    return all(json.dumps(text)[1:-1] in outputs for text in texts)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/pipelines/other/notebook", 404, "not_found"),
        ("/pipelines/line/notebook?run=nobody", 404, "not_found"),
        ("/pipelines/line/notebook?profile=mars", 404, "not_found"),
        ("/pipelines/line/notebook?run=../../etc", 400, "bad_request"),
        ("/pipelines/broken/notebook", 422, "notebook_unwritable"),
    ],
)
def test_what_cannot_be_exported_says_why(served: ServedProject, path: str, status: int, code: str) -> None:
    """A process that failed elsewhere must not come back as an empty file."""
    (served.root / "pipelines/broken.yaml").write_text("blocks:\n  gone: {file: loaders/gone.py}\n", encoding="utf-8")

    answer = served.http.get(f"/projects/{served.project}{path}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_an_export_runs_nothing_that_lies_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server is started in a project's folder; a `pandas.py` there is not the library."""
    root = write_project(tmp_path / "small", PIPELINE, {"loaders/numbers.py": LOADER})
    for name in ("pandas", "nbformat", "calendar"):
        (root / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    monkeypatch.chdir(root)

    with ServedProject(root) as server:
        answer = server.http.get(f"/projects/{server.project}/pipelines/line/notebook")

    assert answer.status_code == 200
    assert not (tmp_path / "ran").exists()
