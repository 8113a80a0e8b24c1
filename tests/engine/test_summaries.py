"""Columns summed up, whatever is in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.engine.test_windows import TABLES

from flowstone.engine.worker.stored_rows import Rows
from flowstone.engine.worker.summaries import summarise
from flowstone.model.summary import WHOLE_ROWS, ColumnSummary


def summed(table: pa.Table) -> list[ColumnSummary]:
    return list(summarise(Rows(table), range(table.num_columns)))


def test_numbers_are_summed_up_as_pandas_does() -> None:
    """A mean that is another one than the notebook's is a quarrel."""
    cells = [1.5, 2.5, 2.5, None, float("nan"), float("inf"), -4.0]
    finite = pd.Series([1.5, 2.5, 2.5, -4.0])

    (found,) = summed(pa.table({"x": pa.array(cells, pa.float64())}))

    assert (found.nulls, found.nans, found.distinct, found.is_sample) == (1, 1, 5, False)
    assert (found.minimum, found.maximum) == ("-4.0", "2.5")
    assert found.mean == pytest.approx(finite.mean())
    assert found.deviation == pytest.approx(finite.std())
    assert (found.top[0].value, found.top[0].count) == ("2.5", 2)
    assert found.histogram is not None
    assert sum(found.histogram.counts) == 4
    assert found.quantiles[2] == "1.5"


@pytest.mark.parametrize("kind", TABLES)
def test_no_type_is_too_odd(kind: str) -> None:
    """One odd column must not hide what is known of the others."""
    table = TABLES[kind]
    beside = table.append_column("beside", pa.array(range(table.num_rows)))

    *found, last = summed(beside)

    assert [one.problem for one in found] == [""] * table.num_columns
    assert [one.nulls for one in found] == [column.null_count for column in table.columns]
    assert last.distinct == table.num_rows


def test_texts_and_dates_have_their_bounds_and_the_most_frequent() -> None:
    """Which carriers there are is the first thing asked of a column of carriers."""
    at = pd.date_range("2024-01-01", periods=4, freq="D", tz="Europe/Berlin")
    table = pa.table({"s": ["b", "a", "b", None], "at": pa.array(at)})

    texts, dates = summed(table)

    assert [(top.value, top.count) for top in texts.top] == [("b", 2), ("a", 1), (None, 1)]
    assert (texts.minimum, texts.maximum, texts.distinct) == ("a", "b", 2)
    assert dates.minimum is not None
    assert dates.minimum.startswith("2023-12-31 23:00")
    assert dates.histogram is not None
    assert sum(dates.histogram.counts) == 4


def test_of_a_long_table_a_sample_is_looked_at_and_it_says_so() -> None:
    """A figure that stands for less than it seems to must say so."""
    rows = WHOLE_ROWS + 5
    table = pa.table({"x": pa.array(np.arange(rows, dtype="i4"))})

    (found,) = summed(table)

    assert (found.is_sample, found.rows, found.is_distinct_exact) == (True, 1_000_000, False)
    assert found.mean == pytest.approx(rows / 2, rel=0.01)
