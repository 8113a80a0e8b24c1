"""The project's repository over HTTP: what differs, staging, commits, branches, and what a hostile one may not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.kit.repositories import as_ada, committed, git
from tests.kit.web_client import WebClient

GIT = "/projects/demo/git"


@pytest.fixture(autouse=True)
def ada(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who commits."""
    as_ada(monkeypatch)


async def asked(client: WebClient, at: str = "", **query: Any) -> Any:
    answer = await client.get(GIT + at, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(client: WebClient, path: str, body: Any = None) -> Any:
    answer = await client.post(GIT + path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def letters(standing: Any) -> dict[str, str]:
    return {file["path"]: f"{file['staged'] or '.'}{file['unstaged'] or '.'}" for file in standing["files"]}


def what_ran(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("ran-*"))


async def test_a_project_without_a_repository_gets_one_and_its_first_commit(client: WebClient) -> None:
    """Most projects begin without Git."""
    before = await asked(client)
    made = await told(client, "/init")
    paths = [file["path"] for file in made["files"]]
    await told(client, "/stage", {"paths": paths, "is_staged": True})
    after = await told(client, "/commits", {"message": "Begin\n\nAll of it."})

    assert before["is_there"] is False
    assert "pipelines/main.yaml" in paths
    assert (after["branch"], after["files"]) == ("main", [])
    assert [(one["author"], one["subject"]) for one in await asked(client, "/commits")] == [("Ada", "Begin")]


async def test_changes_are_shown_staged_and_committed_one_by_one(root: Path, client: WebClient) -> None:
    """What goes into a commit is the person's choice."""
    committed(root)
    (root / "loaders/load.py").write_text("# new\n")
    (root / "transformers/clean.py").unlink()
    (root / "notes ö.md").write_text("hello\n")

    seen = await asked(client)
    await told(client, "/stage", {"paths": ["loaders/load.py", "notes ö.md"], "is_staged": True})
    staged = await told(client, "/stage", {"paths": ["notes ö.md"], "is_staged": False})
    one = await asked(client, "/difference", path="loaders/load.py", staged=1)
    new = await asked(client, "/difference", path="notes ö.md")
    whole = await asked(client, "/difference")
    after = await told(client, "/commits", {"message": "Only the loader"})

    assert letters(seen) == {"loaders/load.py": ".M", "transformers/clean.py": ".D", "notes ö.md": ".?"}
    assert letters(staged) == {"loaders/load.py": "M.", "transformers/clean.py": ".D", "notes ö.md": ".?"}
    assert "+# new" in one["text"]
    assert "+hello" in new["text"]
    assert "deleted file" in whole["text"]
    assert letters(after) == {"transformers/clean.py": ".D", "notes ö.md": ".?"}
    assert "+# new" in (await asked(client, "/commit", commit=after["commit"]))["text"]


async def test_branches_are_begun_and_switched_and_nothing_uncommitted_is_lost(root: Path, client: WebClient) -> None:
    """Git refuses where work would be lost, and its words come through."""
    committed(root)

    begun = await told(client, "/switch", {"branch": "feature/a", "is_new": True})
    (root / "loaders/load.py").write_text("# theirs\n")
    committed(root, message="theirs")
    back = await told(client, "/switch", {"branch": "main"})
    (root / "loaders/load.py").write_text("# mine, not committed\n")
    refused = await client.post(GIT + "/switch", {"branch": "feature/a"})

    assert begun["branch"] == "feature/a"
    assert {branch["name"] for branch in back["branches"]} == {"main", "feature/a"}
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "git_refused")
    assert "loaders/load.py" in refused.json()["error"]["message"]
    assert (root / "loaders/load.py").read_text() == "# mine, not committed\n"


async def test_a_project_that_is_a_part_of_a_repository_sees_its_own_files(root: Path, client: WebClient) -> None:
    """Many projects are a folder in a larger repository."""
    (root.parent / "other.txt").write_text("theirs\n")
    committed(root.parent)
    (root.parent / "other.txt").write_text("changed\n")
    git(root.parent, "add", "other.txt")
    (root / "loaders/load.py").write_text("# new\n")

    seen = await asked(client)
    diff = await asked(client, "/difference", path="loaders/load.py")
    changes = (await client.get("/projects/demo/pipelines/main/changes")).json()

    assert letters(seen) == {"loaders/load.py": ".M"}
    assert seen["staged_elsewhere"] == 1
    assert "+# new" in diff["text"]
    assert changes["blocks"] == [{"block": "load", "change": "changed", "what": ["code"]}]


async def test_the_graph_is_told_which_blocks_differ_from_the_last_commit(root: Path, client: WebClient) -> None:
    """A diff of YAML is hard to read; a mark on a block is not."""
    yaml = root / "pipelines/main.yaml"
    committed(root)
    text = yaml.read_text().replace("least: 2", "least: 3")
    yaml.write_text(text + "  more:   {file: transformers/clean.py, upstream: [clean]}\n")

    added = (await client.get("/projects/demo/pipelines/main/changes")).json()
    yaml.write_text("blocks:\n  load: {file: loaders/load.py}\n")
    removed = (await client.get("/projects/demo/pipelines/main/changes")).json()

    assert added == {
        "is_there": True,
        "blocks": [
            {"block": "clean", "change": "changed", "what": ["params"]},
            {"block": "more", "change": "added", "what": []},
        ],
    }
    assert removed["blocks"] == [{"block": "clean", "change": "removed", "what": []}]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/switch", {"branch": "--orphan"}),
        ("/switch", {"branch": "-c"}),
        ("/switch", {"branch": "a..b", "is_new": True}),
        ("/switch", {"branch": "a\nb", "is_new": True}),
        ("/switch", {"branch": "main@{1}"}),
        ("/switch", {"branch": "HEAD"}),
        ("/switch", {"branch": "nowhere"}),
        ("/stage", {"paths": ["../outside"], "is_staged": True}),
        ("/stage", {"paths": [".git/config"], "is_staged": True}),
        ("/stage", {"paths": ["/etc/passwd"], "is_staged": True}),
        ("/stage", {"paths": [], "is_staged": True}),
        ("/commits", {"message": "   "}),
        ("/commits", {"message": "x" * 20_001}),
    ],
)
async def test_odd_names_are_no_options_and_lead_nowhere(
    root: Path, client: WebClient, path: str, body: dict[str, Any]
) -> None:
    """What a person types must never be read as an option of Git's."""
    committed(root)

    answer = await client.post(GIT + path, body)

    assert answer.status_code in (400, 422), answer.text
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "branch", "--format=%(refname:short)").split() == ["main"]


