"""Plain frames become the very tables that Arrow makes of them, only sooner."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from flowstone.engine.worker.plain_tables import plain_table

TIMES = pd.Series(pd.date_range("2024-01-01", periods=4, freq="h"))
COLUMNS = {
    "floats": pd.Series([1.5, -2.0, np.inf, -np.inf]),
    "floats with gaps": pd.Series([1.5, np.nan, 3.0, 4.0]),
    "single floats": pd.Series([1, 2, 3, 4], dtype="float32"),
    "half floats with gaps": pd.Series([1, np.nan, 3, 4], dtype="float16"),
    "moments": TIMES,
    "moments with gaps": TIMES.where(TIMES.index != 2),
    "moments to the second": TIMES.astype("datetime64[s]"),
    "spans": TIMES - TIMES[0],
    "spans with gaps": (TIMES - TIMES[0]).where(TIMES.index != 0),
    "zoned moments": TIMES.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin"),
    "numbers": pd.Series([1, 2, 3, 4], dtype="int8"),
    "nullable numbers": pd.Series([1, None, 3, 4], dtype="Int64"),
    "answers": pd.Series([True, False, True, True]),
    "text": pd.Series(["a", None, "c", ""], dtype="str"),
    "categories": pd.Series(["a", "b", "a", None], dtype="category"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_becomes_what_arrow_makes_of_it(name: str) -> None:
    """An output is named by its bytes: other bytes for the same frame would make stale what is fresh."""
    frame = pd.DataFrame({name: COLUMNS[name]})

    mine, arrows = plain_table(frame), pa.Table.from_pandas(frame)

    assert mine.schema.equals(arrows.schema, check_metadata=True)
    assert mine.equals(arrows)
    assert as_file(mine) == as_file(arrows)


def test_a_column_that_is_a_stride_through_other_memory_is_taken_as_it_is() -> None:
    """A frame of a matrix has its columns side by side in memory."""
    frame = pd.DataFrame(np.arange(12.0).reshape(4, 3), columns=["a", "b", "c"])[["c", "a"]]

    assert plain_table(frame).equals(pa.Table.from_pandas(frame))


def as_file(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content
