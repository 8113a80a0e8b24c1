"""The library's transformers, called on frames."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from tests.kit.block_files import BLOCKS, function

ORDERS = pd.DataFrame(
    {
        "order": [1, 2, 2, 3],
        "country": ["DE", "FR", "FR", None],
        "price": [10.0, 20.0, 25.0, None],
        "at": pd.DatetimeIndex(["2024-01-01", "2024-01-02", "2024-01-03", "NaT"]),
    }
)

filter_rows = function(BLOCKS / "transformers/filter_rows.py")
select_columns = function(BLOCKS / "transformers/select_columns.py")
join_tables = function(BLOCKS / "transformers/join_tables.py")
aggregate_with_sql = function(BLOCKS / "transformers/aggregate_with_sql.py")
fill_missing = function(BLOCKS / "transformers/fill_missing.py")
remove_duplicates = function(BLOCKS / "transformers/remove_duplicates.py")
convert_types = function(BLOCKS / "transformers/convert_types.py")
sort_rows = function(BLOCKS / "transformers/sort_rows.py")


def test_rows_that_meet_a_condition_are_kept_and_counted_anew() -> None:
    """The index of what is left should be that of a table of its own."""
    kept = filter_rows(ORDERS, condition='price > 15 and country in ["FR", "IT"]')

    assert_frame_equal(kept, ORDERS.iloc[1:3].reset_index(drop=True))


@pytest.mark.parametrize(
    "transform", [filter_rows, select_columns, remove_duplicates, convert_types], ids=lambda it: it.__name__
)
def test_with_its_defaults_a_transformer_changes_nothing(transform) -> None:
    """Put between two blocks, it should first of all run."""
    assert_frame_equal(transform(ORDERS), ORDERS)


def test_columns_are_kept_in_the_order_asked_for_and_renamed() -> None:
    """A table's columns are its face."""
    found = select_columns(ORDERS, keep=("price", "order"), rename={"order": "number"})

    assert_frame_equal(found, pd.DataFrame({"price": ORDERS.price, "number": ORDERS.order}))


def test_columns_are_left_out() -> None:
    """Often it is shorter to say what to leave out."""
    assert list(select_columns(ORDERS, drop=("at", "country")).columns) == ["order", "price"]


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    """A typing mistake should be seen at once."""
    with pytest.raises(KeyError, match=r"no column prise; there are order, country, price, at"):
        select_columns(ORDERS, rename={"prise": "price"})


def test_tables_are_joined_by_what_they_have_in_common() -> None:
    """The columns of the same name are nearly always the key."""
    names = pd.DataFrame({"country": ["DE", "FR"], "name": ["Germany", "France"]})

    found = join_tables(ORDERS, names, expect="many_to_one")

    assert_frame_equal(found, ORDERS.assign(name=pd.Series(["Germany", "France", "France", None], dtype="str")))


def test_a_join_that_would_double_rows_fails_on_request() -> None:
    """The doubled row of a join is the costliest mistake in the trade."""
    names = pd.DataFrame({"country": ["FR", "FR"], "name": ["France", "Frankreich"]})

    with pytest.raises(pd.errors.MergeError):
        join_tables(ORDERS, names, on=("country",), expect="many_to_one")


def test_columns_of_both_tables_keep_their_names_apart() -> None:
    """The first table's column keeps its name, so that what reads it goes on to work."""
    found = join_tables(ORDERS[["order", "price"]], pd.DataFrame({"order": [1], "price": [9.0]}), on=("order",))

    assert list(found.columns) == ["order", "price", "price_right"]


def test_tables_without_a_common_column_are_not_joined() -> None:
    """Every row with every row is seldom what is meant."""
    with pytest.raises(KeyError, match="no column in common"):
        join_tables(ORDERS, pd.DataFrame({"x": [1]}))

    assert len(join_tables(ORDERS, pd.DataFrame({"x": [1, 2]}), how="cross")) == 8


def test_sql_aggregates_what_is_above() -> None:
    """Some questions are shorter in SQL."""
    rows = pa.Table.from_pandas(ORDERS)

    assert aggregate_with_sql(rows).to_pylist() == [{"row_count": 4}]
    total = aggregate_with_sql(
        rows, sql="SELECT country, sum(price) AS total FROM rows GROUP BY 1 ORDER BY 1 NULLS LAST"
    )
    assert total.to_pydict() == {"country": ["DE", "FR", None], "total": [10.0, 45.0, None]}


def test_missing_numbers_and_texts_are_filled_and_dates_left() -> None:
    """A date that was made up is worse than none."""
    found = fill_missing(ORDERS, number=-1.0, text="?")

    assert found.price.tolist() == [10.0, 20.0, 25.0, -1.0]
    assert found.country.tolist() == ["DE", "FR", "FR", "?"]
    assert found["at"].isna().sum() == 1


@pytest.mark.parametrize(("method", "last"), [("previous", 25.0), ("mean", 55 / 3), ("median", 20.0)])
def test_a_gap_is_filled_from_the_column_itself(method: str, last: float) -> None:
    """Only the named columns change."""
    found = fill_missing(ORDERS, columns=("price",), method=method)

    assert_frame_equal(found, ORDERS.assign(price=[10.0, 20.0, 25.0, last]))


def test_a_gap_is_filled_from_the_next_row() -> None:
    """Readings are sometimes entered late."""
    rows = pd.DataFrame({"a": [None, 2.0]})

    assert fill_missing(rows, method="next").a.tolist() == [2.0, 2.0]


def test_the_newest_row_of_each_order_is_kept() -> None:
    """Change feeds hold every version of a row."""
    shuffled = ORDERS.iloc[[2, 0, 1, 3]].reset_index(drop=True)

    found = remove_duplicates(shuffled, by=("order",), order_by=("at",), keep="last")

    assert found.price.tolist()[:2] == [25.0, 10.0]
    assert found.order.tolist() == [2, 1, 3]


def test_columns_become_other_types() -> None:
    """Files bring text where there are numbers and dates."""
    rows = pd.DataFrame({"n": ["1", None], "x": ["1.5", "2"], "day": ["2024-01-01", None], "id": [7, 8]})

    found = convert_types(rows, types={"n": "integer", "x": "number", "day": "date_time", "id": "text"})

    assert found.n.tolist() == [1, pd.NA]
    assert found.x.tolist() == [1.5, 2.0]
    assert found.day[0] == pd.Timestamp("2024-01-01")
    assert found.id.tolist() == ["7", "8"]


def test_a_value_that_does_not_fit_its_new_type_is_an_error_that_names_the_column() -> None:
    """Emptied in silence, it would be gone."""
    with pytest.raises(ValueError, match="Column n cannot become integer"):
        convert_types(pd.DataFrame({"n": ["one"]}), types={"n": "integer"})


def test_rows_are_sorted_with_missing_values_last() -> None:
    """Sorting must not lose or reorder more than it was asked to."""
    found = sort_rows(ORDERS, by=("price",), descending=True)

    assert found.order.tolist() == [2, 2, 1, 3]
