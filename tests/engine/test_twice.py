"""Blocks that do not give the same each time are named, with the columns; all others are left in peace."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import uuid
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import pyarrow as pa
import pytest
from tests.kit.commands import flowstone
from tests.kit.one_block import job_of
from tests.kit.small_projects import write_project

from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.engine.twice import BothTimes
from flowstone.engine.worker.comparison import difference
from flowstone.engine.worker.tables import write_table
from flowstone.model.difference import ColumnDifference, Difference, How
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output, OutputKind
from flowstone.model.run import BlockResult
from flowstone.store.artifacts import Artifact, ArtifactStore

MIXED = """
    blocks:
      steady:   {file: loaders/steady.py}
      shuffled: {file: loaders/shuffled.py}
      sampled:  {file: transformers/sampled.py, upstream: [steady]}
      below:    {file: transformers/below.py, upstream: [sampled]}
      summed:   {file: transformers/summed.sql, upstream: [steady]}
      written:  {file: exporters/written.py, upstream: [steady]}
"""
MIXED_BLOCKS = {
    "loaders/steady.py": "@loader\ndef f():\n    return pd.DataFrame({'n': range(5), 'x': [0.1, None, 3, 4, 5]})\n",
    "loaders/shuffled.py": """
        @loader
        def f():
            return pd.DataFrame({"name": list({f"name {n}" for n in range(50)})})
    """,
    "transformers/sampled.py": """
        import random

        @transformer
        def f(steady):
            return steady.assign(r=[random.SystemRandom().random() for _ in range(len(steady))])
    """,
    "transformers/below.py": "@transformer\ndef f(sampled):\n    return sampled.assign(twice=sampled.r * 2)\n",
    "transformers/summed.sql": "SELECT sum(n) AS total FROM steady\n",
    "exporters/written.py": """
        from pathlib import Path

        @exporter
        def f(steady):
            with Path("times.txt").open("a") as file:
                file.write("written\\n")
    """,
}


def test_a_run_names_the_blocks_and_columns_that_differ_between_two_times(tmp_path: Path) -> None:
    """A report that changes with nobody's doing is found here, and not by its readers."""
    root = write_project(tmp_path, MIXED, MIXED_BLOCKS)

    done = flowstone("run", "line", "--twice", "--json", "-p", str(root))

    document = json.loads(done.stdout)
    found = document["twice"]
    assert (done.returncode, document["state"], found["same"]) == (1, "done", False)
    assert found["compared"] == ["below", "sampled", "shuffled", "steady", "summed"]
    assert {(each["block"], each["how"]): [c["name"] for c in each["columns"]] for each in found["differences"]} == {
        ("shuffled", "order"): ["name"],
        ("sampled", "values"): ["r"],
    }
    assert "sampled: values are others each time" in done.stderr
    assert "column r in 5 rows, the first 0: 0." in done.stderr
    assert (root / "times.txt").read_text() == "written\n"
    assert list((root / ".flowstone/artifacts/drafts").iterdir()) == []


