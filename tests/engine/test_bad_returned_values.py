"""What blocks return that is odd, endless or no value at all: kept with a mark, or refused with a sentence."""

from __future__ import annotations

import datetime as dt
import inspect
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas
import matplotlib as mpl
import numpy as np
import pandas as pd
import plotly.graph_objects
import polars as pl
import psutil
import pyarrow as pa
import pydantic
import pytest
import shapely
from matplotlib.figure import Figure
from tests.engine.conftest import Opener
from tests.kit.outputs import Shelf
from tests.kit.small_runs import failure_of, only_block

from flowstone.engine.worker.answers import to_stream
from flowstone.engine.worker.exact import is_same, same_frames
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.outputs import Destination, store_returned
from flowstone.engine.worker.windows import read_window
from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import NothingReturned, OutputUnfit
from flowstone.model.author import Outputs
from flowstone.model.block import BlockKind
from flowstone.model.output import OutputKind, Receipt
from flowstone.model.window import Window

mpl.use("Agg")


@dataclass(frozen=True)
class Point:
    x: int
    day: dt.date


class Fare(pydantic.BaseModel):
    amount: Decimal


@dataclass(frozen=True)
class Kept:
    """What is expected of a value that is kept: how it is shown, and what its author is told."""

    make: Callable[[], Any]
    kind: OutputKind = OutputKind.TABLE
    types: tuple[str, ...] | None = None
    cells: list[Any] | None = None
    warns: str = ""
    is_pickled: bool = False


def column(*cells: Any) -> Callable[[], pd.DataFrame]:
    return lambda: pd.DataFrame({"a": pd.Series(list(cells), dtype=object)})


def named(*names: Any) -> Callable[[], pd.DataFrame]:
    labels = pd.Index(names, dtype=object, tupleize_cols=False)
    return lambda: pd.DataFrame(np.zeros((2, len(names))), columns=labels)


def self_containing() -> pd.DataFrame:
    endless: list[Any] = [1]
    endless.append(endless)
    return pd.DataFrame({"a": pd.Series([endless, [1]], dtype=object)})


def drawn() -> Figure:
    figure = Figure()
    figure.subplots().plot([1, 2])
    return figure


async def nothing() -> None:
    """Do nothing, and wait for somebody to ask for it."""


