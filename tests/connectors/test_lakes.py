"""What holds for every lake: files and datasets are whole, known again, and read by their manifest."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from tests.kit.frames import every_type, same_rows
from tests.kit.warehouses import BY_HAND, IN_RUN, LATER_RUN, Opener, opener

from flowstone.errors.connectors import (
    InputEmpty,
    OptionInvalid,
    SchemaMismatch,
    TargetExists,
    TargetMissing,
    ValueNotStorable,
)
from flowstone.model.connections import Lake

SMALL = pd.DataFrame({"day": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)], "whole": [1, 2], "text": ["a", None]})
OTHER = pd.DataFrame({"day": [dt.date(2024, 1, 2)], "whole": [3], "text": ["c"]})
FORMATS = ["parquet", "csv", "ndjson", "arrow"]


def test_a_file_comes_back_as_it_went_in(open_lake: Opener) -> None:
    """Types survive: the next pipeline reads what this one wrote."""
    lake = open_lake(IN_RUN)

    receipt = lake.write(every_type(), "things.parquet")

    same_rows(lake.read("things.parquet"), every_type())
    assert (receipt.rows, receipt.action, receipt.target.split("/")[-1]) == (3, "created", "things.parquet")
    assert list(receipt.generations) == ["things.parquet"]
    assert isinstance(lake, Lake)


@pytest.mark.parametrize("format", FORMATS)
def test_a_partitioned_dataset_comes_back_in_every_format(open_lake: Opener, format: str) -> None:
    """The folders' values are columns again, with their types: dates as dates, not as texts."""
    lake = open_lake(IN_RUN)

    receipt = lake.write(SMALL, "things", format=format, partition_by="day")

    same_rows(lake.read("things"), SMALL)
    assert receipt.facts["files"] == 2
    assert {file.path.split("/")[1] for file in lake.list("things/")} == {"day=2024-01-01", "day=2024-01-02"}


@pytest.mark.parametrize("format", FORMATS)
def test_a_single_file_is_written_in_every_format(open_lake: Opener, format: str) -> None:
    """Others' tools want CSV, whatever we prefer."""
    lake = open_lake(IN_RUN)

    lake.write(SMALL[["whole", "text"]], f"things.{format}")

    same_rows(lake.read(f"things.{format}"), SMALL[["whole", "text"]])


def test_several_partition_columns_and_odd_values(open_lake: Opener) -> None:
    """Slashes, spaces, nulls and dots in a value must not lead anywhere else."""
    frame = pd.DataFrame({"a": ["x/y", "ü %", None, ".."], "b": [1, 2, 3, 4], "whole": [1, 2, 3, 4]})
    lake = open_lake(IN_RUN)

    lake.write(frame, "deep/things", partition_by=["a", "b"])

    same_rows(lake.read("deep/things"), frame)


@pytest.mark.parametrize("path", ["things.parquet", "things"])
def test_what_is_there_is_not_touched_by_default(open_lake: Opener, path: str) -> None:
    """Nobody's files may vanish because an option was forgotten."""
    open_lake(IN_RUN).write(SMALL, path)

    with pytest.raises(TargetExists, match="already"):
        open_lake(LATER_RUN).write(SMALL, path)

    same_rows(open_lake(IN_RUN).read(path), SMALL)


@pytest.mark.parametrize("path", ["things.parquet", "things"])
def test_replace_leaves_only_the_new_rows_and_files(open_lake: Opener, path: str) -> None:
    """Other tools read every file of the folder: an old one left there would double rows for them."""
    open_lake(IN_RUN).write(SMALL, path)

    receipt = open_lake(LATER_RUN).write(OTHER, path, if_exists="replace")

    same_rows(open_lake(IN_RUN).read(path), OTHER)
    assert receipt.action == "replaced"
    assert len(open_lake(IN_RUN).list("things")) == 1