def test_the_process_that_drives_a_run_opens_none_of_the_data_that_it_compares(tmp_path: Path) -> None:
    """A table that is too much for it would end the run, and all that waits in it."""
    root = write_project(tmp_path, MIXED, MIXED_BLOCKS)
    program = dedent(
        """
        import sys
        from flowstone.cli.main import main

        try:
            main(None)
        except SystemExit:
            print(sorted({"duckdb", "pyarrow", "pandas"} & set(sys.modules)))
        """
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "run", "line", "--twice", "-p", str(root)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert "sampled: values are others each time" in done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


class StartedAttempt:
    """An attempt that ends at once, or when it is stopped."""

    def __init__(self, *, has_ended: bool) -> None:
        self._ended = asyncio.Event()
        if has_ended:
            self._ended.set()
        self.is_stopped = False

    async def outcome(self) -> BlockOutcome:
        await self._ended.wait()
        return BlockOutcome(was_stopped=True) if self.is_stopped else BlockOutcome(BlockResult())

    async def stop(self) -> None:
        self.is_stopped = True
        self._ended.set()


class SlowToStart:
    """Starts a second attempt only when it is told to."""

    def __init__(self) -> None:
        self.is_asked, self.may_start = asyncio.Event(), asyncio.Event()
        self.second = StartedAttempt(has_ended=False)

    async def start_again(self, _job: BlockJob) -> StartedAttempt:
        self.is_asked.set()
        await self.may_start.wait()
        return self.second

    async def compare(self, _job: BlockJob, _first: BlockOutcome, _second: BlockOutcome) -> None:
        raise AssertionError("a stopped attempt was compared")


async def test_a_stop_while_the_second_time_is_being_started_ends_it(tmp_path: Path) -> None:
    """The run would go on with what nobody waits for."""
    executor = SlowToStart()
    attempt = BothTimes(executor, job_of(tmp_path, "@loader\ndef b(): ...\n"), StartedAttempt(has_ended=True))
    ended = asyncio.create_task(attempt.outcome())
    await executor.is_asked.wait()

    await attempt.stop()
    executor.may_start.set()

    async with asyncio.timeout(30):
        assert await ended == BlockOutcome(BlockResult())
    assert executor.second.is_stopped


def test_where_all_blocks_give_the_same_the_run_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The second time is a question, not a result."""
    steady = {name: text for name, text in MIXED_BLOCKS.items() if "steady" in name or "summed" in name}
    pipeline = "blocks:\n  steady: {file: loaders/steady.py}\n"
    pipeline += "  summed: {file: transformers/summed.sql, upstream: [steady]}\n"
    root = write_project(tmp_path, pipeline, steady)

    done = flowstone("run", "line", "--twice", "-p", str(root))
    status = json.loads(flowstone("status", "line", "--json", "-p", str(root)).stdout)

    assert (done.returncode, "2 blocks ran twice and gave the same" in done.stderr) == (0, True)
    assert [block["freshness"] for block in status["blocks"]] == ["fresh", "fresh"]
    assert len(list(root.glob(".flowstone/artifacts/??/*.manifest.json"))) == 2


def stored(store: ArtifactStore, table: pa.Table) -> Artifact:
    return write_table(store, table.to_batches(), table.schema, name="output", warnings=())


NAN = float("nan")
TABLES: dict[str, tuple[Any, Any, Difference | None]] = {
    "the same in other portions": (
        pa.concat_tables([pa.table({"a": [1]}), pa.table({"a": [2]})]),
        pa.table({"a": [1, 2]}),
        None,
    ),
    "NaN and nothing, each like itself": (
        pa.concat_tables([pa.table({"a": [NAN, None]}), pa.table({"a": [1.0]})]),
        pa.table({"a": [NAN, None, 1.0]}),
        None,
    ),
    "a value": (
        pa.table({"a": [1, 2], "b": ["x", "y"]}),
        pa.table({"a": [1, 3], "b": ["x", "y"]}),
        Difference("output", How.VALUES, (ColumnDifference("a", 1, 1, "2", "3"),), "values are others each time"),
    ),
    "nothing instead of a value": (
        pa.table({"a": [1, None]}),
        pa.table({"a": [1, 2]}),
        Difference("output", How.VALUES, (ColumnDifference("a", 1, 1, "None", "2"),), "values are others each time"),
    ),
    "nested values": (
        pa.table({"a": [[1, 2], [3]]}),
        pa.table({"a": [[1, 2], [4]]}),
        Difference("output", How.VALUES, (ColumnDifference("a", 1, 1, "[3]", "[4]"),), "values are others each time"),
    ),
    "decimals": (
        pa.table({"a": [Decimal("1.00")]}),
        pa.table({"a": [Decimal("1.01")]}),
        Difference(
            "output",
            How.VALUES,
            (ColumnDifference("a", 1, 0, "Decimal('1.00')", "Decimal('1.01')"),),
            "values are others each time",
        ),
    ),
    "the order alone": (
        pa.table({"a": [1, 2, 2], "b": ["x", "y", "z"]}),
        pa.table({"a": [2, 2, 1], "b": ["z", "y", "x"]}),
        Difference(
            "output",
            How.ORDER,
            (ColumnDifference("a", 2), ColumnDifference("b", 2)),
            "the same rows, in another order each time",
        ),
    ),
    "how many rows": (
        pa.table({"a": [1]}),
        pa.table({"a": [1, 1]}),
        Difference("output", How.ROWS, (), "once 1 rows, once 2"),
    ),
    "a column's type": (
        pa.table({"a": [1], "b": [1]}),
        pa.table({"a": [1.0], "b": [1]}),
        Difference(
            "output",
            How.COLUMNS,
            (ColumnDifference("a"),),
            "its columns, their types or their order are others each time",
        ),
    ),
    "two columns of one name": (
        pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]),
        pa.table([pa.array([1]), pa.array([3])], names=["a", "a"]),
        Difference("output", How.VALUES, (ColumnDifference("a", 1, 0, "2", "3"),), "values are others each time"),
    ),
    "no rows": (pa.table({"a": pa.array([], pa.int64())}), pa.table({"a": pa.array([], pa.int64())}), None),
}


@pytest.mark.parametrize("case", TABLES)
def test_tables_are_compared_by_what_they_say(tmp_path: Path, case: str) -> None:
    """How a table lies on the disk is nobody's concern; a NaN that is not itself would name every column."""
    first, second, expected = TABLES[case]
    store = ArtifactStore(tmp_path)

    assert difference(stored(store, first), stored(store, second)) == expected


def test_a_type_that_the_database_does_not_know_is_compared_all_the_same(tmp_path: Path) -> None:
    """What cannot be compared fast is compared slowly, and never passed over."""
    store = ArtifactStore(tmp_path)
    first, second = (
        pa.table({"id": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([uuid.UUID(int=n).bytes], pa.binary(16)))})
        for n in (1, 2)
    )

    found = difference(stored(store, first), stored(store, second))

    assert found is not None
    assert (found.how, [column.name for column in found.columns]) == (How.VALUES, ["id"])


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "the value differs at /a/1/b"),
        ([1], [1, 2], "the value differs at its root"),
        ({"a": 1}, {"a": True}, "the value differs at /a"),
    ],
)
def test_values_are_compared_part_by_part(tmp_path: Path, first: Any, second: Any, message: str) -> None:
    """In a large answer the one changed number is what people look for."""

    def value(content: Any, name: str) -> Artifact:
        (tmp_path / name).write_text(json.dumps(content))
        return Artifact(Output("output", OutputKind.JSON, ArtifactHash(name), 1), tmp_path / name)

    assert difference(value(first, "1"), value(second, "2")) == Difference("output", How.VALUES, (), message)
    assert difference(value(first, "1"), value(first, "2")) is None
