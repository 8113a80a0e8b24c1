"""Frames with one column of every type that a warehouse keeps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd


def every_type() -> pd.DataFrame:
    """Return three rows in which every type is met, with nulls and without."""
    return pd.DataFrame(
        {
            "day": [dt.date(2013, 1, 1), dt.date(2013, 1, 2), dt.date(2013, 1, 1)],
            "whole": [1, 2, 3],
            "text": ["a", None, 'ü, "c"\n'],
            "zoned": _moments(["2013-01-01T01:02:03.4Z", None, "2013-01-01T00:00:00Z"]),
            "naive": _moments(["2013-01-01T01:02:03.4", None, "2013-01-01"]),
            "money": [Decimal("1.250000000"), None, Decimal("-3.000000000")],
            "numbers": [[1, 2], [], [3]],
            "point": [{"x": 1, "label": "a"}, {"x": 2, "label": None}, {"x": 3, "label": "c"}],
            "kind": ["x", "y", "x"],
            "fraction": [1.5, None, 2.0],
            "yes": [True, False, None],
            "clock": [dt.time(1, 2, 3), None, dt.time(4)],
        }
    )


def same_rows(left: pd.DataFrame, right: pd.DataFrame, *, by: str = "whole") -> None:
    """Assert that two frames hold the same rows, whatever their order: lists and structs compared as they are."""
    first = left.sort_values(by, ignore_index=True)
    second = right.sort_values(by, ignore_index=True)[list(left.columns)]
    pd.testing.assert_frame_equal(_plain(first), _plain(second))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give lists one form: they come back as arrays."""
    lists = [str(name) for name in frame if frame[name].map(lambda value: hasattr(value, "tolist")).any()]
    return frame.assign(**{name: frame[name].map(list) for name in lists})


def _moments(texts: list[str | None]) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(texts), format="ISO8601").dt.as_unit("us"))
