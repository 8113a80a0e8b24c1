"""No path leaves the project, whatever it is made of."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.projects import names_in, write

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import PathRefused
from flowstone.store.paths import checked_names, resolve_beneath
from flowstone.store.texts import read_text, save_text

REFUSED = [
    "",
    ".",
    "..",
    "../x.py",
    "a/../../x.py",
    "a/../x.py",
    "/etc/passwd",
    "//etc/passwd",
    "a//b.py",
    "a/./b.py",
    "a/",
    "a\0.py",
    "a\n.py",
    "a\r.py",
    "a\x7f.py",
    "a\u202e.py",
    "a\u200b.py",
    "a\u2028.py",
    "\ud800.py",
    "..\\x.py",
    "a\\b.py",
    "a" * 256,
    "é" * 128,
    "/".join(["a" * 100] * 11),
    ".flowstone",
    ".flowstone/ledger.db",
    ".FlowStone/ledger.db",
    ".git/hooks/pre-commit",
    "lib/.git/config",
]


@pytest.mark.parametrize("path", REFUSED, ids=ascii)
def test_a_path_that_is_no_project_file_is_refused(tmp_path: Path, path: str) -> None:
    """One path that gets out reads every secret of the machine."""
    with pytest.raises(PathRefused):
        resolve_beneath(tmp_path, path)
    with pytest.raises(PathRefused):
        save_text(tmp_path, path, "x", if_match=None)

    assert names_in(tmp_path) == []


@pytest.mark.parametrize("path", ["a.py", "loaders/a b.py", "a" * 255, ".gitignore", "données/été.sql", "x/..a/b"])
def test_an_ordinary_path_is_found_whether_it_is_there_or_not(tmp_path: Path, path: str) -> None:
    """New files need a path before they have a folder."""
    assert resolve_beneath(tmp_path, path) == tmp_path / path


def test_links_are_followed_inside_and_refused_out(tmp_path: Path) -> None:
    """People link folders within a project; a link out of it would make the whole disk part of it."""
    root, outside = tmp_path / "project", tmp_path / "outside"
    write(root / "lib/real.py", "x")
    write(outside / "secret.py", "y")
    (root / "near").symlink_to("lib")
    (root / "back").symlink_to(root / "lib")
    (root / "lib/up").symlink_to("../lib/real.py")
    (root / "far").symlink_to(outside)
    (root / "climb").symlink_to("../outside")
    (root / "one.py").symlink_to(outside / "secret.py")
    (root / "circle").symlink_to("circle")
    (root / "private").symlink_to(".flowstone")

    for path in ("near/real.py", "back/real.py", "lib/up", "near/up"):
        assert resolve_beneath(root, path) == root / "lib/real.py"
        assert read_text(root, path).text == "x"
    for path in ("far/secret.py", "climb/secret.py", "one.py", "far/new.py", "circle", "private/ledger.db"):
        with pytest.raises(PathRefused):
            resolve_beneath(root, path)
        with pytest.raises(PathRefused):
            read_text(root, path)
        with pytest.raises(PathRefused):
            save_text(root, path, "z", if_match=None)
    assert (outside / "secret.py").read_text() == "y"
    assert names_in(outside) == ["secret.py"]


def test_a_save_through_a_link_changes_what_it_points_to(tmp_path: Path) -> None:
    """Replacing the link by a file would part two names that its author made one."""
    write(tmp_path / "lib/real.py", "x")
    (tmp_path / "near.py").symlink_to("lib/real.py")

    save_text(tmp_path, "near.py", "y", if_match="*")

    assert (tmp_path / "near.py").is_symlink()
    assert (tmp_path / "lib/real.py").read_text() == "y"


def test_a_folder_swapped_for_a_link_while_reading_shows_nothing_from_outside(tmp_path: Path) -> None:
    """Looking first and opening later is a race that a hostile folder wins; each step must hold what it saw."""
    root, outside = tmp_path / "project", tmp_path / "outside"
    write(root / "inner/a.py", "inside")
    write(outside / "a.py", "outside")
    (root / "link").symlink_to(outside)
    is_over = threading.Event()

    def swap() -> None:
        while not is_over.is_set():
            (root / "inner").rename(root / "kept")
            (root / "link").rename(root / "inner")
            (root / "inner").rename(root / "link")
            (root / "kept").rename(root / "inner")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        seen = {_text_or_error(root, "inner/a.py") for _ in range(2_000)}
    finally:
        is_over.set()
        swapper.join()

    assert "outside" not in seen
    assert "inside" in seen


def _text_or_error(root: Path, path: str) -> str:
    try:
        return read_text(root, path).text
    except FlowstoneError as refused:
        return refused.code


@given(st.text(max_size=60))
def test_whatever_passes_names_a_place_beneath(text: str) -> None:
    """The rule is about what is accepted, and not about the attacks that somebody thought of."""
    try:
        names = checked_names(text)
    except PathRefused:
        return

    assert os.path.normpath("/root/" + text) == "/root/" + "/".join(names)
