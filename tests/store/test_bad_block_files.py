"""Block files that must not hurt: each is refused at its place, or accepted, and none makes anything hang.

What shows only when a block runs is covered here as far as reading goes: an import that fails reads well, and a file
that goes away between listing and running is a named problem; the engine's tests have the rest.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.projects import LOADER, loaded, problems_of, write, write_project

from flowstone.errors.source import EncodingInvalid
from flowstone.errors.store import PathRefused
from flowstone.store.project_files import validate
from flowstone.store.texts import read_text, save_text

FILE = "loaders/load.py"
PIPELINE_FILE = "pipelines/small.yaml"

MAIN_DEF = "from flowstone import loader\n\n@loader\n"
TWO = LOADER + "\n\n@loader\ndef again() -> None:\n    pass\n"

REFUSED = {
    "empty file": (b"", "no_block_function", 1),
    "only a comment": (b"# later\n", "no_block_function", 1),
    "an undecorated function": (b"def load():\n    return 1\n", "no_block_function", 1),
    "tabs and spaces": (b"from flowstone import loader\n@loader\ndef load():\n    x = 1\n\treturn x\n", "syntax", 5),
    "UTF-16": (LOADER.encode("utf-16"), "encoding", 1),
    "latin-1": (LOADER.replace("[1]", "['é']").encode("latin-1"), "encoding", 7),
    "a NUL": (b"from flowstone import loader\0\n", "syntax", 1),
    "10,000 nested parentheses": (b"x = " + b"(" * 10_000 + b")" * 10_000, "syntax", 1),
    "10,000 nested lists over lines": (b"x = " + b"[\n" * 10_000 + b"]\n" * 10_000, "syntax", None),
    "a long chain of operators": (b"x = " + b"-" * 100_000 + b"1", "syntax", None),
    "two decorated functions": (TWO.encode(), "several_block_functions", 11),
    "two decorators on one": (b"@loader\n@exporter\ndef load(): ...\n", "several_block_functions", 3),
    "async def": ((MAIN_DEF + "async def load():\n    return 1\n").encode(), "signature", 4),
    "a loader with an input": ((MAIN_DEF + "def load(table):\n    return table\n").encode(), "signature", 4),
    "**kwargs": ((MAIN_DEF + "def load(**params):\n    return 1\n").encode(), "signature", 4),
    "over 2 MiB": (b"#" * (2 << 20) + b"\n", "too_large", None),
}


@pytest.mark.parametrize(("content", "code", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_a_block_file_that_cannot_be_is_refused_at_its_place(
    tmp_path: Path, content: bytes, code: str, line: int | None
) -> None:
    """An author must be told which line to mend, and nothing may run."""
    root = write_project(tmp_path)
    write(root / FILE, content)
    started = time.process_time()

    problems = [problem for problem in problems_of(root) if problem.place.file == FILE]

    assert [problem.code for problem in problems] == [code]
    assert line is None or problems[0].place.line == line
    assert not loaded(root).is_valid
    assert time.process_time() - started < 5


ACCEPTED = {
    "byte order mark": b"\xef\xbb\xbf" + LOADER.encode(),
    "1 MB on a line": LOADER.encode() + b"x = '" + b"a" * 1_000_000 + b"'\n",
    "Windows line endings": LOADER.replace("\n", "\r\n").encode(),
    "no newline at the end": LOADER.rstrip().encode(),
    "an import that fails only when it runs": b"import no_such_package\n" + LOADER.encode(),
    "exactly 2 MiB": LOADER.encode() + b"#" * ((2 << 20) - len(LOADER)),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_odd_but_right_block_file_is_accepted_and_kept_to_the_byte(tmp_path: Path, content: bytes) -> None:
    """Other editors write marks and line endings of their own; refusing or changing them costs their users."""
    root = write_project(tmp_path)
    write(root / FILE, content)

    pipeline = loaded(root)

    assert pipeline.problems == ()
    assert pipeline.blocks[0].text is not None
    assert pipeline.blocks[0].text.encode() == content


def test_characters_that_cannot_be_seen_are_warned_of(tmp_path: Path) -> None:
    """Bidirectional and zero-width characters let code look other than it is."""
    hidden = "\u202e"
    root = write_project(tmp_path, **{"loaders/load.py": LOADER + f"x = 'a{hidden}b'  # \u200b\n"})

    pipeline = loaded(root)

    assert [(problem.code, problem.place.line, problem.is_warning) for problem in pipeline.problems] == [
        ("invisible_character", 8, True)
    ]
    assert pipeline.is_valid


def test_a_lone_surrogate_is_never_saved(tmp_path: Path) -> None:
    """JSON can say half a character; UTF-8 cannot, and half a file would be left."""
    root = write_project(tmp_path)

    with pytest.raises(EncodingInvalid) as refused:
        save_text(root, FILE, "x = '\ud800'\n", if_match="*")

    assert (refused.value.place.line, refused.value.place.column) == (1, 6)
    assert (root / FILE).read_text() == LOADER


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as server:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket has at most 107 bytes
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)


def _link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _link_out(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root may make a device")


UNPLAIN = [_folder, _pipe, _socket, _device, _link_to_device, _link_out, _link_to_itself]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("make", UNPLAIN, ids=lambda make: make.__name__.strip("_"))
def test_what_is_no_plain_file_is_refused_without_waiting(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Opening a pipe waits for ever and reading a device never ends: one such name would stall the server."""
    root = write_project(tmp_path)
    (root / FILE).unlink()
    make(root / FILE)

    problems = problems_of(root)

    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("block_file_missing", f"{PIPELINE_FILE}:3:16")
    ]
    with pytest.raises(PathRefused):
        read_text(root, FILE)


