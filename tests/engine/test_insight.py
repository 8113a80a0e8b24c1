"""A block's past outputs and how two of them differ, through a real ledger and a real query process."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import write, write_project
from tests.kit.small_runs import LINE, run_line

from flowstone.errors.engine import QueryRefused
from flowstone.errors.store import NotFound
from flowstone.model.ids import ArtifactHash, BlockId
from flowstone.model.table_difference import Part, RowsOfDifference

B = BlockId("b")


def block(values: str) -> str:
    return f"@loader\ndef b():\n    return pd.DataFrame({{'id': range(3), 'v': {values}}})\n"


async def test_past_outputs_are_listed_and_two_of_them_compared(opened: Opener, tmp_path: Path) -> None:
    """What did yesterday's run give that today's does not: the question behind most bad mornings."""
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": block("[1, 2, 3]")})
    bench = await opened(tmp_path)
    insight = bench.insight
    first = await run_line(bench)
    again = await run_line(bench)
    text = (tmp_path / "loaders/b.py").read_text().replace("[1, 2, 3]", "[1, 2, 4]")
    write(tmp_path, "loaders/b.py", text)
    await bench.files_changed(frozenset({"loaders/b.py"}))
    last = await run_line(bench)

    page = await insight.past_outputs(LINE, B, limit=2)
    older = await insight.past_outputs(LINE, B, before=page.next, limit=2)
    before, after = older.entries[0].outputs[0].hash, page.entries[0].outputs[0].hash
    difference = await insight.difference(before, after)
    changed = RowsOfDifference(Part.CHANGED, columns=("v",))
    stream = await insight.rows_of_difference(before, after, key=None, rows=changed)

    runs = [(entry.run, entry.state.value, entry.kept) for entry in (*page.entries, *older.entries)]
    assert runs == [(last.id, "done", (True,)), (again.id, "reused", (True,)), (first.id, "done", (True,))]
    assert older.next is None
    assert (difference.key, difference.changed, difference.columns[1].rows) == (("id",), 1, 1)
    assert rows_in(stream) == [{"before": 2, "after": 2, "b0": 3, "a0": 4, "d0": True}]
    with pytest.raises(QueryRefused, match="nothing"):
        await insight.difference(before, after, key=("nothing",))
    with pytest.raises(NotFound):
        await insight.difference(before, ArtifactHash("0" * 32))


async def test_an_output_whose_data_is_gone_is_listed_as_gone(opened: Opener, tmp_path: Path) -> None:
    """History goes on where files were let go, and must not promise to open them."""
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": block("[1, 2, 3]")})
    bench = await opened(tmp_path)
    await run_line(bench)
    for file in (tmp_path / ".flowstone/artifacts").rglob("*.manifest.json"):
        file.unlink()

    page = await bench.insight.past_outputs(LINE, B)

    assert [entry.kept for entry in page.entries] == [(False,)]


async def test_what_is_no_table_is_not_compared_by_rows(opened: Opener, tmp_path: Path) -> None:
    """A value has no rows; its text can be laid side by side."""
    text = "@loader\ndef b():\n    return {'a': 1}\n"
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    bench = await opened(tmp_path)
    await run_line(bench)
    (entry,) = (await bench.insight.past_outputs(LINE, B)).entries

    with pytest.raises(QueryRefused, match="Only tables"):
        await bench.insight.difference(entry.outputs[0].hash, entry.outputs[0].hash)


def rows_in(stream: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.ipc.open_stream(io.BytesIO(stream)).read_all().to_pylist()
    return found
