"""What blocks take, print and give, and how it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import THREE, THREE_BLOCKS, THREE_FILES, write_project, write_three
from tests.kit.small_runs import (
    block_of,
    failure_of,
    only_block,
    rows,
    run_line,
)

from flowstone.errors.engine import QueryRefused
from flowstone.model.ids import BlockId
from flowstone.model.view import SortKey, View
from flowstone.model.window import Window


async def test_a_block_that_changes_its_input_in_place_changes_nobody_elses(opened: Opener, tmp_path: Path) -> None:
    """`doubled` writes into the frame it was given; a sibling and the stored output must not see that."""
    pipeline = THREE + "      again:   {file: transformers/again.py, upstream: [numbers, doubled]}\n"
    again = "@transformer\ndef again(numbers, doubled):\n    return numbers\n"
    blocks = {**THREE_BLOCKS, "transformers/again.py": again}
    bench = await opened(write_project(tmp_path, pipeline, blocks, THREE_FILES))

    run = await run_line(bench)

    assert await rows(bench, run, "numbers") == await rows(bench, run, "again") == [{"n": 0}, {"n": 1}, {"n": 2}]


async def test_what_a_block_prints_is_kept_and_told_line_by_line(opened: Opener, tmp_path: Path) -> None:
    """Logs are the first thing that anyone opens."""
    text = """
        import sys
        @loader
        def b():
            print("one")
            print("two", end="", flush=True)
            print("warned", file=sys.stderr)
            sys.stdout.buffer.write(b"\\xff\\n")
            return 1
    """
    run = await only_block(opened, tmp_path, text)
    bench = await opened(tmp_path)

    page = await bench.logs(run.id, BlockId("b"))

    assert sorted((line.stream, line.text) for line in page.lines) == [
        ("stderr", "warned"),
        ("stdout", "one"),
        ("stdout", "two\ufffd"),
    ]
    assert [line.seq for line in page.lines] == [0, 1, 2]


async def test_a_block_that_floods_its_output_is_bounded_with_a_mark(opened: Opener, tmp_path: Path) -> None:
    """A loop with a print in it must not fill the disk or stall the server."""
    text = '@loader\ndef b():\n    for i in range(1_000_000): print("line", i)\n    return 1\n'
    run = await only_block(opened, tmp_path, text)
    bench = await opened(tmp_path)

    first = await bench.logs(run.id, BlockId("b"), limit=1)
    everything = await bench.logs(run.id, BlockId("b"), limit=10_000_000)

    assert first.lines[0].text == "line 0"
    assert everything.lines[-1].text == "line 999999"
    assert everything.dropped > 100_000
    assert sum(path.stat().st_size for path in (tmp_path / ".flowstone/logs").rglob("*.jsonl")) < 40 << 20


async def test_params_are_typed_and_a_wrong_one_is_refused(opened: Opener, tmp_path: Path) -> None:
    """A date that arrives as text is a bug that shows a year later."""
    text = """
        from datetime import date
        from typing import Annotated, Literal
        from annotated_types import Le
        @loader
        def b(*, day: date, size: Literal["s", "m"] = "s", ratio: Annotated[float, Le(2)] = 1.5):
            return {"year": day.year, "size": size, "ratio": ratio}
    """
    good = await only_block(opened, tmp_path / "good", text, entry=", params: {day: 2024-02-29, size: m}")
    bad = await only_block(opened, tmp_path / "bad", text, entry=", params: {day: 2024-02-29, ratio: 3.5}")
    bench = await opened(tmp_path / "good")
    result = block_of(good, "b").result

    assert result is not None
    assert json.loads(await bench.value(result.outputs[0].hash)) == {"year": 2024, "size": "m", "ratio": 1.5}
    assert failure_of(bad, "b").code == "param_invalid"


FORMS = {
    "": "DataFrame",
    ": pd.DataFrame": "DataFrame",
    ": pl.DataFrame": "DataFrame",
    ": pl.LazyFrame": "LazyFrame",
    ": pa.Table": "Table",
    ": pa.RecordBatchReader": "RecordBatchReader",
    ": duckdb.DuckDBPyRelation": "DuckDBPyRelation",
    ": Iterator[pd.DataFrame]": "generator",
}


@pytest.mark.parametrize("annotation", FORMS)
async def test_an_annotation_picks_the_form_of_an_input(opened: Opener, tmp_path: Path, annotation: str) -> None:
    """People who write polars should not convert by hand."""
    text = f"""
        import duckdb
        import polars as pl
        import pyarrow as pa
        from collections.abc import Iterator

        @transformer
        def doubled(numbers{annotation}):
            return type(numbers).__name__
    """
    pipeline = """
        blocks:
          numbers: {file: loaders/numbers.py}
          doubled: {file: transformers/doubled.py, upstream: [numbers]}
    """
    blocks = {**THREE_BLOCKS, "transformers/doubled.py": text}
    bench = await opened(write_project(tmp_path, pipeline, blocks, THREE_FILES))

    run = await run_line(bench)

    result = block_of(run, "doubled").result
    assert result is not None, block_of(run, "doubled").failure
    assert json.loads(await bench.value(result.outputs[0].hash)) == FORMS[annotation]


RETURNED: dict[str, tuple[str, int | None]] = {
    "a pandas frame": ('pd.DataFrame({"n": [1, 2]})', 2),
    "an empty frame": ("pd.DataFrame()", 0),
    "a polars frame": ('pl.DataFrame({"n": [1, 2]})', 2),
    "a lazy polars frame": ('pl.LazyFrame({"n": [1, 2]})', 2),
    "an Arrow table": ('pa.table({"n": [1, 2]})', 2),
    "an Arrow reader": ('pa.table({"n": [1, 2]}).to_reader()', 2),
    "a DuckDB relation": ('duckdb.sql("SELECT 1 AS n UNION ALL SELECT 2")', 2),
    "a generator of frames": ('(pd.DataFrame({"n": [i]}) for i in range(3))', 3),
    "a mapping": ('{"a": [1, None, "x"]}', None),
    "a list": ("[1, 2]", None),
    "a text": ('"x"', None),
    "a number": ("1.5", None),
    "a truth": ("False", None),
}


@pytest.mark.parametrize("kind", RETURNED)
async def test_a_block_may_return(opened: Opener, tmp_path: Path, kind: str) -> None:
    """Each form that people have in their hands is taken as it is."""
    value, length = RETURNED[kind]
    imports = "import duckdb\nimport polars as pl\nimport pyarrow as pa\n"

    run = await only_block(opened, tmp_path, f"{imports}@loader\ndef b():\n    return {value}\n")

    result = block_of(run, "b").result
    assert result is not None, block_of(run, "b").failure
    assert [output.rows for output in result.outputs] == [length]


async def test_an_exporter_may_return_a_receipt_or_nothing(opened: Opener, tmp_path: Path) -> None:
    """What was written is remembered, and an exporter that says nothing is no failure."""
    pipeline = """
        blocks:
          a: {file: loaders/a.py}
          x: {file: exporters/x.py, upstream: [a]}
          y: {file: exporters/y.py, upstream: [a]}
    """
    blocks = {
        "loaders/a.py": "@loader\ndef a():\n    return [1]\n",
        "exporters/x.py": '@exporter\ndef x(a):\n    return Receipt(target="file:///x", rows=1)\n',
        "exporters/y.py": "@exporter\ndef y(a):\n    pass\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    results = {block.id: block.result for block in run.blocks}
    receipts = {str(block): [r.target for r in result.receipts] for block, result in results.items() if result}
    assert receipts == {"a": [], "x": ["file:///x"], "y": []}


async def test_windows_page_and_sort_the_whole_output(opened: Opener, tmp_path: Path) -> None:
    """A preview that shows ten rows hides the eleventh."""
    bench = await opened(write_three(tmp_path))
    run = await run_line(bench, params={"rows": 50_000})

    middle = await rows(bench, run, "numbers", Window(offset=40_000, limit=2))
    largest = await rows(bench, run, "numbers", Window(limit=2, view=View(sort=(SortKey("n", descending=True),))))

    assert (middle, largest) == ([{"n": 40_000}, {"n": 40_001}], [{"n": 49_999}, {"n": 49_998}])
    result = block_of(run, "numbers").result
    assert result is not None
    with pytest.raises(QueryRefused, match="nope"):
        await bench.rows(result.outputs[0].hash, Window(columns=("nope",)))
