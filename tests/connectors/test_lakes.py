"""What holds for every lake: files and datasets are whole, known again, and read by their manifest."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from tests.kit.frames import every_type, same_rows
from tests.kit.warehouses import BY_HAND, IN_RUN, LATER_RUN, Opener

from flowstone.errors.connectors import (
    InputEmpty,
    OptionInvalid,
    SchemaMismatch,
    TargetChanged,
    TargetExists,
    TargetMissing,
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


@pytest.mark.parametrize("if_exists", ["fail", "append", "replace"])
@pytest.mark.parametrize("path", ["things.parquet", "things"])
def test_a_write_repeated_in_its_run_changes_nothing(open_lake: Opener, path: str, if_exists: str) -> None:
    """A retried block, or a run resumed after a crash, must not double the rows or trip over its own file."""
    if (path, if_exists) == ("things.parquet", "append"):
        pytest.skip("nothing can be appended to a single file")
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


def test_of_two_that_replace_at_once_one_is_told(open_lake: Opener) -> None:
    """Both saw the same dataset; the second to publish must not silently undo the first."""
    first, second = open_lake(IN_RUN), open_lake(LATER_RUN)
    first.write(SMALL, "things")

    second.write(OTHER, "things", if_exists="replace")
    stored = first._store.stat("things/_manifest.json")
    staging = first._store.staging()

    with staging as folder:
        (folder / "late").write_text("{}")
        with pytest.raises(TargetChanged):
            first._store.put(folder / "late", "things/_manifest.json", write="x", expected=stored.generation - 1)
    same_rows(second.read("things"), OTHER)
