"""Promise 9: text is never silently overwritten, whoever else writes: a second tab, another editor, Git."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest
from tests.kit.killed_projects import SAVED, version, write_killed
from tests.kit.served_project import ServedProject

from flowstone.disk.publish import open_folder, publish_in
from flowstone.errors.store import EditConflict, NotFound
from flowstone.store.paths import Beneath
from flowstone.store.texts import check_unchanged, read_text, save_text

AUTHOR = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}
ROUNDS = 20


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, env={**os.environ, **AUTHOR}, capture_output=True, text=True, check=True
    )
    return done.stdout


def on_two_branches(root: Path) -> Path:
    """Put a project under Git, with another version of a module and of the pipeline on the branch `other`."""
    (root / ".gitignore").write_text(".flowstone/\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=first")
    git(root, "checkout", "--quiet", "-b", "other")
    (root / SAVED).write_text(version(77))
    pipeline = root / "pipelines" / "line.yaml"
    pipeline.write_text("description: other\n" + pipeline.read_text().lstrip("\n"))
    git(root, "commit", "--quiet", "--all", "--message=second")
    git(root, "checkout", "--quiet", "main")
    return root


def test_of_two_tabs_the_second_is_shown_what_the_first_has_saved(tmp_path: Path) -> None:
    """Both are the same person, who would never find out."""
    root = write_killed(tmp_path / "p")
    with ServedProject(root) as server:
        _, etag = server.read(SAVED)

        first = server.save(SAVED, version(1), etag)
        second = server.save(SAVED, version(2), etag)

        assert first.status_code == 200
        assert second.status_code == 409
        assert second.json()["error"]["details"]["text"] == version(1)
        assert second.json()["error"]["details"]["etag"] == first.headers["ETag"]
        assert (root / SAVED).read_text() == version(1)
        assert server.save(SAVED, version(2), first.headers["ETag"]).status_code == 200


def test_a_checkout_under_a_running_server_is_not_overwritten(tmp_path: Path) -> None:
    """The editor's text is of the branch before: saving it would undo the checkout, unseen, and get committed."""
    root = on_two_branches(write_killed(tmp_path / "p"))
    with ServedProject(root) as server:
        _, etag = server.read(SAVED)
        pipeline = server.http.get(f"/projects/{server.project}/pipelines/line")

        git(root, "checkout", "--quiet", "other")
        refused = server.save(SAVED, version(1), etag)
        edited = server.http.post(
            f"/projects/{server.project}/pipelines/line/edits",
            json={"op": "set_description", "text": "mine"},
            headers={"If-Match": pipeline.headers["ETag"]},
        )

        assert refused.status_code == 409
        assert refused.json()["error"]["details"]["text"] == version(77)
        assert edited.status_code == 409, edited.text
        assert git(root, "status", "--porcelain") == ""
        assert server.read(SAVED)[0] == version(77)
        server.start_run("other")
        assert server.ended("other")["state"] == "done"
        assert server.http.get(f"/projects/{server.project}/pipelines/line").json()["description"] == "other"


def test_saving_while_git_goes_back_and_forth_mixes_and_loses_nothing(tmp_path: Path) -> None:
    """Autosave and a rebase know nothing of each other."""
    root = on_two_branches(write_killed(tmp_path / "p"))
    allowed = {version(0), version(77), *(version(1000 + number) for number in range(ROUNDS * 50))}
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                seen.add((root / SAVED).read_text())
            except FileNotFoundError:
                time.sleep(0)

    watcher = threading.Thread(target=look)
    watcher.start()
    saves, conflicts = 0, 0
    try:
        for number in range(ROUNDS):
            git_runs = subprocess.Popen(
                ["git", "checkout", "--quiet", "--force", "other" if number % 2 == 0 else "main"],
                cwd=root,
                env={**os.environ, **AUTHOR},
            )
            while git_runs.poll() is None:
                try:
                    before = read_text(root, SAVED)
                    save_text(root, SAVED, version(1000 + saves), if_match=before.etag)
                    saves += 1
                except EditConflict:
                    conflicts += 1
                except NotFound:
                    continue  # Git removes a file before it writes the other
            assert git_runs.returncode == 0
    finally:
        stop.set()
        watcher.join()

    whole = {text for text in seen if text.count("\n") == version(0).count("\n")}
    assert whole <= allowed
    assert (root / SAVED).read_text() in allowed
    print(f"{saves} saves, {conflicts} conflicts")


@pytest.mark.parametrize("how", ["in place", "by renaming", "gone"])
def test_an_outside_edit_between_the_look_and_the_save_is_a_conflict(tmp_path: Path, how: str) -> None:
    """What takes long, the writing of the new text, comes before the last look, not after it."""
    path = tmp_path / "a.py"
    path.write_text("old\n")
    before = read_text(tmp_path, "a.py")

    def outside() -> None:
        match how:
            case "in place":
                path.write_text("theirs\n")
            case "by renaming":
                (tmp_path / "draft").write_text("theirs\n")
                (tmp_path / "draft").rename(path)
            case _:
                path.unlink()

    def write(file: BinaryIO) -> None:
        file.write(b"mine\n")
        outside()

    def last_look() -> None:
        check_unchanged(beneath, "a.py", before.etag)

    folder = open_folder(tmp_path)
    with Beneath(tmp_path) as beneath, pytest.raises(EditConflict) as conflict:
        publish_in(folder, "a.py", write, last_look=last_look)
    os.close(folder)

    assert conflict.value.current_text == ("" if how == "gone" else "theirs\n")
    assert not path.exists() if how == "gone" else path.read_text() == "theirs\n"
    assert [found.name for found in tmp_path.iterdir()] == ([] if how == "gone" else ["a.py"])