def test_append_adds_files_to_a_dataset(open_lake: Opener) -> None:
    """A day's rows join the month's."""
    open_lake(IN_RUN).write(SMALL, "things", partition_by="day")

    open_lake(LATER_RUN).write(OTHER, "things", partition_by="day", if_exists="append")

    same_rows(open_lake(IN_RUN).read("things"), pd.concat([SMALL, OTHER], ignore_index=True))
    same_rows(open_lake(IN_RUN).read("things/day=2024-01-01"), SMALL.head(1))


REPEATABLE = [
    ("things.parquet", "fail"),
    ("things.parquet", "replace"),
    ("things", "fail"),
    ("things", "append"),
    ("things", "replace"),
]


@pytest.mark.parametrize(("path", "if_exists"), REPEATABLE)
def test_a_write_repeated_in_its_run_changes_nothing(open_lake: Opener, path: str, if_exists: str) -> None:
    """A retried block, or a run resumed after a crash, must not double the rows or trip over its own file."""
    first = open_lake(IN_RUN).write(SMALL, path, if_exists=if_exists)

    again = open_lake(IN_RUN).write(SMALL, path, if_exists=if_exists)

    same_rows(open_lake(IN_RUN).read(path), SMALL)
    assert (first.action, again.action, again.generations) == ("created", "adopted", first.generations)


def test_by_hand_every_append_counts_and_an_epoch_does(open_lake: Opener) -> None:
    """A person who appends twice means it, and so does an attempt after one that is known to have failed."""
    for context in [BY_HAND, BY_HAND, IN_RUN, dataclasses.replace(IN_RUN, epoch=2)]:
        open_lake(context).write(SMALL, "things", if_exists="append")

    assert len(open_lake(BY_HAND).read("things")) == 8


def test_rows_that_do_not_fit_are_refused_with_the_difference(open_lake: Opener) -> None:
    """A dataset whose files differ cannot be read by most tools."""
    open_lake(IN_RUN).write(SMALL, "things", partition_by="day")

    with pytest.raises(SchemaMismatch, match="amount"):
        open_lake(LATER_RUN).write(SMALL.assign(amount=1.5), "things", partition_by="day", if_exists="append")
    with pytest.raises(SchemaMismatch, match="layout"):
        open_lake(LATER_RUN).write(SMALL, "things", if_exists="append")

    assert len(open_lake(IN_RUN).list("things/")) == 2


def test_nothing_does_not_replace_something(open_lake: Opener) -> None:
    """An upstream block that found nothing must not empty the dataset that people read."""
    open_lake(IN_RUN).write(SMALL, "things")

    with pytest.raises(InputEmpty):
        open_lake(LATER_RUN).write(SMALL.head(0), "things", if_exists="replace")

    same_rows(open_lake(IN_RUN).read("things"), SMALL)


def test_an_empty_dataset_keeps_its_columns(open_lake: Opener) -> None:
    """The first day may have no rows; reading it is no error, for it was written."""
    lake = open_lake(IN_RUN)

    lake.write(SMALL.head(0), "things", partition_by="day")

    assert (list(lake.read("things").columns), len(lake.read("things"))) == (["day", "whole", "text"], 0)


def test_nothing_found_is_an_error(open_lake: Opener) -> None:
    """An empty frame instead would make a wrong report look like a quiet day."""
    lake = open_lake(IN_RUN)
    lake.write(SMALL, "things", partition_by="day")

    for path in ["nothing", "nothing.parquet", "no*/**/*.parquet", "things/day=2024-02-01"]:
        with pytest.raises(TargetMissing):
            lake.read(path)
    with pytest.raises(OptionInvalid, match="colour"):
        lake.read("things", columns=["colour"])


