"""A notebook becomes a pipeline that computes what the notebook did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.notebooks import notebook, run_as_blocks, run_as_notebook

from flowstone.errors.notebook import NotebookUnreadable
from flowstone.interop.notebook_import.importing import ImportedPipeline, import_notebook, wanted_name
from flowstone.store.pipeline_yaml import read_pipeline

NUMBERS = ("a", "b", "C")
LISTS = ("items", "found")


def imported(*cells: str, **options: Any) -> ImportedPipeline:
    return import_notebook(notebook(*cells, **options), file="trips.ipynb", name="trips")


def graph(pipeline: ImportedPipeline) -> dict[str, tuple[str, ...]]:
    """Return the blocks of a pipeline with what they read; notes are left out."""
    file = f"pipelines/{pipeline.id}.yaml"
    read = read_pipeline(pipeline.files[file], pipeline_id=pipeline.id, file=file).pipeline
    return {block.id: block.upstream for block in read.blocks if block.file.endswith(".py")}


@st.composite
def cells(draw: st.DrawFn) -> list[str]:
    """A notebook whose cells make and change numbers and lists, and define and call functions that may read them."""
    numbers: list[str] = []
    lists: list[str] = []
    functions: list[str] = []

    def number() -> str:
        some = str(draw(st.integers(0, 9)))
        options = [some, *numbers, *(f"sum({name})" for name in lists), *(f"{name}({some})" for name in functions)]
        found = draw(st.sampled_from(options))
        return draw(st.sampled_from([found, f"len([x for x in range({some}) if x != {found}])"]))

    def statement() -> str:
        wanted, many, one = draw(st.integers(0, 9)), draw(st.sampled_from(LISTS)), draw(st.sampled_from(NUMBERS))
        match wanted:
            case 0:
                text = f"{many} = [{number()}, {number()}]" if many not in lists else f"{many} = [*{many}, {number()}]"
                lists.append(many)
            case 1 if many in lists:
                text = f"{many}.append({number()})"
            case 2 if many in lists:
                text = f"for step in range(2):\n    {many}.append(step * {number()})"
            case 3 if one in numbers:
                text = f"{one} += {number()}"
            case 4 if one in numbers:
                text = f"if {one} > 3:\n    {one} = {number()}\nelse:\n    {one} = {one} - 1"
            case 5 if many in lists:
                text = f"{many}[0] = {number()}"
            case 6:
                text = f"def f{len(functions)}(x, y=2):\n    return x * y + {number()}"
                functions.append(f"f{len(functions)}")
            case 7 if many in lists:
                text = f"{many} = [item + {number()} for item in {many}]"
            case _:
                text = f"{one} = {number()}"
                numbers.append(one)
        return text

    found = ["\n".join(statement() for _ in range(draw(st.integers(1, 3)))) for _ in range(draw(st.integers(1, 8)))]
    return [*found, f"everything = [{', '.join(dict.fromkeys([*numbers, *lists]))}]"]


@given(made=cells())
@settings(max_examples=150, deadline=None)
def test_blocks_compute_what_the_notebook_did(made: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever cells hand to each other, by assignment or by changing it, must reach the same block."""
    wanted = run_as_notebook(made)["everything"]

    pipeline = imported(*made)

    assert pipeline.warnings == () or all("defined more than once" in said for said in pipeline.warnings)
    assert list(run_as_blocks(pipeline, tmp_path_factory.mktemp("project")).values())[-1] == wanted


