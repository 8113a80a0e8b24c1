"""What becomes of a table that is there: partitions replaced, rows merged, columns added; the same everywhere."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.warehouses import IN_RUN, LATER_RUN, Opener, opener

from flowstone.errors.connectors import KeysInvalid, OptionInvalid, SchemaMismatch, TargetMissing

DAYS = pd.DataFrame(
    {
        "day": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-02"]).date,
        "shop": ["a", "b", "a"],
        "sold": [1, 2, 3],
    }
)


def day(date: str, *sold: int) -> pd.DataFrame:
    """Return one day's rows."""
    return pd.DataFrame({"day": [pd.Timestamp(date).date()] * len(sold), "shop": "a", "sold": list(sold)})


def assert_holds(open_warehouse: Opener, *frames: pd.DataFrame) -> None:
    """Assert that the table holds just the rows of some frames."""
    found, wanted = open_warehouse(IN_RUN).read("sales"), pd.concat(frames)
    assert sorted(found.columns) == sorted(wanted.columns)
    columns = sorted(wanted.columns)
    pd.testing.assert_frame_equal(
        found.sort_values(columns, ignore_index=True)[columns], wanted.sort_values(columns, ignore_index=True)[columns]
    )


def test_only_the_partitions_of_the_frame_are_replaced(open_changeable: Opener) -> None:
    """A day that is loaded again must neither double nor take the other days with it."""
    open_changeable(IN_RUN).write(DAYS, "sales", partition_by="day")
    again = pd.concat([day("2024-01-02", 30, 31), day("2024-01-03", 40)])

    receipt = open_changeable(LATER_RUN).write(again, "sales", partition_by="day", if_exists="replace_partition")

    assert_holds(open_changeable, DAYS[DAYS.sold < 3], again)
    assert (receipt.action, receipt.rows) == ("partitions replaced", 3)


def test_a_table_begins_with_its_first_partitions(open_warehouse: Opener) -> None:
    """The first day needs no other block than the second."""
    receipt = open_warehouse(IN_RUN).write(DAYS, "sales", partition_by="day", if_exists="replace_partition")

    assert_holds(open_warehouse, DAYS)
    assert receipt.action == "created"


def test_partitions_may_be_months_of_moments(open_changeable: Opener) -> None:
    """A month is loaded as a whole, whatever day of it is in the frame; the zone is UTC, wherever the block runs."""
    moments = ["2024-01-31T23:59:59", "2024-02-01T00:00:00", "2024-02-29T12:00:00"]
    frame = pd.DataFrame({"at": pd.to_datetime(moments, utc=True), "n": [1, 2, 3]})
    later = pd.DataFrame({"at": pd.to_datetime(["2024-02-10T00:00:00"], utc=True), "n": [9]})
    layout: dict[str, Any] = {"partition_by": "at", "granularity": "month"}
    open_changeable(IN_RUN).write(frame, "sales", **layout)

    open_changeable(LATER_RUN).write(later, "sales", **layout, if_exists="replace_partition")

    assert sorted(open_changeable(IN_RUN).read("sales")["n"]) == [1, 9]


def test_a_replaced_partition_repeated_in_its_run_changes_nothing(open_changeable: Opener) -> None:
    """A retried block comes again with the same rows."""
    open_changeable(IN_RUN).write(DAYS, "sales", partition_by="day")
    again = day("2024-01-02", 30)
    for _ in range(2):
        open_changeable(LATER_RUN).write(again, "sales", partition_by="day", if_exists="replace_partition")

    assert_holds(open_changeable, DAYS[DAYS.sold < 3], again)


def test_no_rows_touch_no_partition(open_warehouse: Opener) -> None:
    """A quiet day names no partition, so nothing says which to empty."""
    open_warehouse(IN_RUN).write(DAYS, "sales", partition_by="day")

    receipt = open_warehouse(LATER_RUN).write(
        DAYS.head(0).astype({"day": "date32[day][pyarrow]"}), "sales", partition_by="day", if_exists="replace_partition"
    )

    assert_holds(open_warehouse, DAYS)
    assert receipt.action == "skipped"


STOCK = pd.DataFrame({"id": [1, 2, 3], "name": ["one", "two", "three"], "left": [10, 20, 30]})


