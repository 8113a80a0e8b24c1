"""What is wrong in a text as it is typed: found at its place, and nothing that is right taken for wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowstone.engine.language.findings import Finding, Offsets
from flowstone.engine.language.python_lint import format_python, lint_python
from flowstone.engine.language.sql_syntax import lint_sql, syntax_errors
from flowstone.errors.language import FormatRefused

CHECKOUT = Path(__file__).parents[2]
BLOCK_FILES = sorted(
    path
    for folder in ("blocks", "projects")
    for path in (CHECKOUT / folder).rglob("*")
    if path.suffix in (".py", ".sql") and ".flowstone" not in path.parts
)


def marked(text: str, finding: Finding) -> str:
    """What a finding marks, by the offsets of a browser."""
    units = text.encode("utf-16-le")
    return units[2 * finding.start : 2 * finding.end].decode("utf-16-le")


async def test_an_undefined_name_is_marked_where_it_stands_whatever_is_before_it(tmp_path: Path) -> None:
    """A mark two characters off, behind an emoji, is worse than none."""
    text = 'x = "äß😀" + wrong\n'

    [found] = await lint_python(tmp_path, "loaders/a.py", text)

    assert (marked(text, found), found.code, found.severity) == ("wrong", "F821", "error")


async def test_an_unused_import_comes_with_its_fix(tmp_path: Path) -> None:
    """What a machine can mend nobody should have to type."""
    text = "import os\n\nx = 1\n"

    [found] = await lint_python(tmp_path, "loaders/a.py", text)

    assert (found.severity, found.code) == ("warning", "F401")
    assert found.fix is not None
    [edit] = found.fix.edits
    assert found.fix.is_safe
    assert text[: edit.start] + edit.text + text[edit.end :] == "\nx = 1\n"


async def test_the_projects_own_ruff_settings_count_and_broken_ones_do_not_hide_errors(tmp_path: Path) -> None:
    """The editor and the build server must not disagree."""
    text = "import os\nx = wrong\n"
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["F821"]\n')

    own = await lint_python(tmp_path, "loaders/a.py", text)
    (tmp_path / "ruff.toml").write_text("select = [")
    broken = await lint_python(tmp_path, "loaders/a.py", text)

    assert [found.code for found in own] == ["F821"]
    assert [found.code for found in broken] == ["F401", "F821"]


async def test_settings_above_the_project_count_within_its_repository_alone(tmp_path: Path) -> None:
    """A stray file in somebody's home must not change what is red, but that of a monorepo must."""
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["F821"]\n')
    project = tmp_path / "work/project"
    project.mkdir(parents=True)

    stray = await lint_python(project, "loaders/a.py", "import os\n")
    (tmp_path / ".git").mkdir()
    shared = await lint_python(project, "loaders/a.py", "import os\n")

    assert ([found.code for found in stray], shared) == (["F401"], ())


async def test_a_syntax_error_is_an_error_and_cannot_be_formatted(tmp_path: Path) -> None:
    """Half a line is what an editor holds most of the time."""
    text = "def f(:\n"

    found = await lint_python(tmp_path, "a.py", text)

    assert {one.severity for one in found} == {"error"}
    with pytest.raises(FormatRefused, match="syntax"):
        await format_python(tmp_path, "a.py", text)


async def test_code_is_formatted_as_ruff_does(tmp_path: Path) -> None:
    """One style, and nobody argues."""
    assert await format_python(tmp_path, "a.py", "x = { 'a':1 }") == 'x = {"a": 1}\n'


@pytest.mark.parametrize(
    ("path", "text"),
    [(path, path.read_text(encoding="utf-8")) for path in BLOCK_FILES],
    ids=lambda one: getattr(one, "name", ""),
)
async def test_no_block_of_ours_has_an_error(path: Path, text: str) -> None:
    """False alarms in the very first file that somebody opens."""
    if path.suffix == ".py":
        found = await lint_python(path.parents[1], f"{path.parent.name}/{path.name}", text)
    else:
        found = await lint_sql(text, engine="duckdb")

    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("text", "word", "message"),
    [
        ("select a from t where", "where", "Something is missing after `where`"),
        ("select 'ü😀', (a from t", "from", "Expected ) at `from`"),
        ("-- one\nselect a b c\nfrom t", "c", "`c` is not expected here"),
        ("select 'abc", "'abc", "What begins here with ' is never closed"),
        ("select 1 /* so", "/* so", "What begins here with /* is never closed"),
    ],
)
def test_a_syntax_error_in_sql_is_marked_in_plain_words(text: str, word: str, message: str) -> None:
    """`Required keyword: 'this' missing for <class …Where>` helps only those who wrote the parser."""
    [found] = syntax_errors(text, "duckdb")

    assert (marked(text, found), found.message) == (word, message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-- only a comment",
        "from t select a where b = $least",
        "select * exclude (a) from t",
        "summarize t",
        "select [x for x in l], {'a': 1}.a, x -> x + 1 from t",
        "pivot t on a using sum(b)",
    ],
)
def test_what_duckdb_takes_has_no_error(text: str) -> None:
    """Red under right code teaches people to ignore red."""
    assert syntax_errors(text, "duckdb") == ()


def test_sql_that_is_nested_without_end_is_answered() -> None:
    """A key that stuck must not take the server with it."""
    assert len(syntax_errors("(" * 5000, "duckdb")) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="select'\"(/*-)$, \n;ä😀from", max_size=40))
def test_whatever_is_typed_is_marked_within_the_text(text: str) -> None:
    """A mark outside of the text throws in the browser."""
    length = len(text.encode("utf-16-le")) // 2

    assert all(0 <= found.start <= found.end <= length for found in syntax_errors(text, "duckdb"))


@given(st.text(alphabet="a😀\n\r\u2028", max_size=20), st.integers(1, 9), st.integers(1, 9))
def test_every_place_has_an_offset_within_the_text(text: str, line: int, column: int) -> None:
    """Lines end where ruff's end, also with what only Python takes for a line's end."""
    assert 0 <= Offsets(text).at(line, column) <= len(text.encode("utf-16-le")) // 2