def test_a_file_deleted_after_it_was_listed_is_a_named_problem(tmp_path: Path) -> None:
    """People delete and check out files while the browser shows them; the page must say so and go on."""
    root = write_project(tmp_path)
    assert loaded(root).is_valid
    (root / FILE).unlink()

    pipeline = loaded(root)

    assert [(problem.code, problem.place.line) for problem in pipeline.problems] == [("block_file_missing", 3)]
    assert pipeline.blocks[1].source is not None


def test_block_files_that_import_each_other_are_an_error(tmp_path: Path) -> None:
    """Python would fail half-way into the second import with a message that names neither cause nor cure."""
    root = write_project(
        tmp_path,
        **{
            "loaders/load.py": "from transformers.clean import RATE\n" + LOADER,
            "transformers/clean.py": "import loaders.load\n"
            "from flowstone import transformer\n\n@transformer\ndef clean(table):\n    return table\n",
        },
    )

    problems = validate(root)

    assert [problem.code for problem in problems] == ["circular_import"]
    assert "loaders/load.py → transformers/clean.py → loaders/load.py" in problems[0].message


def test_a_time_in_the_future_changes_nothing(tmp_path: Path) -> None:
    """Clocks of shared folders differ; what counts is the content."""
    root = write_project(tmp_path)
    before = loaded(root)
    os.utime(root / FILE, (4_000_000_000, 4_000_000_000))

    assert loaded(root) == before


def test_a_rename_of_letter_case_alone_is_seen_for_what_it_is(tmp_path: Path) -> None:
    """Where the file system tells cases apart the name is another; where it does not, the block goes on."""
    root = write_project(tmp_path)
    (root / FILE).rename(root / "loaders/LOAD.py")

    codes = [problem.code for problem in problems_of(root)]

    assert codes == ([] if (root / FILE).exists() else ["block_file_missing"])


@pytest.mark.parametrize(("length", "is_accepted"), [(64, True), (65, False), (252, False), (300, False)])
def test_a_block_files_name_has_at_most_64_characters_before_its_suffix(
    tmp_path: Path, length: int, *, is_accepted: bool
) -> None:
    """Longer names fit on no tab of the editor, and some tools' file systems refuse them."""
    name = "a" * length + ".py"
    root = write_project(tmp_path, pipeline=f"blocks:\n  load: {{file: loaders/{name}}}\n")
    if len(name) <= 255:
        write(root / "loaders" / name, LOADER)

    problems = problems_of(root)

    assert [problem.code for problem in problems] == ([] if is_accepted else ["wrong_value"])
    if not is_accepted:
        with pytest.raises(PathRefused):
            save_text(root, f"exporters/{name}", LOADER, if_match=None)
