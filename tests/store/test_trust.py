"""Which projects may start anything by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstone.store.trust import is_trusted, trust


def test_a_project_is_trusted_by_its_folder_and_by_this_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link leads to the same project; another account has decided nothing."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "mine"))
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "ours")

    trust(tmp_path / "link")

    (note,) = (tmp_path / "mine/flowstone/trusted").iterdir()
    assert [is_trusted(tmp_path / name) for name in ("ours", "link", "theirs")] == [True, True, False]
    assert note.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "yours"))
    assert not is_trusted(tmp_path / "ours")


def test_where_nothing_can_be_kept_a_run_still_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is schedules that wait then, not people."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    trust(tmp_path)

    assert not is_trusted(tmp_path)