SNOWMAN = "\N{SNOWMAN}"
JSON, OBJECT, RICH = OutputKind.JSON, OutputKind.OBJECT, OutputKind.RICH
KEPT: dict[str, Kept] = {
    "an empty frame, 0 by 0": Kept(pd.DataFrame, types=()),
    "columns, no rows": Kept(lambda: pd.DataFrame({"a": pd.Series([], dtype="int32")}), types=("int32",), cells=[]),
    "rows, no columns": Kept(lambda: pd.DataFrame(index=range(3)), is_pickled=True),
    "columns of several levels": Kept(
        lambda: pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])),
        warns="Column names are shown as text: a_x and a_y",
        is_pickled=True,
    ),
    "names that are numbers": Kept(lambda: pd.DataFrame(np.eye(2)), warns="shown as text: 0 and 1"),
    "names that are None": Kept(named("a", None), warns="shown as text: None"),
    "names that are tuples": Kept(named("a", ("b", 1)), warns="shown as text: b_1", is_pickled=True),
    "names that are NaN": Kept(named("a", float("nan")), warns="shown as text: nan", is_pickled=True),
    "the same name twice": Kept(named("a", "a"), warns="shown as text: a_2"),
    "5,000 columns": Kept(lambda: pd.DataFrame({f"c{n}": [n] for n in range(5_000)}), types=("int64",) * 500),
    "mixed types in a column": Kept(
        column(1, "x", None),
        types=("large_string",),
        cells=["1", "x", None],
        warns="Column 'a' holds int and str, and is shown as text",
        is_pickled=True,
    ),
    "lists and single values": Kept(column([1, 2], 3), cells=["[1, 2]", "3"], warns="int and list", is_pickled=True),
    "bytes": Kept(column(b"\xff\x00"), types=("binary",), cells=[b"\xff\x00"]),
    "decimals": Kept(column(Decimal("1.10"), Decimal("2.25")), cells=["1.10", "2.25"]),
    "a decimal of 1e40": Kept(column(Decimal("1e40")), warns="", is_pickled=True),
    "decimals of mixed scales": Kept(column(Decimal("1.0"), Decimal("2.25")), cells=["1.00", "2.25"], is_pickled=True),
    "whole numbers beyond 64 bits": Kept(
        column(2**63, 2**70), cells=[str(2**63), str(2**70)], warns="int", is_pickled=True
    ),
    "NA, None, NaT and NaN": Kept(column(pd.NA, None, pd.NaT, float("nan"), "a"), is_pickled=True),
    "times of several zones": Kept(
        column(pd.Timestamp("2024-01-01", tz="UTC"), pd.Timestamp("2024-01-01", tz="Europe/Zurich")),
        cells=["2024-01-01 00:00:00+00:00", "2024-01-01 00:00:00+01:00"],
        warns="Timestamp, and is shown as text",
        is_pickled=True,
    ),
    "periods": Kept(
        lambda: pd.DataFrame({"a": pd.period_range("2024-01", periods=2, freq="M")}),
        cells=["2024-01", "2024-02"],
        warns="period[M]",
        is_pickled=True,
    ),
    "complex numbers": Kept(
        lambda: pd.DataFrame({"a": [1 + 2j]}), cells=["(1+2j)"], warns="complex128", is_pickled=True
    ),
    "text that is no text": Kept(column("a\ud800"), cells=["a?"], warns="shown as text", is_pickled=True),
    "a list that holds itself": Kept(self_containing, warns="list", is_pickled=True),
    "list of dicts": Kept(lambda: [{"a": 1}, {"a": 2}], JSON),
    "ragged dicts": Kept(lambda: [{"a": 1}, {"b": [None]}], JSON),
    "a text": Kept(lambda: SNOWMAN, JSON),
    "a whole number": Kept(lambda: 3, JSON),
    "a fraction": Kept(lambda: 0.1, JSON),
    "a truth": Kept(lambda: True, JSON),
    "bytes alone": Kept(lambda: b"\xff", OBJECT, is_pickled=True),
    "NaN alone": Kept(lambda: float("nan"), OBJECT, is_pickled=True),
    "a tuple": Kept(lambda: (1, "a"), OBJECT, is_pickled=True),
    "numbers for keys": Kept(lambda: {1: "a"}, OBJECT, is_pickled=True),
    "a number of 5,000 digits": Kept(lambda: [10**5_000], OBJECT, is_pickled=True),
    "an array, 0-d": Kept(lambda: np.array(3), JSON),
    "an array, 1-d": Kept(lambda: np.arange(3), cells=[0, 1, 2], is_pickled=True),
    "an array, 2-d": Kept(lambda: np.eye(2), types=("double", "double"), is_pickled=True),
    "an array, 3-d": Kept(lambda: np.zeros((2, 2, 2)), OBJECT, is_pickled=True),
    "a polars frame": Kept(lambda: pl.DataFrame({"a": [1]}), types=("int64",)),
    "a lazy polars frame": Kept(lambda: pl.LazyFrame({"a": [1]}), types=("int64",), warns="collected"),
    "places on a map": Kept(
        lambda: geopandas.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(1, 2)], crs=4326)[["geometry", "n"]],
        cells=["POINT (1 2)"],
        warns="'geometry' holds geometry",
        is_pickled=True,
    ),
    "a shape of 100,000 corners": Kept(
        lambda: geopandas.GeoDataFrame(geometry=[shapely.Point(0, 0).buffer(1, quad_segs=25_000)]), is_pickled=True
    ),
    "a dataclass": Kept(lambda: Point(1, dt.date(2024, 1, 1)), OBJECT, is_pickled=True),
    "a pydantic model": Kept(lambda: Fare(amount=Decimal("1.50")), OBJECT, is_pickled=True),
    "a matplotlib figure": Kept(drawn, RICH, is_pickled=True),
    "a plotly figure": Kept(plotly.graph_objects.Figure, RICH, is_pickled=True),
    "a styled frame": Kept(lambda: pd.DataFrame({"a": ["<b>"]}).style, RICH, warns="cannot be pickled"),
}


