"""The code of a run over HTTP: what it was, and what has become of it."""

from __future__ import annotations

from pathlib import Path

import httpx
from tests.kit.served_project import ServedProject
from tests.kit.small_projects import replace_in, write_three


def test_a_run_shows_its_code_as_it_was_and_can_be_done_again(tmp_path: Path) -> None:
    """What ran last night is asked for this morning, after three people have edited it."""
    root = write_three(tmp_path / "three")
    with ServedProject(root) as served:
        served.start_run("night", blocks=["numbers"], only=True, params={"rows": 5})
        served.ended("night")
        replace_in(root, "lib/rate.py", "2", "3")
        (root / "transformers/total.sql").unlink()
        (root / "lib/late.py").write_text("LATE = 1\n")
        http, run = served.http, f"/projects/{served.project}/runs/night"

        code = http.get(f"{run}/code").json()
        rate = http.get(f"{run}/code/lib/rate.py").json()
        refused = [
            http.get(f"{run}/code/{path}") for path in ("lib/none.py", "%2e%2e/secret.py", ".flowstone/ledger.db")
        ]
        again = [http.post(f"{run}/again", json={"run": "day"}) for _ in range(2)]
        first, second = served.run("night"), served.ended("day")

    changes = {file["path"]: file["change"] for file in code["files"]}
    assert changes == {
        "flowstone.yaml": "same",
        "lib/__init__.py": "same",
        "lib/late.py": "new",
        "lib/rate.py": "changed",
        "loaders/numbers.py": "same",
        "pipelines/line.yaml": "same",
        "transformers/doubled.py": "same",
        "transformers/total.sql": "gone",
    }
    assert [(block["id"], block["upstream"]) for block in code["blocks"]] == [
        ("numbers", []),
        ("doubled", ["numbers"]),
        ("total", ["doubled"]),
    ]
    assert rate == {"path": "lib/rate.py", "then": "RATE = 2\n", "now": "RATE = 3\n"}
    assert [is_refusal(answer) for answer in refused] == [True] * 3
    assert [(answer.status_code, answer.json()) for answer in again] == [(202, {"run": "day"})] * 2
    assert [block["id"] for block in second["blocks"]] == ["numbers"]
    assert second["params"] == first["params"] == {"rows": 5}


def is_refusal(answer: httpx.Response) -> bool:
    """Say whether an answer is a typed refusal."""
    return 400 <= answer.status_code < 500 and bool(answer.json()["error"]["code"])