def test_globs_and_chosen_columns(open_lake: Opener) -> None:
    """Two months are read by their common name."""
    lake = open_lake(IN_RUN)
    lake.write(SMALL, "months/2024-01.parquet")
    lake.write(OTHER, "months/2024-02.parquet")

    found = lake.read("months/2024-*.parquet", columns=["whole"])

    assert found["whole"].tolist() == [1, 2, 3]
    assert [file.path for file in lake.list("months/2024-01")] == ["months/2024-01.parquet"]


def test_files_of_two_shapes_are_read_together_where_no_value_changes(open_lake: Opener) -> None:
    """Whole numbers in one month and fractions in the next are common in files of others."""
    lake = open_lake(IN_RUN)
    lake.write(pd.DataFrame({"whole": [1]}), "m/1.parquet")
    lake.write(pd.DataFrame({"whole": [1.5], "more": ["x"]}), "m/2.parquet")

    found = lake.read("m/*.parquet")

    assert found["whole"].tolist() == [1.0, 1.5]
    assert found["more"].isna().tolist() == [True, False]


def test_a_part_without_a_manifest_is_not_there(open_lake: Opener) -> None:
    """A crash between a dataset's files and its manifest leaves files that no reader may count."""
    lake = open_lake(IN_RUN)
    lake.write(SMALL, "things")
    lake.write(OTHER, "things/part-left-behind.parquet")

    same_rows(lake.read("things"), SMALL)
    lake.write(OTHER, "things", if_exists="append")

    assert sorted(lake.read("things")["whole"]) == [1, 2, 3]


@pytest.mark.parametrize("path", ["months/**/*.parquet", "months/jan/day=*/*.parquet", "months"])
def test_such_a_part_is_not_read_from_above_either(open_lake: Opener, path: str) -> None:
    """A pattern over two months would count the rows of a write that was cut off."""
    lake = open_lake(IN_RUN)
    lake.write(SMALL, "months/jan", partition_by="day")
    lake.write(OTHER.drop(columns="day"), "months/jan/day=2024-01-02/part-left-behind.parquet")
    lake.write(OTHER, "others/part-of-no-dataset.parquet")

    assert lake.read(path)["whole"].tolist() == [1, 2]
    assert lake.read("others/*.parquet")["whole"].tolist() == [3]


def test_a_stream_is_written_in_bounded_pieces(open_lake: Opener) -> None:
    """An output may be larger than memory: frames are drawn one at a time."""
    drawn: list[int] = []

    def frames() -> Iterator[pd.DataFrame]:
        for number in range(5):
            drawn.append(number)
            yield pd.DataFrame({"whole": range(number * 10_000, (number + 1) * 10_000)})

    stream = frames()
    receipt = open_lake(IN_RUN).write(stream, "things")

    assert (receipt.rows, drawn) == (50_000, [0, 1, 2, 3, 4])
    assert open_lake(IN_RUN).read("things")["whole"].tolist() == list(range(50_000))


@pytest.mark.parametrize("path", ["../out.parquet", "/etc/out.parquet", "a//b.parquet", "", ".", "a/\n.csv"])
def test_no_path_leaves_the_lake(open_lake: Opener, path: str) -> None:
    """A path may come from a param."""
    with pytest.raises(OptionInvalid):
        open_lake(IN_RUN).write(SMALL, path)
    with pytest.raises(OptionInvalid):
        open_lake(IN_RUN).read(path)


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("things.csv", {"format": "parquet"}),
        ("things", {"format": "excel"}),
        ("things", {"if_exists": "overwrite"}),
        ("things", {"partition_by": "nowhere"}),
        ("things", {"partition_by": ["day", "whole", "text"]}),
        ("things.parquet", {"if_exists": "append"}),
    ],
)
def test_an_option_that_cannot_be_kept_is_an_error(open_lake: Opener, path: str, options: dict[str, Any]) -> None:
    """An option dropped in silence is found out too late."""
    with pytest.raises(OptionInvalid):
        open_lake(IN_RUN).write(SMALL, path, **options)

    assert open_lake(IN_RUN).list() == []


