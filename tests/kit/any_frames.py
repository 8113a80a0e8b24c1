"""Frames of every kind that pandas can make, drawn by hypothesis."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ZONES = ["UTC", "Europe/Zurich", "America/St_Johns", "Asia/Kolkata"]
DAYS = st.datetimes(dt.datetime.fromisoformat("1900-01-01"), dt.datetime.fromisoformat("2200-01-01"))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=2)

Column = Callable[[int], SearchStrategy[Any]]


def _list(values: SearchStrategy[Any]) -> Column:
    return lambda size: st.lists(values, min_size=size, max_size=size)


def _numbers(dtype: str) -> Column:
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        bounds = np.iinfo(dtype)
        cells: SearchStrategy[Any] = st.integers(int(bounds.min), int(bounds.max))
    elif kind.kind == "f":
        cells = {2: st.floats(width=16), 4: st.floats(width=32), 8: st.floats()}[kind.itemsize]
    elif kind.kind == "c":
        cells = st.complex_numbers(allow_nan=False)
    else:
        cells = st.booleans()
    return lambda size: _list(cells)(size).map(lambda made: np.array(made, dtype))


def _times(unit: str, zone: str | None = None) -> Column:
    def made(cells: list[Any]) -> Any:
        index = pd.DatetimeIndex(np.array(cells, f"datetime64[{unit}]"))
        return (index if zone is None else index.tz_localize("UTC").tz_convert(zone)).array

    return lambda size: _list(st.one_of(DAYS, st.none()))(size).map(made)


def _extension(dtype: str, cells: SearchStrategy[Any]) -> Column:
    return lambda size: _list(st.one_of(cells, st.none()))(size).map(lambda made: pd.array(made, dtype=dtype))


def _objects(cells: SearchStrategy[Any]) -> Column:
    return lambda size: _list(cells)(size).map(lambda made: pd.Series(made, dtype=object))


def _categories(values: SearchStrategy[Any]) -> Column:
    """Categories in any order, some of which no row has."""

    def column(size: int) -> SearchStrategy[Any]:
        kinds = st.lists(values, min_size=1, max_size=5, unique=True)
        return st.tuples(kinds, st.booleans(), st.lists(st.integers(-1, 4), min_size=size, max_size=size)).map(
            lambda made: pd.Categorical.from_codes(
                [min(code, len(made[0]) - 1) for code in made[2]], categories=pd.Index(made[0]), ordered=made[1]
            )
        )

    return column


def _spans(unit: str) -> Column:
    return lambda size: _list(st.integers(-(10**6), 10**6))(size).map(
        lambda made: pd.TimedeltaIndex(np.array(made, f"timedelta64[{unit}]")).array
    )


COLUMNS: dict[str, Column] = {
    **{name: _numbers(name) for name in ("int8", "int16", "int32", "int64", "uint8", "uint64", "bool")},
    **{name: _numbers(name) for name in ("float16", "float32", "float64", "complex128")},
    **{f"datetime64[{unit}]": _times(unit) for unit in ("s", "ms", "us", "ns")},
    **{f"zoned {zone}": _times("us", zone) for zone in ZONES},
    "zoned in nanoseconds": _times("ns", "Europe/Zurich"),
    **{f"timedelta64[{unit}]": _spans(unit) for unit in ("s", "ms", "us", "ns")},
    "text": _extension("str", TEXTS),
    "nullable text": _extension("string", TEXTS),
    "text of Python": _extension("string[python]", TEXTS),
    "text as objects": _objects(st.one_of(TEXTS, st.none())),
    "text as objects, NaN for missing": _objects(st.one_of(TEXTS, st.just(float("nan")))),
    "text as objects, NA for missing": _objects(st.one_of(TEXTS, st.just(pd.NA))),
    "Int64": _extension("Int64", st.integers(-(2**63), 2**63 - 1)),
    "UInt8": _extension("UInt8", st.integers(0, 255)),
    "Float64": _extension("Float64", st.floats(allow_nan=False)),
    "boolean": _extension("boolean", st.booleans()),
    "int64[pyarrow]": _extension("int64[pyarrow]", st.integers(-(2**63), 2**63 - 1)),
    "string[pyarrow] of Arrow": lambda size: _list(st.one_of(TEXTS, st.none()))(size).map(
        lambda made: pd.array(made, dtype=pd.ArrowDtype(pa.string()))
    ),
    "decimals of Arrow": lambda size: _list(DECIMALS)(size).map(
        lambda made: pd.array(made, dtype=pd.ArrowDtype(pa.decimal128(38, 2)))
    ),
    "lists of Arrow": lambda size: _list(st.lists(st.integers(0, 9), max_size=3))(size).map(
        lambda made: pd.array(made, dtype=pd.ArrowDtype(pa.list_(pa.int64())))
    ),
    "times of Arrow": lambda size: _list(DAYS)(size).map(
        lambda made: pd.array(made, dtype=pd.ArrowDtype(pa.timestamp("us", "Europe/Zurich")))
    ),
    "categories of text": _categories(TEXTS),
    "categories of numbers": _categories(st.integers(-9, 9)),
    "categories of days": _categories(DAYS),
    "periods": lambda size: _list(st.integers(0, 600))(size).map(
        lambda made: (pd.Period("1990", "M") + pd.Index(made, dtype="int64")).array
    ),
    "intervals": lambda size: _list(st.integers(0, 9))(size).map(
        lambda made: pd.arrays.IntervalArray.from_tuples([(cell, cell + 1) for cell in made], dtype="interval[int64]")
    ),
    "sparse": lambda size: _list(st.integers(0, 2))(size).map(pd.arrays.SparseArray),
    "decimals": _objects(st.one_of(DECIMALS, st.none())),
    "decimals of mixed scales": _objects(
        st.sampled_from([Decimal(1), Decimal("1.0"), Decimal("2.50"), Decimal("1e40")])
    ),
    "large whole numbers": _objects(st.integers(-(2**70), 2**70)),
    "days": _objects(st.one_of(st.dates(), st.none())),
    "clock times": _objects(st.times()),
    "times as objects": _objects(DAYS),
    "ids": _objects(st.builds(uuid.UUID, int=st.integers(0, 2**128 - 1))),
    "bytes": _objects(st.binary(max_size=4)),
    "lists": _objects(st.lists(st.integers(-9, 9), max_size=3)),
    "lists with gaps": _objects(st.lists(st.one_of(st.none(), st.floats(allow_nan=True)), max_size=3)),
    "tuples": _objects(st.tuples(st.integers(), TEXTS)),
    "sets": _objects(st.frozensets(st.integers(0, 9), max_size=3)),
    "dicts": _objects(st.fixed_dictionaries({"a": st.integers(0, 9), "b": TEXTS})),
    "ragged dicts": _objects(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=3)),
    "arrays": _objects(st.lists(st.floats(-1, 1), min_size=1, max_size=3).map(np.array)),
    "lists and single values": _objects(st.one_of(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=2))),
    "whatever": _objects(
        st.one_of(st.integers(0, 9), TEXTS, st.none(), st.just(float("nan")), st.just(pd.NA), st.just(pd.NaT), DAYS)
    ),
}

LABELS: SearchStrategy[Any] = st.one_of(
    TEXTS, st.integers(-3, 3), st.none(), st.just(float("nan")), st.tuples(TEXTS, st.integers(0, 2)), DAYS
)


@st.composite
def columns_labels(draw: DrawFn, count: int) -> pd.Index:
    """Names of columns: mostly text, and all the oddities that pandas allows."""
    form = draw(st.sampled_from([*["text"] * 8, "range", "whole numbers", "odd", "several levels", "days", "named"]))
    texts = st.lists(TEXTS, min_size=count, max_size=count, unique=draw(st.sampled_from([True, True, False])))
    match form:
        case "range":
            return pd.RangeIndex(count)
        case "whole numbers":
            return pd.Index(draw(st.lists(st.integers(-5, 5), min_size=count, max_size=count)), dtype="int64")
        case "odd":
            return pd.Index(draw(st.lists(LABELS, min_size=count, max_size=count)), dtype=object, tupleize_cols=False)
        case "several levels":
            return pd.MultiIndex.from_arrays([draw(texts), draw(texts)], names=[None, draw(st.none() | TEXTS)])
        case "days":
            return pd.DatetimeIndex(draw(st.lists(DAYS, min_size=count, max_size=count)))
        case "named":
            return pd.Index(draw(texts), dtype="str", name=draw(TEXTS))
    return pd.Index(draw(texts), dtype=draw(st.sampled_from(["str", "object"])))


@st.composite
def row_indexes(draw: DrawFn, size: int) -> pd.Index:
    """Indexes of rows: ranges, any column, several levels, days at a rhythm."""
    name = draw(st.sampled_from([None, None, None, "day", "day", "", 0, ("a", 1)]))
    form = draw(st.sampled_from(["range", "range", "range", "column", "levels", "rhythm"]))
    match form:
        case "column":
            kinds = sorted(COLUMNS.keys() - {"float16"})  # which pandas takes for no index
            cells = draw(COLUMNS[draw(st.sampled_from(kinds))](size))
            labels: pd.Index = pd.Index(cells, dtype=cells.dtype, name=name)
            return labels
        case "levels":
            kinds = draw(
                st.lists(
                    st.sampled_from(["int64", "text", "zoned Europe/Zurich", "categories of text", "days"]),
                    min_size=2,
                    max_size=2,
                )
            )
            return pd.MultiIndex.from_arrays([draw(COLUMNS[kind](size)) for kind in kinds], names=[name, None])
        case "rhythm":
            zone = draw(st.sampled_from([None, "Europe/Zurich"]))
            freq = draw(st.sampled_from(["D", "h", "MS", "W-TUE", "15min"]))
            return pd.date_range("2024-01-01", periods=size, freq=freq, tz=zone, name=name)
    return (
        pd.RangeIndex(draw(st.integers(-3, 3)), name=name)[:0]
        if size == 0
        else pd.RangeIndex(
            start := draw(st.integers(-3, 3)), start + size * (step := draw(st.integers(1, 3))), step, name=name
        )
    )


@st.composite
def frames(draw: DrawFn) -> pd.DataFrame:
    """Any frame, up to five rows and four columns."""
    size = draw(st.integers(0, 5))
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=4))
    made = {place: draw(COLUMNS[kind](size)) for place, kind in enumerate(kinds)}
    frame = pd.DataFrame(made, index=range(size))
    frame.index = draw(row_indexes(size))
    frame.columns = draw(columns_labels(len(kinds)))
    frame.attrs = draw(st.sampled_from([*[{}] * 10, {"unit": "m"}, {"path": (1, 2)}]))
    return frame