READ = "import pandas as pd\ndf = pd.DataFrame({'k': ['a', 'b', 'a'], 'n': [1, 2, 3]})"
GRAPHS: dict[str, tuple[list[str], dict[str, tuple[str, ...]]]] = {
    "a chain of changes": (
        [READ, "df['m'] = df.n * 2", "df.drop(columns='n', inplace=True)", "df.m.sum()"],
        {"df": (), "df_2": ("df",), "df_3": ("df_2",), "sum": ("df_3",)},
    ),
    "branches": (
        [READ, "big = df[df.n > 1]", "small = df[df.n < 2]", "both = pd.concat([big, small])"],
        {"df": (), "big": ("df",), "small": ("df",), "both": ("big", "small")},
    ),
    "two variables of one cell": (
        [READ, "top, rest = df[:1], df[1:]", "len(top) + len(rest)"],
        {"df": (), "rest": ("df",), "cell_3": ("rest",)},
    ),
    "a loop's own name": ([READ, "for k in df.k:\n    print(k)"], {"df": (), "cell_2": ("df",)}),
    "a name that is read in a function": (
        [READ, "def biggest():\n    return df.n.max()", "best = biggest()"],
        {"df": (), "best": ("df",)},
    ),
    "a name in a comprehension and in an f-string": (
        [READ, "rate = df.n.mean()", "said = [f'{rate + x}' for x in range(2)]"],
        {"df": (), "rate": ("df",), "said": ("rate",)},
    ),
    "cells that only import, define and set up": (
        ["import pandas as pd", "def f(x):\n    return x", "pd.set_option('display.width', 9)", READ, "f(df)"],
        {"df": (), "cell_5": ("df",)},
    ),
    "augmented and deleted": (
        ["x = [1]\ny = [2]", "x += y\ndel y", "x"],
        {"y": (), "x": ("y",), "cell_3": ("x",)},
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_graph_is_found_from_names(name: str) -> None:
    """People did not write down what a cell needs; the names that it uses say it."""
    made, wanted = GRAPHS[name]

    assert graph(imported(*made)) == wanted


def test_one_value_becomes_a_param_and_the_rest_a_module() -> None:
    """A year at the top of a notebook is what people want to set for a run."""
    pipeline = imported(
        "YEAR = 2021\nmonth = 3\nNAMES = ['a', 'b']\nlimit = 10",
        "def scaled(x):\n    return x * limit",
        "rows = [YEAR, month, scaled(1), *NAMES]",
        "more = [scaled(YEAR), *NAMES, *rows]",
    )

    file = read_pipeline(pipeline.files["pipelines/trips.yaml"], pipeline_id=pipeline.id, file="x")
    assert {param.name: param.default for param in file.pipeline.params} == {"year": 2021, "month": 3}
    assert "def scaled(x):" in pipeline.files["lib/trips.py"]
    assert "limit = 10" in pipeline.files["lib/trips.py"]
    assert "from lib.trips import NAMES, scaled" in pipeline.files["loaders/rows.py"]
    assert "def rows(*, year: int, month: int):" in pipeline.files["loaders/rows.py"]
    assert "    YEAR = year\n" in pipeline.files["loaders/rows.py"]


def test_what_the_notebook_says_of_a_cell_goes_with_its_block() -> None:
    """The text above a cell is why it is there."""
    pipeline = imported(
        "md:# Trips\n\nAbout taxis.",
        READ,
        'md:## Keep *real* trips\n\nNo `"""` here.',
        "kept = df[df.n > 1]",
        "md:Done.",
    )

    assert '    """Keep real trips\n\n    No `\'\'\'` here.\n    """' in pipeline.files["transformers/kept.py"]
    assert pipeline.files["notes/note.md"] == "Done.\n"
    assert pipeline.files["pipelines/trips.yaml"].startswith("description: Trips\n")


def test_the_text_of_a_cell_stays_as_it_was_written() -> None:
    """Comments, quotes and the inside of long texts are the person's own."""
    pipeline = imported(
        "x = 5 # five\ny = sorted([x])",
        "# why\ntext = '''one\n  two'''  # said\nz = (\n    y,  # first\n    text,\n)\nz",
    )

    body = pipeline.files["transformers/z.py"]
    assert (
        "    # why\n    text = '''one\n  two'''  # said\n    z = (\n        y,  # first\n        text,\n    )\n" in body
    )


NO_PYTHON: dict[str, tuple[str, str]] = {
    "a shell cell": ("%%bash\nls -l", "%%bash cells are no Python"),
    "a broken cell": ("x = = 1", "it does not parse"),
    "an awaiting cell": ("x = await fetch()", "it awaits something"),
}


@pytest.mark.parametrize("name", NO_PYTHON)
def test_a_cell_that_is_no_block_is_kept_as_a_note(name: str) -> None:
    """Nothing that a person wrote is lost, and they hear why it does not run."""
    text, why = NO_PYTHON[name]

    pipeline = imported(READ, text, "df.n.sum()")

    assert text in pipeline.files["notes/left_out.md"]
    assert any("Cell 2" in said and why in said for said in pipeline.warnings)


def test_lines_that_only_notebooks_have_are_left_out_and_said() -> None:
    """Magics and shell lines stand in most notebooks; they must not stop the rest."""
    pipeline = imported("%matplotlib inline\n!pip install x\nfiles = !ls\ny = sorted([1])\ny?", "%%time\nz = y + [2]")

    assert graph(pipeline) == {"y": (), "z": ("y",)}
    assert [said.partition("its line ")[2] for said in pipeline.warnings] == [
        "%matplotlib inline",
        "!pip install x",
        "files = !ls",
        "y?",
        "%%time",
    ]


def test_cells_that_were_run_in_another_order_follow_it() -> None:
    """Notebooks are run out of order; the order that worked is in the file."""
    pipeline = imported("total = sum(parts)", "parts = [1, 2]\nparts.append(3)", ran=[5, 4])

    assert graph(pipeline) == {"parts": (), "total": ("parts",)}
    assert "do not run from top to bottom (cell 1 reads parts before it is made)" in pipeline.warnings[0]


def test_a_name_that_only_a_later_cell_makes_is_said() -> None:
    """Such a notebook would not run anew, and neither will the pipeline: better known before."""
    pipeline = imported("total = sum(parts) + unknown", "parts = [1, 2]\nparts.append(3)")

    assert pipeline.warnings == (
        "Cell 1 reads parts, which only cell 2 below it makes.",
        "Cell 1 reads unknown, which no cell makes.",
    )


def test_connections_are_made_anew_by_each_block() -> None:
    """A connection lives in one process and cannot be stored."""
    pipeline = imported(
        "import sqlite3\nconn = sqlite3.connect(':memory:')",
        "one = conn.execute('select 1').fetchall()",
        "two = conn.execute('select 2').fetchall() + one",
    )

    assert graph(pipeline) == {"one": (), "two": ("one",)}
    assert "    conn = sqlite3.connect(':memory:')\n" in pipeline.files["transformers/two.py"]
    assert "conn cannot be handed from block to block; each that needs it makes its own." in pipeline.warnings


def test_paths_that_are_taken_are_left_alone() -> None:
    """Importing must never write over somebody's file."""
    taken = {"loaders/df.py", "lib/trips.py", "loaders/trips_df.py"}

    pipeline = import_notebook(
        notebook(READ, "NAMES = ['a']", "df.n.isin(NAMES)", "df.k.isin(NAMES)"),
        file="t.ipynb",
        name="trips",
        taken=taken,
    )

    assert not taken & set(pipeline.files)
    assert "loaders/trips_2_df.py" in pipeline.files
    assert "from lib.trips_trips import NAMES" in pipeline.files["transformers/isin.py"]


BAD: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"hello", "it is not JSON"),
    "not UTF-8": (b"\xff\xfe", "it is not UTF-8"),
    "another JSON": (b'{"a": 1}', "it is no notebook"),
    "a list": (b"[]", "it is no notebook"),
    "empty": (b"", "it is not JSON"),
    "another language": (
        notebook("x <- 1").replace(
            b'"metadata": {},\n "nbformat"', b'"metadata": {"kernelspec": {"language": "R"}},\n "nbformat"'
        ),
        "its language is r",
    ),
    "nothing in it": (notebook("import os"), "no cell of it does anything"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_notebook_is_refused_with_the_reason(name: str) -> None:
    """A person picked the wrong file, and must hear which and why."""
    content, why = BAD[name]

    with pytest.raises(NotebookUnreadable, match=why) as refused:
        import_notebook(content, file="x.ipynb", name="x")

    assert refused.value.message.startswith("x.ipynb cannot be imported: ")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a/Taxi Trips (2).ipynb", "taxi_trips_2"),
        ("01-load.ipynb", "load"),
        ("Überfahrt.ipynb", "uberfahrt"),
        ("7.ipynb", "notebook"),
    ],
)
def test_a_pipeline_is_named_after_its_notebook(file: str, name: str) -> None:
    """Ids are narrow and file names are not."""
    assert wanted_name(file) == name


def test_the_blocks_run_with_frames_between_them(tmp_path: Path) -> None:
    """Names alone do not run: the files must."""
    made = [READ, "df['m'] = df.n * 2", "by = df.groupby('k').m.sum()", "result = (df.m.sum(), by.to_dict())"]

    found = run_as_blocks(imported(*made), tmp_path)

    assert found["result"] == run_as_notebook(made)["result"]