def test_a_failed_write_leaves_nothing_behind(open_lake: Opener) -> None:
    """What a stream broke off must not be paid for, nor read by anybody."""

    def frames() -> Iterator[pd.DataFrame]:
        yield SMALL
        raise RuntimeError("the source went away")

    with pytest.raises(RuntimeError):
        open_lake(IN_RUN).write(frames(), "things", partition_by="day")

    assert open_lake(IN_RUN).list() == []


VALUES: list[Any] = [
    ["x/y", "ü é"],
    ["..", "."],
    ["", " a "],
    ["100%", "%2F"],
    ["a=b", "a\nb"],
    [None, "日本"],
    [dt.date(2024, 1, 1), None],
    [1.5, None],
    [True, False],
    pd.DatetimeIndex(["2024-01-01 10:11:12.123456", pd.NaT]).as_unit("us"),
    pd.to_datetime(["2024-03-31 10:00", "2024-10-27 10:00"]).tz_localize("Europe/Berlin").as_unit("us"),
    pd.Categorical(["a", "b"]),
    pd.array([2**60 + 1, None], dtype="Int64"),
]


@pytest.mark.parametrize("values", VALUES, ids=str)
def test_any_value_may_name_a_partition(open_lake: Opener, values: Any) -> None:
    """A value stands in the name of a folder: it must lead nowhere else and come back as it was."""
    frame = pd.DataFrame({"key": values, "whole": [1, 2]})
    lake = open_lake(IN_RUN)

    lake.write(frame, "deep/things", partition_by="key")

    same_rows(lake.read("deep/things"), frame)
    assert all(file.path.count("/") == 3 for file in lake.list())


@pytest.mark.parametrize("name", ["a/b", "a=b", "a%20b", "_hidden", ".hidden", "a\nb", ""])
def test_a_name_that_no_folder_can_have_is_refused(open_lake: Opener, name: str) -> None:
    """Such a dataset could be written and then not be read."""
    with pytest.raises(OptionInvalid, match="folder"):
        open_lake(IN_RUN).write(pd.DataFrame({name: [1], "whole": [1]}), "things", partition_by=name)


@pytest.mark.parametrize("values", [[dt.time(1)], [pd.Timedelta("1h")], [[1]]], ids=str)
def test_a_type_that_no_folder_gives_back_is_refused(open_lake: Opener, values: list[Any]) -> None:
    """It is better to hear so at the write than at the first read."""
    with pytest.raises(OptionInvalid, match="'key'"):
        open_lake(IN_RUN).write(pd.DataFrame({"key": values, "whole": [1]}), "things", partition_by="key")


def test_a_value_too_long_for_a_folder_is_said_to_be(open_lake: Opener) -> None:
    """`[Errno 36]` names neither the column nor a way out."""
    with pytest.raises(ValueNotStorable, match="key is too long"):
        open_lake(IN_RUN).write(pd.DataFrame({"key": ["x" * 300], "whole": [1]}), "things", partition_by="key")


def test_lines_of_json_keep_every_digit(open_lake: Opener) -> None:
    """Pandas' own writer cuts fractions to ten digits, and makes whole numbers beside a null fractions."""
    table = pa.table(
        {
            "whole": pa.array([2**60 + 1, None], pa.int64()),
            "fraction": [0.12345678901234568, 1e-300],
            "money": [Decimal("1.10"), None],
            "day": [dt.date(2024, 1, 1), None],
            "clock": [dt.time(1, 2, 3, 4), None],
            "moment": pa.array([dt.datetime(2024, 1, 1, 1, 2, 3, 4, dt.UTC), None], pa.timestamp("us", "UTC")),
            "point": [{"x": 1}, None],
        }
    )
    lake = open_lake(IN_RUN)

    lake.write(table, "things", format="ndjson")

    assert pa.Table.from_pandas(lake.read("things")[["fraction"]])["fraction"].to_pylist() == [
        0.12345678901234568,
        1e-300,
    ]
    part = next(file.path for file in lake.list("things/"))
    with lake._store.fetched(part) as file:
        assert file.read_text().splitlines()[0] == (
            '{"whole": 1152921504606846977, "fraction": 0.12345678901234568, "money": "1.10", "day": "2024-01-01", '
            '"clock": "01:02:03.000004", "moment": "2024-01-01T01:02:03.000004+00:00", "point": {"x": 1}}'
        )
    found = lake.read("things")
    assert found["day"].tolist() == [dt.date(2024, 1, 1), None]
    assert found["clock"].tolist() == [dt.time(1, 2, 3, 4), None]