async def test_a_hostile_repository_runs_nothing(root: Path, tmp_path: Path, client: WebClient) -> None:
    """Looking at a project from elsewhere must be safe, its config and attributes included."""
    committed(root)
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-$1\ncat\n")
    program.chmod(0o755)
    for name in ("pre-commit", "post-checkout", "post-index-change", "prepare-commit-msg", "commit-msg", "post-commit"):
        hook = root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\n")
        hook.chmod(0o755)
    settings = {
        "core.fsmonitor": f"{program} fsmonitor",
        "core.pager": f"{program} pager",
        "core.editor": f"{program} editor",
        "core.sshCommand": f"{program} ssh",
        "diff.external": f"{program} external",
        "diff.evil.textconv": f"{program} textconv",
        "diff.evil.command": f"{program} command",
        "filter.evil.clean": f"{program} clean",
        "filter.evil.smudge": f"{program} smudge",
        "filter.evil.process": f"{program} process",
        "filter.evil.required": "true",
        "gpg.program": f"{program} gpg",
        "commit.gpgSign": "true",
        "log.showSignature": "true",
        "alias.status": f"!{program} alias",
        "credential.helper": f"!{program} credential",
    }
    for key, value in settings.items():
        git(root, "config", key, value)
    (root / ".git/info/attributes").write_text("* filter=evil diff=evil\n")
    (root / "loaders/load.py").write_text("# new\n")

    seen = await asked(client)
    diff = await asked(client, "/difference", path="loaders/load.py")
    await asked(client, "/difference")
    commits = await asked(client, "/commits")
    await asked(client, "/commit", commit=commits[0]["hash"])
    await client.get("/projects/demo/pipelines/main/changes")
    staged = await client.post(GIT + "/stage", {"paths": ["loaders/load.py"], "is_staged": True})
    switched = await client.post(GIT + "/switch", {"branch": "other", "is_new": True})
    for key in ("clean", "smudge", "process", "required"):
        git(root, "config", "--unset", f"filter.evil.{key}")
    await told(client, "/stage", {"paths": ["loaders/load.py"], "is_staged": True})
    await told(client, "/commits", {"message": "in spite of it"})
    await told(client, "/switch", {"branch": "other", "is_new": True})

    assert (seen["runs_filters"], letters(seen)) == (True, {"loaders/load.py": ".M"})
    assert "+# new" in diff["text"]
    assert [answer.json()["error"]["code"] for answer in (staged, switched)] == ["git_refused"] * 2
    assert what_ran(tmp_path) == []


@pytest.mark.parametrize(
    "key",
    ["lfs.extension.evil.clean", "lfs.customTransfer.evil.path", "lfs.standalonetransferagent"],
)
async def test_programs_for_git_lfs_in_a_hostile_repository_are_not_run(
    root: Path, tmp_path: Path, client: WebClient, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """The filter is the account's own and harmless, but what it runs is named by whoever made the repository."""
    committed(root)
    lfs = tmp_path / "git-lfs"
    lfs.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-lfs\ncat\n")
    lfs.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("clean", "smudge", "process"):
        git(root, "config", "--global", f"filter.lfs.{name}", str(lfs))
    git(root, "config", "--global", "filter.lfs.required", "true")
    git(root, "config", key, "/evil")
    (root / ".git/info/attributes").write_text("* filter=lfs\n")
    (root / "loaders/load.py").write_text("# new\n")

    seen = await asked(client)
    diff = await asked(client, "/difference", path="loaders/load.py")
    staged = await client.post(GIT + "/stage", {"paths": ["loaders/load.py"], "is_staged": True})

    assert (seen["runs_filters"], letters(seen)) == (True, {"loaders/load.py": ".M"})
    assert "+# new" in diff["text"]
    assert staged.json()["error"]["code"] == "git_refused"
    assert what_ran(tmp_path) == []


async def test_a_repository_whose_files_lie_elsewhere_is_not_used(
    root: Path, tmp_path: Path, client: WebClient
) -> None:
    """Else switching a branch would write into somebody's home folder."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "loaders").mkdir()
    committed(root)
    git(root, "config", "core.worktree", str(home))

    answer = await client.get(GIT)
    switched = await client.post(GIT + "/switch", {"branch": "other", "is_new": True})

    assert [one.json()["error"]["code"] for one in (answer, switched)] == ["git_refused"] * 2
    assert list(home.rglob("*.py")) == []
