"""Frames made comparable: what went through a file, a lake or a warehouse may differ in form, never in content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pandas.testing import assert_frame_equal


def plain(frame: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Return a frame sorted by what identifies its rows, numbers as int64 or float64, texts as str, days as days."""
    columns = {str(name): _plain(column) for name, column in frame.items()}
    return pd.DataFrame(columns).sort_values(list(by), kind="stable", ignore_index=True)


def _plain(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column):
        return column.astype("bool")
    if pd.api.types.is_integer_dtype(column):
        return column.astype("float64" if column.isna().any() else "int64")
    if pd.api.types.is_float_dtype(column):
        return column.astype("float64")
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.tz_localize(None) if column.dt.tz is not None else column.astype("datetime64[us]")
    present = column.dropna()
    if len(present) and isinstance(present.iloc[0], date):
        return pd.to_datetime(column).astype("datetime64[us]")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _plain(column.astype(column.cat.categories.dtype))
    return column.astype("str")


def assert_same(found: pd.DataFrame, expected: pd.DataFrame, *, by: Sequence[str], days: Sequence[str] = ()) -> None:
    """Compare whole frames, value by value; the columns of `days` may be days written as text on one side."""
    found, expected = (
        frame.assign(**{day: pd.to_datetime(frame[day].astype(str)) for day in days}) for frame in (found, expected)
    )
    assert_frame_equal(
        plain(found, by=by)[list(expected.columns)], plain(expected, by=by), check_exact=False, rtol=1e-12
    )
    assert sorted(found.columns) == sorted(expected.columns)