@pytest.mark.parametrize("value", [float("inf"), b"x", pd.Timedelta("1h")], ids=str)
def test_what_json_cannot_say_is_refused(open_lake: Opener, value: Any) -> None:
    """A null in its place would be found out too late."""
    with pytest.raises(ValueNotStorable, match="ndjson"):
        open_lake(IN_RUN).write(pd.DataFrame({"a": [value]}), "things.ndjson")


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_file_can_be_read(open_lake: Opener, format: str) -> None:
    """A quiet day is no error."""
    lake = open_lake(IN_RUN)

    lake.write(SMALL.head(0), f"things.{format}")

    assert len(lake.read(f"things.{format}")) == 0


@pytest.mark.parametrize("path", [".staging/lock", "_things", "a/.b/c.parquet"])
def test_a_hidden_name_is_refused(open_lake: Opener, path: str) -> None:
    """Readers and lists leave such files out: what is written there is lost to them."""
    with pytest.raises(OptionInvalid, match="hidden"):
        open_lake(IN_RUN).write(SMALL, path)


@pytest.mark.parametrize("prefix", ["/etc", "../", "a/../../b"])
def test_no_list_leaves_the_lake(open_lake: Opener, prefix: str) -> None:
    """A prefix may come from a param."""
    with pytest.raises(OptionInvalid):
        open_lake(IN_RUN).list(prefix)


def test_an_index_called_like_a_column_is_named(open_lake: Opener) -> None:
    """Pandas' own words for it speak of an insert that nobody asked for."""
    frame = pd.DataFrame({"day": [1]}, index=pd.Index([1], name="day"))

    with pytest.raises(SchemaMismatch, match="'day'"):
        open_lake(IN_RUN).write(frame, "things.parquet")


def test_a_folder_or_file_in_the_way_is_said_to_be(tmp_path: Path) -> None:
    """In a folder of this machine a name is either; in a bucket it may be both."""
    lake = opener("local", tmp_path, {"path": "lake"})(IN_RUN)
    lake.write(SMALL, "a.parquet")
    (tmp_path / "lake" / "b.parquet").mkdir()

    with pytest.raises(TargetExists, match="below a file"):
        lake.write(SMALL, "a.parquet/things")
    with pytest.raises(TargetExists, match="is a folder"):
        lake.write(SMALL, "b.parquet")


@pytest.mark.parametrize("partition_by", [None, "day"])
def test_a_column_without_values_takes_its_type_from_the_next_rows(open_lake: Opener, partition_by: str | None) -> None:
    """A first day without rows must not make every later one a mismatch, nor a day that has a column empty."""
    open_lake(IN_RUN).write(SMALL.head(0), "things", partition_by=partition_by)
    open_lake(LATER_RUN).write(SMALL, "things", partition_by=partition_by, if_exists="append")
    nameless = SMALL.assign(whole=[3, 4], text=pd.Series([None, None], dtype=object))

    open_lake(IN_RUN).write(nameless, "things", partition_by=partition_by, if_exists="append")

    found = open_lake(IN_RUN).read("things").sort_values("whole", ignore_index=True)
    assert found["day"].tolist() == [*SMALL["day"], *SMALL["day"]]
    assert found["text"].isna().tolist() == [False, True, True, True]