@pytest.mark.parametrize("line", KEPT)
def test_what_is_odd_is_kept_exactly_and_shown_with_a_mark(tmp_path: Path, line: str) -> None:
    """An hour's work must not be lost to a column of two types; nor may it come back as something else."""
    case = KEPT[line]
    shelf, value = Shelf(tmp_path), case.make()

    output = shelf.put(value)
    found = shelf.get(output)

    assert output.kind is case.kind
    assert (output.exact is not None) == case.is_pickled
    assert case.warns in "; ".join(output.warnings)
    assert looks_the_same(found, value)
    if output.kind is OutputKind.TABLE:
        shown = read_window(shelf.find(output).path, Window())
        assert len(to_stream(shown)) < 1 << 20
        assert (
            case.types is None or tuple(str(kind) for kind in stored_types(shelf.find(output).path))[:500] == case.types
        )
        assert case.cells is None or shown.column(0).to_pylist() == case.cells


def stored_types(path: Path) -> list[pa.DataType]:
    with pa.memory_map(str(path)) as source:
        return list(pa.ipc.open_file(source).schema.types)


def looks_the_same(found: Any, value: Any) -> bool:
    if isinstance(value, pd.DataFrame):
        cells = [cell for place in range(value.shape[1]) for cell in value.iloc[:, place].tolist()]
        is_endless = any(isinstance(cell, list) and cell in cell[1:] for cell in cells if not is_same(cell, [1]))
        return type(found) is type(value) and (is_endless or same_frames(found, value))
    if isinstance(value, pl.DataFrame | pl.LazyFrame):
        return bool(pl.from_pandas(found).equals(value.lazy().collect()))
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return bool(found == value)
    if isinstance(found, dict) and "text/html" in found:
        return "&lt;b&gt;" in found["text/html"] or "<b>" in found["text/html"]
    is_shown_only = hasattr(value, "savefig") or hasattr(value, "to_html")
    return type(found) is type(value) and (is_shown_only or is_same(found, value))


