"""Nobody's words are lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tests.store.projects import write

from flowstone.errors.source import EncodingInvalid, FileTooLarge
from flowstone.errors.store import AlreadyExists, EditConflict, NotFound, PathRefused
from flowstone.store.texts import MAX_TEXT_BYTES, list_files, read_text, save_text


def test_a_save_over_another_version_is_refused_with_both(tmp_path: Path) -> None:
    """Two tabs, or an editor beside the browser: the second to save must see what the first wrote."""
    first = save_text(tmp_path, "loaders/a.py", "one\n", if_match=None)
    write(tmp_path / "loaders/a.py", "elsewhere\n")

    with pytest.raises(EditConflict) as conflict:
        save_text(tmp_path, "loaders/a.py", "two\n", if_match=first.etag)

    now = read_text(tmp_path, "loaders/a.py")
    assert (
        (conflict.value.current_text, conflict.value.current_etag) == (now.text, now.etag) == ("elsewhere\n", now.etag)
    )
    assert save_text(tmp_path, "loaders/a.py", "two\n", if_match=now.etag).etag != first.etag


def test_a_save_over_a_file_that_is_gone_is_a_conflict(tmp_path: Path) -> None:
    """Writing it again without a word would undo somebody's deletion."""
    saved = save_text(tmp_path, "a.py", "one", if_match=None)
    (tmp_path / "a.py").unlink()

    with pytest.raises(EditConflict) as conflict:
        save_text(tmp_path, "a.py", "two", if_match=saved.etag)

    assert (conflict.value.current_etag, conflict.value.current_text) == ("", "")


def test_of_many_saves_from_one_version_exactly_one_wins(tmp_path: Path) -> None:
    """Looking and writing must be one step, or the last of two saves silently wins."""
    etag = save_text(tmp_path, "a.py", "start", if_match=None).etag
    won: list[int] = []

    def save(number: int) -> None:
        try:
            save_text(tmp_path, "a.py", f"by {number}", if_match=etag)
            won.append(number)
        except EditConflict:
            pass

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert read_text(tmp_path, "a.py").text == f"by {won[0]}"


def test_a_new_file_never_takes_a_name_that_is_there(tmp_path: Path) -> None:
    """A block that is added must not eat one that was there."""
    write(tmp_path / "a.py", "mine")

    with pytest.raises(AlreadyExists):
        save_text(tmp_path, "a.py", "new", if_match=None)

    assert read_text(tmp_path, "a.py").text == "mine"


@pytest.mark.parametrize("text", ["", "a\r\nb\n", "\ufeffa", "a\rb", "no end", "é🚀\n", "\x00"])
def test_a_text_comes_back_as_it_went_in(tmp_path: Path, text: str) -> None:
    """Changed line endings are a whole file of differences in somebody's review."""
    saved = save_text(tmp_path, "a.py", text, if_match=None)

    assert read_text(tmp_path, "a.py") == saved
    assert (tmp_path / "a.py").read_bytes() == text.encode()


@pytest.mark.parametrize(("size", "is_accepted"), [(MAX_TEXT_BYTES, True), (MAX_TEXT_BYTES + 1, False)])
def test_a_text_has_at_most_two_mebibytes(tmp_path: Path, size: int, *, is_accepted: bool) -> None:
    """A bound is only known when both sides of it are tested."""
    write(tmp_path / "big.py", "a" * size)

    if is_accepted:
        assert len(read_text(tmp_path, "big.py").text) == size
        return
    with pytest.raises(FileTooLarge):
        read_text(tmp_path, "big.py")
    with pytest.raises(FileTooLarge):
        save_text(tmp_path, "new.py", "a" * size, if_match=None)


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    """Each of these needs another remedy."""
    write(tmp_path / "latin.py", "a\né = 'ü'\n".encode("latin-1"))
    (tmp_path / "folder").mkdir()

    with pytest.raises(EncodingInvalid) as wrong:
        read_text(tmp_path, "latin.py")
    with pytest.raises(PathRefused, match="a folder"):
        read_text(tmp_path, "folder")
    with pytest.raises(NotFound):
        read_text(tmp_path, "gone.py")

    assert (wrong.value.place.line, wrong.value.place.column) == (2, 1)


def test_the_list_leaves_out_what_nobody_edits(tmp_path: Path) -> None:
    """A tree of a virtual environment's 50,000 files would bury the twelve that matter."""
    for name in ("b.py", "a/x.sql", ".flowstone/ledger.db", ".git/HEAD", ".venv/x.py", "a/__pycache__/x.pyc"):
        write(tmp_path / name, "x")
    write(tmp_path / "data.parquet", b"PAR1")
    write(tmp_path / ".flowstone-0123456789abcdef.tmp", "draft")
    (tmp_path / "out").symlink_to("/etc")

    entries, is_cut = list_files(tmp_path)

    assert [(entry.path, entry.size_bytes, entry.is_editable) for entry in entries] == [
        ("a/x.sql", 1, True),
        ("b.py", 1, True),
        ("data.parquet", 4, False),
    ]
    assert not is_cut


def test_a_folder_is_listed_while_files_come_and_go_in_it(tmp_path: Path) -> None:
    """A run rewrites the lake while somebody opens the file tree."""
    done = threading.Event()

    def churn() -> None:
        while not done.is_set():
            (tmp_path / "day").mkdir()
            (tmp_path / "day" / "part.csv").touch()
            (tmp_path / "day" / "part.csv").unlink()
            (tmp_path / "day").rmdir()

    writer = threading.Thread(target=churn)
    writer.start()
    try:
        listed = [list_files(tmp_path) for _ in range(2_000)]
    finally:
        done.set()
        writer.join()

    assert {file.path for files, _ in listed for file in files} <= {"day/part.csv"}
