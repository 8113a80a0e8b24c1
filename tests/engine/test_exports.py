"""Tables taken away in other forms: what was in them is in the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engine.test_windows import TABLES

from flowstone.engine.worker import exports
from flowstone.engine.worker.exports import Exporting
from flowstone.engine.worker.stored_rows import Rows
from flowstone.model.export import Export, ExportFormat
from flowstone.model.view import View

PLAIN = View()
FORMATS = list(ExportFormat)


def exported(table: pa.Table, kind: ExportFormat, order: Any = None, **how: Any) -> bytes:
    return b"".join(Exporting(Rows(table), order, Export(kind, PLAIN, **how)).pieces())


def read_back(kind: ExportFormat, content: bytes) -> int:
    """Return how many rows a file of a form has."""
    match kind:
        case ExportFormat.PARQUET:
            return int(pq.read_table(io.BytesIO(content)).num_rows)
        case ExportFormat.ARROW:
            return int(pa.ipc.open_file(content).read_all().num_rows)
        case ExportFormat.CSV:
            csv.field_size_limit(1 << 30)
            return max(0, len(list(csv.reader(io.StringIO(content.decode())))) - 1)
        case ExportFormat.NDJSON:
            return len([json.loads(line) for line in content.splitlines()])
        case ExportFormat.EXCEL:
            return max(0, len(_sheet(content)) - 1)


def _sheet(content: bytes) -> list[str]:
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return re.findall(
            r"<row [^>]*>.*?</row>|<row [^>]*/>", book.read("xl/worksheets/sheet1.xml").decode(), re.DOTALL
        )


def _tables() -> Iterator[tuple[str, pa.Table]]:
    yield from ((name, table) for name, table in TABLES.items() if table.num_columns)
    yield "twice one name", pa.table([[1, 2], ["a", "b"]], names=["id", "id"])
    yield "a huge text", pa.table({"t": ["x" * 3_000_000, "y"]})
    yield "an index", pa.Table.from_pandas(pd.DataFrame({"a": [1, 2]}, index=["x", "y"]))
    yield "wide", pa.table({f"c{place}": [place] for place in range(3_000)})


@pytest.mark.parametrize("kind", FORMATS)
def test_every_table_can_be_taken_away_in_every_form(kind: ExportFormat) -> None:
    """A download that fails on one column of two hundred is no download."""
    rows = {}
    for name, table in _tables():
        rows[name] = read_back(kind, exported(table, kind))

    # A row of nothing but nulls is no row of a sheet's file, and in CSV an empty line.
    expected = {name: table.num_rows for name, table in _tables()}
    odd = {"nothing known", "polars lists"} if kind in (ExportFormat.CSV, ExportFormat.EXCEL) else set()
    assert {name: found for name, found in rows.items() if name not in odd} == {
        name: wanted for name, wanted in expected.items() if name not in odd
    }


@pytest.mark.parametrize("kind", [ExportFormat.PARQUET, ExportFormat.ARROW])
def test_a_frame_survives_the_way(kind: ExportFormat) -> None:
    """pandas at the other end opens the frame that the block gave, its index and categories too."""
    frame = pd.DataFrame(
        {
            "c": pd.Categorical(["b", "a", "b"]),
            "at": pd.date_range("2024", periods=3, tz="Europe/Berlin"),
            "l": [[1], [], None],
        },
        index=pd.Index([5, 6, 7], name="id"),
    )

    content = exported(pa.Table.from_pandas(frame), kind)
    table = pq.read_table(io.BytesIO(content)) if kind is ExportFormat.PARQUET else pa.ipc.open_file(content).read_all()

    pd.testing.assert_frame_equal(table.to_pandas(), frame)


def test_a_view_is_written_in_its_order_with_its_columns() -> None:
    """What was filtered in the grid is what is in the file."""
    table = pa.table({"a": range(10), "b": list("abcdefghij")})

    content = exported(table, ExportFormat.CSV, np.array([9, 0, 4], "u4"), columns=("b", "a"))

    assert content.decode().splitlines() == ['"b","a"', '"j",9', '"a",0', '"e",4']


def test_formulas_are_guarded_unless_that_is_not_wanted() -> None:
    """A spreadsheet runs what begins with an equals sign; a program wants the text as it is."""
    table = pa.table({"=cmd": ["=1+1", "-x", "plain", "@a", None, "\tx"], "n": [-1, 2, 3, 4, 5, 6]})

    guarded = list(csv.reader(io.StringIO(exported(table, ExportFormat.CSV).decode())))
    as_it_is = list(csv.reader(io.StringIO(exported(table, ExportFormat.CSV, guards_formulas=False).decode())))
    book = "".join(_sheet(exported(table, ExportFormat.EXCEL)))

    assert [row[0] for row in guarded] == ["'=cmd", "'=1+1", "'-x", "plain", "'@a", "", "'\tx"]
    assert [row[1] for row in guarded] == ["n", "-1", "2", "3", "4", "5", "6"]
    assert [row[0] for row in as_it_is] == ["=cmd", "=1+1", "-x", "plain", "@a", "", "\tx"]
    assert "<f>" not in book


def test_json_says_what_json_can_and_exactly() -> None:
    """A long id must not be rounded on its way, and NaN is no JSON."""
    table = pa.table(
        {"id": [2**63 - 1], "x": [float("nan")], "d": pa.array(["1.10"]).cast(pa.decimal128(9, 2)), "b": [b"\x00"]}
    )

    (line,) = exported(table, ExportFormat.NDJSON).splitlines()

    assert line == b'{"id":9223372036854775807,"x":null,"d":1.10,"b":"AA=="}'


@pytest.mark.parametrize("kind", FORMATS)
def test_the_size_is_about_right_before_it_is_paid_for(kind: ExportFormat) -> None:
    """Whoever downloads by a telephone wants to know."""
    rng = np.random.default_rng(1)
    table = pa.table({"x": rng.random(20_000), "s": pa.array(rng.integers(0, 10**6, 20_000)).cast(pa.string())})
    exporting = Exporting(Rows(table), None, Export(kind, PLAIN))

    size = exporting.size()

    assert (size.rows, size.columns) == (20_000, 2)
    assert 0.4 < size.estimated_bytes / sum(map(len, exporting.pieces())) < 2.5


def test_a_long_table_is_written_in_pieces() -> None:
    """However long it is, only a part of it is in memory."""
    table = pa.table({"x": np.arange(400_000)})

    pieces = list(Exporting(Rows(table), None, Export(ExportFormat.CSV, PLAIN)).pieces())

    assert max(map(len, pieces)) < 1 << 20
    assert len(pieces) > 4
    assert table.num_rows > exports.BATCH_ROWS