REFUSED: dict[str, tuple[Callable[[], Any], type[FlowstoneError], str]] = {
    "nothing": (lambda: None, NothingReturned, "The loader returned nothing"),
    "a column of functions": (column(lambda: 1), OutputUnfit, "Column 'a' cannot be stored: it holds a function"),
    "a column of classes": (column(Point), OutputUnfit, "Column 'a' cannot be stored: it holds a type"),
    "a column of modules": (column(socket), OutputUnfit, "it holds a module"),
    "a column of locks": (column(threading.Lock()), OutputUnfit, "Column 'a' cannot be stored: it holds lock"),
    "a column of sockets": (column(socket.socket()), OutputUnfit, "Column 'a' cannot be stored: it holds socket"),
    "a column of connections": (column(sqlite3.connect(":memory:")), OutputUnfit, "it holds Connection"),
    "a function": (lambda: print, OutputUnfit, "is code and no value"),
    "a class": (lambda: Point, OutputUnfit, "is code and no value"),
    "a lock": (threading.Lock, OutputUnfit, "A _thread.lock cannot be stored"),
    "a coroutine": (nothing, OutputUnfit, "which nobody awaits"),
    "a generator of texts": (lambda: iter(["a"]), OutputUnfit, "The block's generator yielded a str"),
    "a generator of nothing": (lambda: iter([]), NothingReturned, "gave nothing"),
    "polars' objects": (lambda: pl.DataFrame({"a": [object()]}), OutputUnfit, "Column 'a' cannot be stored"),
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_no_value_is_refused_with_its_name(tmp_path: Path, line: str) -> None:
    """Which column it is must stand in the message: there may be three hundred."""
    make, error, words = REFUSED[line]

    value = make()

    with pytest.raises(error) as refused:
        Shelf(tmp_path).put(value)

    assert words in refused.value.message
    assert refused.value.hint
    drafts = tmp_path / "artifacts" / "drafts"
    assert not drafts.exists() or not list(drafts.iterdir())
    if inspect.iscoroutine(value):
        value.close()


def test_an_exporter_may_return_nothing(tmp_path: Path) -> None:
    """What it did is elsewhere."""
    to = Destination(Shelf(tmp_path).pickles, Memory())

    assert store_returned(None, kind=BlockKind.EXPORTER, to=to).outputs == ()


def test_receipts_among_several_outputs_are_receipts(tmp_path: Path) -> None:
    """An exporter may say what it wrote and hand on what it left out."""
    to = Destination(Shelf(tmp_path).pickles, Memory())
    returned = Outputs(
        left_out=pd.DataFrame({"n": [1]}), written=Receipt("bucket/a"), more=[Receipt("b"), Receipt("c")]
    )

    stored = store_returned(returned, kind=BlockKind.EXPORTER, to=to)

    assert [output.name for output in stored.outputs] == ["left_out"]
    assert [receipt.target for receipt in stored.receipts] == ["bucket/a", "b", "c"]


def test_several_outputs_of_nothing_are_nothing(tmp_path: Path) -> None:
    """`Outputs(**found)` may find nothing, and a loader's nothing is a mistake."""
    to = Destination(Shelf(tmp_path).pickles, Memory())

    with pytest.raises(NothingReturned):
        store_returned(Outputs(), kind=BlockKind.LOADER, to=to)


async def test_a_generator_without_end_ends_by_its_timeout(opened: Opener, tmp_path: Path) -> None:
    """It would fill the disk; what it wrote goes with it."""
    text = "@loader\ndef b():\n    while True:\n        yield pd.DataFrame({'n': range(1000)})\n"

    run = await only_block(opened, tmp_path, text, entry=", timeout: 2s")

    assert failure_of(run, "b").code == "timeout"


def endless(rows: int, count: int) -> Iterator[pa.RecordBatch]:
    for number in range(count):
        yield pa.record_batch({"n": pa.array(np.arange(number * rows, (number + 1) * rows))})


def test_a_table_larger_than_what_may_be_held_is_streamed(tmp_path: Path) -> None:
    """A billion rows come batch by batch, and go the same way: what is in memory is a batch."""
    rows, count = 1_000_000, 100
    reader = pa.RecordBatchReader.from_batches(pa.schema({"n": pa.int64()}), endless(rows, count))
    shelf, before = Shelf(tmp_path), psutil.Process().memory_info().rss

    output = shelf.put(reader)

    grown = psutil.Process().memory_info().rss - before
    assert output.rows == rows * count
    assert grown < output.size_bytes / 2


def test_two_gibibytes_of_text_in_a_column_are_kept(tmp_path: Path) -> None:
    """The plain text of Arrow counts its bytes with 31 bits."""
    megabyte = "x" * (1 << 20)
    frames = (pd.DataFrame({"a": [megabyte] * 64}) for _ in range(33))
    shelf = Shelf(tmp_path)

    output = shelf.put(frames)
    last = read_window(shelf.find(output).path, Window(offset=33 * 64 - 1))

    assert (output.rows, output.columns[0].type) == (33 * 64, "large_string")
    assert last.column(0).to_pylist() == [megabyte]