def test_only_the_partitions_of_the_frame_are_replaced(open_lake: Opener) -> None:
    """A day that is loaded again must neither double nor take the other days with it; its old files go."""
    days = pd.DataFrame({"day": ["mo", "mo", "tu"], "whole": [1, 2, 3]})
    again = pd.DataFrame({"day": ["tu", "we"], "whole": [30, 40]})
    open_lake(IN_RUN).write(days, "sales", partition_by="day", if_exists="replace_partition")
    for _ in range(2):
        receipt = open_lake(LATER_RUN).write(again, "sales", partition_by="day", if_exists="replace_partition")

    found = open_lake(IN_RUN).read("sales").sort_values("whole", ignore_index=True)

    assert found["whole"].tolist() == [1, 2, 30, 40]
    assert receipt.action == "adopted"
    parts = [file.path for file in open_lake(IN_RUN).list("sales/day=tu/")]
    assert len(parts) == 1


def test_a_dataset_says_no_to_what_it_cannot_do(open_lake: Opener) -> None:
    """Merging is for tables; a dataset that took the word for another would double rows."""
    with pytest.raises(OptionInvalid, match="merge"):
        open_lake(IN_RUN).write(SMALL, "sales", if_exists="merge")
    with pytest.raises(OptionInvalid, match="what a partition is"):
        open_lake(IN_RUN).write(SMALL, "sales", if_exists="replace_partition")


@pytest.mark.parametrize("if_exists", ["append", "replace", "replace_partition"])
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "new"])
def test_a_dataset_becomes_what_its_plan_said(open_lake: Opener, is_there: bool, if_exists: str) -> None:
    """A plan that a person agrees to is worth what it keeps, and leaves no trace itself."""
    before = pd.DataFrame({"day": ["mo", "mo", "tu"], "whole": [1, 2, 3]})
    new = pd.DataFrame({"day": ["tu", "we"], "whole": [30, 40]})
    if is_there:
        open_lake(IN_RUN).write(before, "sales", partition_by="day")
    files = open_lake(IN_RUN).list()

    plan = open_lake(LATER_RUN).plan(new, "sales", partition_by="day", if_exists=if_exists)
    untouched = open_lake(IN_RUN).list() == files
    receipt = open_lake(LATER_RUN).write(new, "sales", partition_by="day", if_exists=if_exists)

    assert untouched
    assert (plan.action, plan.rows, plan.target) == (receipt.action, receipt.rows, receipt.target)
    assert len(open_lake(IN_RUN).read("sales")) == (3 if is_there else 0) - (plan.replaced_rows or 0) + 2
    assert plan.partitions == (() if if_exists == "replace" else ("day=tu", "day=we"))


def test_a_single_file_is_planned_too(open_lake: Opener) -> None:
    """What is there and would be replaced is said, and what would fail fails."""
    open_lake(IN_RUN).write(SMALL, "small.parquet")

    plan = open_lake(LATER_RUN).plan(OTHER, "small.parquet", if_exists="replace")

    assert (plan.action, plan.rows) == ("replaced", 1)
    with pytest.raises(TargetExists):
        open_lake(LATER_RUN).plan(OTHER, "small.parquet")
    same_rows(open_lake(IN_RUN).read("small.parquet"), SMALL)


def test_partitions_that_another_write_has_replaced_are_written_again(open_lake: Opener) -> None:
    """A block that writes A, then B, then A again means A; and so does its retry."""
    first, second = (pd.DataFrame({"day": ["mo"], "whole": [number]}) for number in (1, 2))
    for _ in range(2):
        for frame in (first, second, first):
            open_lake(IN_RUN).write(frame, "sales", partition_by="day", if_exists="replace_partition")

    assert open_lake(IN_RUN).read("sales")["whole"].tolist() == [1]
