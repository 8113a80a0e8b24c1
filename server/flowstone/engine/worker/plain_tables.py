"""Frames of plain columns to Arrow, without a search for missing values where the smallest value tells of none.

Arrow looks at each float by itself, 2 ms for a million; numpy finds the smallest in an eighth of that, and a missing
one among them makes it missing. What follows is the table that `Table.from_pandas` gives, buffer by buffer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

NOT_A_TIME = np.iinfo(np.int64).min
"""How numpy writes a moment or a span that is missing."""


def plain_table(frame: pd.DataFrame) -> pa.Table:
    """Return the table of a frame whose dtypes alone tell how it is stored: see `frames.opens_as_it_is`."""
    if not isinstance(frame.index, pd.RangeIndex) or not len(frame):
        return pa.Table.from_pandas(frame)
    schema = pa.Schema.from_pandas(frame)
    columns = [_array(frame.iloc[:, place], field.type) for place, field in enumerate(schema)]
    return pa.Table.from_arrays(columns, schema=schema)


def _array(column: pd.Series[Any], kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        numbers = column.to_numpy()
        if dtype.kind == "f" and not np.isnan(_smallest(numbers)):
            return pa.array(numbers, type=kind, from_pandas=False)
        if dtype.kind in "mM" and (whole := numbers.view(np.int64)).min() != NOT_A_TIME:
            return pa.array(whole).view(kind)
    return pa.array(column, type=kind, from_pandas=True)


def _smallest(numbers: np.ndarray[Any, Any]) -> Any:
    with np.errstate(invalid="ignore"):
        return numbers.min()