def test_merged_rows_replace_those_of_their_key(open_warehouse: Opener) -> None:
    """What changed since yesterday is all that comes, and the table is as if everything had come."""
    open_warehouse(IN_RUN).write(STOCK, "sales")
    changed = pd.DataFrame({"id": [2, 4], "name": ["two", "four"], "left": [19, 40]})

    receipt = open_warehouse(LATER_RUN).write(changed, "sales", if_exists="merge", keys=["id"])

    assert_holds(open_warehouse, STOCK[STOCK.id != 2], changed)
    assert (receipt.action, receipt.rows) == ("merged", 2)


def test_of_equal_keys_the_latest_row_counts(open_warehouse: Opener) -> None:
    """A log of changes has each thing several times; the order of arrival is not the order of change."""
    changes = pd.DataFrame({"id": [1, 1, 1, 2], "left": [7, 9, 8, 5], "version": [1, 3, 2, 1]})

    open_warehouse(IN_RUN).write(changes, "sales", if_exists="merge", keys=["id"], order_by="version")

    assert_holds(open_warehouse, changes.iloc[[1, 3]])


def test_rows_marked_as_deleted_leave_the_table(open_warehouse: Opener) -> None:
    """A source says what is gone; the mark itself is no fact about what stays."""
    open_warehouse(IN_RUN).write(STOCK, "sales")
    changes = pd.DataFrame(
        {"id": [1, 3, 5], "name": ["uno", "three", "five"], "left": [11, 0, 0], "gone": [False, True, True]}
    )

    open_warehouse(LATER_RUN).write(changes, "sales", if_exists="merge", keys=["id"], deleted_by="gone")

    assert_holds(open_warehouse, STOCK[STOCK.id == 2], changes.head(1).drop(columns="gone"))


def test_a_table_begins_without_the_rows_marked_as_deleted(open_warehouse: Opener) -> None:
    """The first load of a log of changes gives the same table as the next ones."""
    changes = STOCK.assign(gone=pd.array([False, True, None], dtype="boolean"))

    receipt = open_warehouse(IN_RUN).write(changes, "sales", if_exists="merge", keys=["id"], deleted_by="gone")

    assert_holds(open_warehouse, STOCK[STOCK.id != 2])
    assert receipt.action == "created"


def test_rows_without_a_key_are_refused(open_warehouse: Opener) -> None:
    """A row that can never be found again would be added once more with every load."""
    frame = pd.DataFrame({"id": pd.array([1, None], dtype="Int64"), "left": [1, 2]})

    with pytest.raises(KeysInvalid, match="1 rows have no value in the key column 'id'"):
        open_warehouse(IN_RUN).write(frame, "sales", if_exists="merge", keys=["id"])
    with pytest.raises(TargetMissing):
        open_warehouse(IN_RUN).read("sales")


def test_repeated_keys_need_an_order(open_warehouse: Opener) -> None:
    """Which of two rows counts is not for chance to decide."""
    open_warehouse(IN_RUN).write(STOCK, "sales")

    with pytest.raises(KeysInvalid, match=r"1 keys are in the frame more than once: 1 \(2 times\)"):
        open_warehouse(LATER_RUN).write(pd.concat([STOCK, STOCK.head(1)]), "sales", if_exists="merge", keys=["id"])

    assert_holds(open_warehouse, STOCK)


def test_new_columns_are_added_where_that_was_asked_for(open_changeable: Opener) -> None:
    """A source that gains a column should not need a person at night; one that was not asked may not change a table."""
    open_changeable(IN_RUN).write(STOCK, "sales")
    wider = pd.DataFrame({"id": [4], "name": ["four"], "colour": ["red"]})

    with pytest.raises(SchemaMismatch, match="colour"):
        open_changeable(LATER_RUN).write(wider, "sales", if_exists="append")
    open_changeable(LATER_RUN).write(wider, "sales", if_exists="append", evolution="add")

    found = open_changeable(IN_RUN).read("sales").sort_values("id").reset_index(drop=True)
    assert found["colour"].isna().tolist() == [True, True, True, False]
    assert found["left"].isna().tolist() == [False, False, False, True]


def test_a_merge_leaves_columns_alone_that_it_does_not_have(open_warehouse: Opener) -> None:
    """Two sources may each know a part of a thing."""
    open_warehouse(IN_RUN).write(STOCK, "sales")
    part = pd.DataFrame({"id": [1], "left": [9], "colour": ["red"]})

    open_warehouse(LATER_RUN).write(part, "sales", if_exists="merge", keys=["id"], evolution="add")

    found = open_warehouse(IN_RUN).read("sales").set_index("id").loc[1]
    assert (found["name"], found["left"], found["colour"]) == ("one", 9, "red")


