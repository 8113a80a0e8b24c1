"""The commands as people and scripts call them: real processes, exit codes, one document on stdout."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.kit.small_projects import THREE, THREE_BLOCKS, THREE_FILES, replace_in, write_project, write_three

COMMAND = str(Path(sys.executable).with_name("flowstone"))


def flowstone(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=180, check=False, cwd=cwd)


def document(*arguments: str, cwd: Path, code: int = 0) -> dict[str, Any]:
    done = flowstone(*arguments, "--json", cwd=cwd)
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shape(value: Any) -> Any:
    """Return which keys a document has, down to its leaves."""
    if isinstance(value, Mapping):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_run_prints_the_document_and_nothing_else_on_stdout(tmp_path: Path) -> None:
    """Scripts parse it; a stray line of progress breaks every one of them."""
    found = document("run", "line", cwd=write_three(tmp_path))

    assert (found["pipeline"], found["state"]) == ("line", "done")
    assert [(block["id"], block["state"], block["freshness"]) for block in found["blocks"]] == [
        ("numbers", "done", "fresh"),
        ("doubled", "done", "fresh"),
        ("total", "done", "fresh"),
    ]
    assert shape(found["blocks"][0]) == {
        "id": "str",
        "state": "str",
        "seconds": "float",
        "attempts": "int",
        "freshness": "str",
        "outputs": [{"name": "str", "kind": "str", "rows": "int", "columns": "int", "bytes": "int", "hash": "str"}],
        "receipts": [],
        "checks": [],
        "error": "NoneType",
        "because": "str",
        "usage": {"cpu_seconds": "float", "peak_memory_bytes": "int", "rows": "int", "bytes": "int"},
        "tries": [{"attempt": "int", "state": "str", "started": "str", "seconds": "float", "error": "NoneType"}],
        "item": "NoneType",
        "callback": "NoneType",
    }
    assert (found["blocks"][0]["outputs"][0]["rows"], found["blocks"][0]["outputs"][0]["columns"]) == (3, 1)


def test_a_failing_pipeline_exits_with_1_and_says_where(tmp_path: Path) -> None:
    """cron and CI look at the exit code, people at the line."""
    text = '@transformer\ndef doubled(numbers):\n    return numbers["missing"]\n'
    write_project(tmp_path, THREE, {**THREE_BLOCKS, "transformers/doubled.py": text}, THREE_FILES)

    done = flowstone("run", "line", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)

    assert done.returncode == 1
    assert found["state"] == "failed"
    assert {block["id"]: block["state"] for block in found["blocks"]} == {
        "numbers": "done",
        "doubled": "failed",
        "total": "skipped",
    }
    assert found["blocks"][1]["error"]["frames"][0]["file"] == "transformers/doubled.py"
    assert "transformers/doubled.py:5" in done.stderr


WRONG_USE = {
    "no such pipeline": (["run", "nope"], "nope"),
    "no such block": (["run", "line", "--only", "nope"], "nope"),
    "no such param": (["run", "line", "--param", "row=1"], "row"),
    "a param without a value": (["run", "line", "--param", "rows"], "rows"),
    "a wrong value": (["run", "line", "--param", "rows=many"], "many"),
    "two ways at once": (["run", "line", "--only", "total", "--from", "total"], "--from"),
    "no such profile": (["run", "line", "--profile", "mars"], "mars"),
    "an unknown option": (["run", "line", "--fast"], "--fast"),
    "no project": (["run", "line", "--project", "nowhere"], "nowhere"),
    "no output yet": (["show", "line", "total"], "total"),
    "no such run": (["logs", "nope"], "nope"),
}


@pytest.mark.parametrize("use", WRONG_USE)
def test_wrong_use_exits_with_2_and_names_what_is_wrong(tmp_path: Path, use: str) -> None:
    """Nothing runs, and the message holds the word that the person has to change."""
    arguments, word = WRONG_USE[use]

    done = flowstone(*arguments, cwd=write_three(tmp_path))

    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_an_invalid_project_exits_with_2_and_lists_its_problems(tmp_path: Path) -> None:
    """`validate` in CI keeps a broken pipeline from being merged."""
    write_three(tmp_path)
    replace_in(tmp_path, "pipelines/line.yaml", "upstream: [numbers]", "upstream: [nowhere]")

    found = document("validate", cwd=tmp_path, code=2)

    assert found["valid"] is False
    assert found["problems"][0]["file"] == "pipelines/line.yaml"
    assert found["problems"][0]["line"] == 6
    assert flowstone("run", "line", cwd=tmp_path).returncode == 2


def test_a_valid_project_validates(tmp_path: Path) -> None:
    """The same document, with nothing in it."""
    assert document("validate", cwd=write_three(tmp_path)) == {"valid": True, "problems": []}


def test_status_says_which_outputs_count_and_why_not(tmp_path: Path) -> None:
    """The reasons are for programs too."""
    write_three(tmp_path)
    never = document("status", "line", cwd=tmp_path)
    flowstone("run", "line", cwd=tmp_path)
    replace_in(tmp_path, "lib/rate.py", "2", "3")

    stale = document("status", "line", cwd=tmp_path)

    assert [block["freshness"] for block in never["blocks"]] == ["never"] * 3
    assert [block["freshness"] for block in stale["blocks"]] == ["fresh", "stale", "stale"]
    assert [(r["kind"], r["what"]) for r in stale["blocks"][1]["reasons"]] == [("module", "lib/rate.py")]
    assert len(stale["blocks"][0]["output"]) == 32


def test_show_prints_the_first_rows_with_their_types(tmp_path: Path) -> None:
    """A look at the data without a browser."""
    write_three(tmp_path)
    flowstone("run", "line", "--param", "rows=5", cwd=tmp_path)

    assert document("show", "line", "doubled", "--rows", "2", cwd=tmp_path) == {
        "columns": [{"name": "n", "type": "int64"}],
        "rows": [[0], [2]],
        "total": 5,
    }


def test_runs_are_listed_newest_first_and_their_logs_printed(tmp_path: Path) -> None:
    """What ran last night, and what it said."""
    write_three(tmp_path)
    made = [document("run", "line", cwd=tmp_path)["run"] for _ in range(2)]

    listed = document("runs", cwd=tmp_path)
    printed = flowstone("logs", made[0], cwd=tmp_path)

    assert [run["run"] for run in listed["runs"]] == made[::-1]
    assert set(listed["runs"][0]) >= {"run", "pipeline", "state", "started", "seconds"}
    assert printed.stdout == "numbers  loading 3\n"


def test_only_from_and_all_run_what_they_say(tmp_path: Path) -> None:
    """Three ways to run less or more than what is stale."""
    write_three(tmp_path)
    flowstone("run", "line", cwd=tmp_path)

    def states(*options: str) -> dict[str, str]:
        found = document("run", "line", *options, cwd=tmp_path)
        return {block["id"]: block["state"] for block in found["blocks"]}

    assert states() == {"numbers": "done", "doubled": "reused", "total": "reused"}
    assert states("--only", "doubled") == {"doubled": "done"}
    assert states("--from", "doubled") == {"numbers": "reused", "doubled": "done", "total": "reused"}
    assert states("--all") == {"numbers": "done", "doubled": "done", "total": "done"}


def test_to_ends_there_and_from_and_to_run_what_lies_between(tmp_path: Path) -> None:
    """Who mends the middle of a long pipeline wants neither its exports nor its downloads."""
    write_three(tmp_path)

    up_to = document("run", "line", "--to", "doubled", cwd=tmp_path)
    between = document("run", "line", "--from", "numbers", "--to", "doubled", cwd=tmp_path)
    nowhere = flowstone("run", "line", "--from", "total", "--to", "numbers", cwd=tmp_path)

    assert [block["id"] for block in up_to["blocks"]] == ["numbers", "doubled"]
    assert [block["id"] for block in between["blocks"]] == ["numbers", "doubled"]
    assert nowhere.returncode == 2
    assert "not below where the run is to begin" in nowhere.stderr


def test_only_says_when_what_the_block_reads_is_stale(tmp_path: Path) -> None:
    """A result made of yesterday's input must not look like today's."""
    write_three(tmp_path)
    document("run", "line", cwd=tmp_path)
    fresh = flowstone("run", "line", "--only", "total", cwd=tmp_path)
    replace_in(tmp_path, "lib/rate.py", "2", "3")

    stale = flowstone("run", "line", "--only", "total", cwd=tmp_path)

    assert "stale" not in fresh.stderr
    assert "doubled, which total reads: lib/rate.py changed" in stale.stderr
    assert "--to total" in stale.stderr
    assert stale.returncode == 0


def test_an_interrupt_stops_the_run_and_exits_with_130(tmp_path: Path) -> None:
    """Ctrl-C leaves no process behind and a run that is marked as cancelled."""
    text = f"@loader\ndef b():\n    open({str(tmp_path / 'began')!r}, 'w').close()\n    while True: pass\n"
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    running = subprocess.Popen([COMMAND, "run", "line", "--json"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    until((tmp_path / "began").exists)

    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=60)

    assert running.returncode == 130
    assert json.loads(printed)["state"] == "cancelled"


def test_a_killed_command_leaves_a_run_that_the_next_command_closes(tmp_path: Path) -> None:
    """No block stays "running" after its process is gone, and its workers go with it."""
    text = f"""
        @loader
        def b():
            import os, time
            open({str(tmp_path / "worker")!r}, "w").write(str(os.getpid()))
            time.sleep(600)
    """
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    running = subprocess.Popen([COMMAND, "run", "line"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    until(lambda: (tmp_path / "worker").exists() and (tmp_path / "worker").read_text() != "")

    running.kill()
    running.wait()
    listed = document("runs", cwd=tmp_path)

    worker = int((tmp_path / "worker").read_text())
    assert [run["state"] for run in listed["runs"]] == ["failed"]
    until(lambda: not Path(f"/proc/{worker}").exists())


@pytest.mark.parametrize("template", [None, "flights", "taxi"])
def test_a_new_project_is_valid(tmp_path: Path, template: str | None) -> None:
    """The first thing that anybody types must work."""
    options = ["--template", template] if template else []

    made = flowstone("init", str(tmp_path / "mine"), *options)

    assert made.returncode == 0, made.stderr
    assert document("validate", cwd=tmp_path / "mine")["valid"] is True
    assert flowstone("init", str(tmp_path / "mine")).returncode == 2


def test_start_serves_until_interrupted(tmp_path: Path) -> None:
    """The link is printed, the page comes, and Ctrl-C ends every process."""
    write_three(tmp_path)
    server = subprocess.Popen(
        [COMMAND, "start", str(tmp_path), "--no-browser", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    link = next(word for word in server.stderr.readline().split() if word.startswith("http"))

    with urllib.request.urlopen(link.split("#")[0] + "api/v1/health", timeout=10) as answer:
        health = json.load(answer)
    server.send_signal(signal.SIGINT)

    assert health["status"] == "ok"
    assert "#token=" in link
    assert server.wait(timeout=60) == 0


def test_link_prints_another_link_of_a_server_that_runs(tmp_path: Path) -> None:
    """A second browser, or a lost link, must not cost a restart; no process ever shows the key."""
    write_three(tmp_path)
    server = subprocess.Popen(
        [COMMAND, "start", str(tmp_path), "--no-browser", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    first = next(word for word in server.stderr.readline().split() if word.startswith("http"))
    until((tmp_path / ".flowstone/server.json").exists)
    key = json.loads((tmp_path / ".flowstone/server.json").read_text())["key"]

    second = flowstone("link", cwd=tmp_path)
    shown = Path(f"/proc/{server.pid}/cmdline").read_bytes() + Path(f"/proc/{server.pid}/environ").read_bytes()
    server.send_signal(signal.SIGINT)
    said = server.communicate(timeout=60)[1]
    after = flowstone("link", cwd=tmp_path)

    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.split("#")[0] == first.split("#")[0]
    assert second.stdout.strip() != first
    assert key not in shown.decode() + said + second.stdout
    assert (after.returncode, after.stdout) == (2, "")
    assert "flowstone start" in after.stderr


@pytest.mark.parametrize("name", ["*", "*.example.org", "http://flow.example.org"])
def test_start_allows_hosts_by_name_only(tmp_path: Path, name: str) -> None:
    """A pattern that is taken for a name would refuse everybody; one that is taken for a pattern, nobody."""
    done = flowstone("start", str(write_three(tmp_path)), "--no-browser", "--allow-host", name)

    assert done.returncode == 2
    assert "one host" in done.stderr


def test_start_refuses_to_be_open_to_others_without_a_password(tmp_path: Path) -> None:
    """An open port without a password has been the first line of too many incident reports."""
    done = flowstone("start", str(write_three(tmp_path)), "--no-browser", "--host", "0.0.0.0")

    assert done.returncode == 2
    assert "password" in done.stderr


def test_help_and_version_come_fast_and_import_no_data_library() -> None:
    """Completion and habit call them all day."""
    code = (
        "import sys; import flowstone.cli.main; print(sorted({'pandas', 'pyarrow', 'sqlalchemy'} & set(sys.modules)))"
    )
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert imported.stdout.strip() == "[]"
    assert flowstone("--version").stdout.strip().count(".") == 2
    assert "run" in flowstone("--help").stdout


def until(is_so: Any) -> None:
    deadline = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_logs_of_a_failed_run_say_why_it_failed(tmp_path: Path) -> None:
    """A schedule's failure is looked up in the morning, when the terminal that showed it is gone."""
    text = '@transformer\ndef doubled(numbers):\n    return numbers["missing"]\n'
    write_project(tmp_path, THREE, {**THREE_BLOCKS, "transformers/doubled.py": text}, THREE_FILES)
    run = document("run", "line", cwd=tmp_path, code=1)["run"]

    told = flowstone("logs", run, cwd=tmp_path)
    logged = document("logs", run, cwd=tmp_path)

    assert "KeyError: 'missing'" in told.stdout
    assert "transformers/doubled.py:5" in told.stdout
    assert [block["error"] and block["error"]["exception"] for block in logged["blocks"]] == [None, "KeyError", None]


def test_tables_for_people_cut_no_id(tmp_path: Path) -> None:
    """An id with dots in its middle can be given to no other command."""
    write_three(tmp_path)
    run = document("run", "line", cwd=tmp_path)["run"]

    listed = flowstone("runs", cwd=tmp_path).stdout

    assert run in listed
    assert "[" not in listed, "styles are colours, not text"