@pytest.mark.parametrize(
    "options",
    [{"if_exists": "replace_partition", "partition_by": "day"}, {"if_exists": "merge", "keys": ["shop", "day"]}],
    ids=["replace_partition", "merge"],
)
def test_what_another_write_has_overwritten_is_written_again(open_changeable: Opener, options: dict[str, Any]) -> None:
    """A block that writes A, then B, then A again means A; and so does its retry."""
    first, second = day("2024-01-01", 1), day("2024-01-01", 2)
    open_changeable(IN_RUN).write(DAYS.assign(shop="other"), "sales", partition_by="day")
    for _ in range(2):
        for frame in (first, second, first):
            open_changeable(LATER_RUN).write(frame, "sales", **options)

    found = open_changeable(IN_RUN).read("sales")

    assert found[found["shop"] == "a"]["sold"].tolist() == [1]


def test_a_frame_that_lacks_a_column_is_refused_unless_that_was_asked_for(open_warehouse: Opener) -> None:
    """A column that a source has stopped sending must be seen at once, not weeks later as nulls."""
    open_warehouse(IN_RUN).write(STOCK, "sales")

    with pytest.raises(SchemaMismatch, match="left"):
        open_warehouse(LATER_RUN).write(STOCK.drop(columns="left"), "sales", if_exists="append")


def test_names_that_differ_by_case_are_one_column_where_the_warehouse_says_so(tmp_path: Path) -> None:
    """DuckDB and BigQuery tell no `ID` from `id`; a column that is there is not added once more."""
    open_one = opener("duckdb", tmp_path, {"path": "w.duckdb"})
    open_one(IN_RUN).write(STOCK, "t")

    open_one(LATER_RUN).write(STOCK.rename(columns={"id": "ID"}), "t", if_exists="append", evolution="add")

    assert open_one(IN_RUN).read("t")["id"].tolist() == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"if_exists": "replace_partition"}, "what a partition is"),
        ({"if_exists": "merge"}, "which rows are the same"),
        ({"if_exists": "merge", "keys": ["nowhere"]}, "nowhere"),
        ({"if_exists": "merge", "keys": ["shop"], "deleted_by": "sold"}, "cannot say which rows"),
        ({"keys": ["shop"]}, "merge' alone"),
        ({"partition_by": "day", "granularity": "hour"}, "hours of 'day'"),
        ({"partition_by": "day", "granularity": "week"}, "granularity='week'"),
        ({"partitioned_by": "day"}, "no option 'partitioned_by'"),
        ({"if_exists": "replace", "evolution": "add"}, "says nothing about"),
    ],
)
def test_options_that_contradict_each_other_are_named(
    open_warehouse: Opener, options: dict[str, Any], words: str
) -> None:
    """An option dropped in silence is found out by the bill."""
    with pytest.raises(OptionInvalid, match=words):
        open_warehouse(IN_RUN).write(DAYS, "sales", **options)
    with pytest.raises(TargetMissing):
        open_warehouse(IN_RUN).read("sales")


KEYS = st.integers(min_value=0, max_value=4)
LOADS = st.lists(st.lists(st.tuples(KEYS, st.integers(0, 99), st.booleans()), max_size=6), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=LOADS)
def test_merging_load_after_load_is_what_a_dictionary_does(
    tmp_path_factory: pytest.TempPathFactory, loads: list[list[tuple[int, int, bool]]]
) -> None:
    """Whatever comes in whatever order, a table holds for each key what was last said of it."""
    open_one = opener("duckdb", tmp_path_factory.mktemp("merge"), {"path": "w.duckdb"})
    known: dict[int, int] = {}
    for number, load in enumerate(loads):
        frame = pd.DataFrame(load, columns=["id", "left", "gone"]).astype(
            {"id": "int64", "left": "int64", "gone": bool}
        )
        frame["at"] = range(len(frame))
        context = dataclasses.replace(IN_RUN, run=f"run-{number}")
        open_one(context).write(frame, "t", if_exists="merge", keys=["id"], order_by="at", deleted_by="gone")
        for id_, left, gone in load:
            known[id_] = left
            if gone:
                del known[id_]

    found = open_one(IN_RUN).read("t")
    assert dict(zip(found["id"], found["left"], strict=True)) == known
