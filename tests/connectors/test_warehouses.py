"""What holds for every warehouse: the same calls, the same outcome, at home and in the cloud."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Iterator
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
from flowstone.model.connections import Warehouse

SMALL = pd.DataFrame({"whole": [1, 2], "text": ["a", "b"]})
OTHER = pd.DataFrame({"whole": [3], "text": ["c"]})


def test_every_type_comes_back_as_it_went_in(open_warehouse: Opener) -> None:
    """A column that changes its type on the way makes wrong figures that nobody notices."""
    frame = every_type()
    warehouse = open_warehouse(IN_RUN)

    receipt = warehouse.write(frame, "things")

    same_rows(warehouse.read("things"), frame)
    assert (receipt.rows, receipt.action) == (3, "created")
    assert isinstance(warehouse, Warehouse)


def test_the_frame_that_is_written_stays_as_it_was(open_warehouse: Opener) -> None:
    """The next block gets the same frame: an exporter that changed it would change history."""
    frame = every_type().set_index("whole")
    before = frame.copy(deep=True)

    open_warehouse(IN_RUN).write(frame, "things")

    pd.testing.assert_frame_equal(frame, before)


def test_a_table_that_is_there_is_not_touched_by_default(open_warehouse: Opener) -> None:
    """Nobody's table may vanish because an option was forgotten."""
    open_warehouse(IN_RUN).write(SMALL, "things")

    with pytest.raises(TargetExists, match="already"):
        open_warehouse(LATER_RUN).write(OTHER, "things")

    same_rows(open_warehouse(IN_RUN).read("things"), SMALL)


def test_replace_leaves_only_the_new_rows(open_warehouse: Opener) -> None:
    """A daily full load must not keep yesterday's rows."""
    open_warehouse(IN_RUN).write(SMALL, "things")

    receipt = open_warehouse(LATER_RUN).write(OTHER, "things", if_exists="replace")

    same_rows(open_warehouse(IN_RUN).read("things"), OTHER)
    assert receipt.action == "replaced"


def test_replace_may_change_the_columns(open_warehouse: Opener) -> None:
    """A pipeline that gains a column replaces its table with the new ones."""
    open_warehouse(IN_RUN).write(SMALL, "things")

    open_warehouse(LATER_RUN).write(every_type(), "things", if_exists="replace")

    same_rows(open_warehouse(IN_RUN).read("things"), every_type())


def test_append_adds_the_rows_of_each_run(open_warehouse: Opener) -> None:
    """Two days' rows are both wanted, even when they are equal."""
    open_warehouse(IN_RUN).write(SMALL, "things", if_exists="append")

    open_warehouse(LATER_RUN).write(SMALL, "things", if_exists="append")

    same_rows(open_warehouse(IN_RUN).read("things"), pd.concat([SMALL, SMALL], ignore_index=True))


@pytest.mark.parametrize("if_exists", ["fail", "append", "replace"])
def test_a_write_repeated_in_its_run_changes_nothing(open_warehouse: Opener, if_exists: str) -> None:
    """A retried block, or a run resumed after a crash, must not double the rows or trip over its own table."""
    first = open_warehouse(IN_RUN).write(SMALL, "things", if_exists=if_exists)

    again = open_warehouse(IN_RUN).write(SMALL, "things", if_exists=if_exists)

    same_rows(open_warehouse(IN_RUN).read("things"), SMALL)
    assert (first.action, again.action) == ("created", "adopted")


def test_a_new_epoch_appends_again(open_warehouse: Opener) -> None:
    """An epoch goes up when the earlier attempt is known to have failed: its rows are to be written anew."""
    open_warehouse(IN_RUN).write(SMALL, "things", if_exists="append")

    open_warehouse(dataclasses.replace(IN_RUN, epoch=2)).write(SMALL, "things", if_exists="append")

    assert len(open_warehouse(IN_RUN).read("things")) == 4


def test_by_hand_every_append_counts(open_warehouse: Opener) -> None:
    """Outside of a run nobody retries: a person who appends twice means it."""
    open_warehouse(BY_HAND).write(SMALL, "things", if_exists="append")

    open_warehouse(BY_HAND).write(SMALL, "things", if_exists="append")

    assert len(open_warehouse(BY_HAND).read("things")) == 4


def test_rows_that_do_not_fit_are_refused_with_the_difference(open_warehouse: Opener) -> None:
    """A renamed column must be seen at once, not weeks later as nulls."""
    open_warehouse(IN_RUN).write(SMALL, "things")

    with pytest.raises(SchemaMismatch, match="amount"):
        open_warehouse(LATER_RUN).write(SMALL.assign(amount=1.5), "things", if_exists="append")

    same_rows(open_warehouse(IN_RUN).read("things"), SMALL)


def test_nothing_does_not_replace_something(open_warehouse: Opener) -> None:
    """An upstream block that found nothing must not empty the table that people look at."""
    open_warehouse(IN_RUN).write(SMALL, "things")

    with pytest.raises(InputEmpty):
        open_warehouse(LATER_RUN).write(SMALL.head(0), "things", if_exists="replace")

    same_rows(open_warehouse(IN_RUN).read("things"), SMALL)


def test_a_table_may_begin_empty(open_warehouse: Opener) -> None:
    """The first day may have no rows; its columns are known all the same."""
    open_warehouse(IN_RUN).write(SMALL.head(0), "things")

    found = open_warehouse(IN_RUN).read("things")

    assert (list(found.columns), len(found)) == (["whole", "text"], 0)


def test_reading_what_is_not_there_is_an_error(open_warehouse: Opener) -> None:
    """An empty frame instead would make a wrong report look like a quiet day."""
    warehouse = open_warehouse(IN_RUN)
    warehouse.write(SMALL, "things")

    with pytest.raises(TargetMissing):
        warehouse.read("nothing")
    with pytest.raises(OptionInvalid, match="colour"):
        warehouse.read("things", columns=["colour"])


def test_chosen_columns_are_read_in_their_order(open_warehouse: Opener) -> None:
    """Reading two columns of two hundred should cost two."""
    warehouse = open_warehouse(IN_RUN)
    warehouse.write(every_type(), "things")

    found = warehouse.read("things", columns=["text", "whole"])

    assert list(found.columns) == ["text", "whole"]


def _frames():
    for start in range(0, 60_000, 20_000):
        yield pd.DataFrame({"whole": range(start, start + 20_000)})


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(_frames, id="iterator of frames"),
        pytest.param(lambda: pa.table({"whole": range(60_000)}), id="table"),
        pytest.param(lambda: pa.table({"whole": range(60_000)}).to_reader(7_000), id="reader"),
    ],
)
def test_every_form_of_frame_is_the_same_write(open_warehouse: Opener, form) -> None:
    """What was handed over, and in which pieces, must not matter: nor to knowing a write again."""
    open_warehouse(IN_RUN).write(pd.DataFrame({"whole": range(60_000)}), "things", if_exists="append")

    receipt = open_warehouse(IN_RUN).write(form(), "things", if_exists="append")

    assert (receipt.action, receipt.rows) == ("adopted", 60_000)
    assert len(open_warehouse(IN_RUN).read("things")) == 60_000


def test_nanoseconds_are_not_cut_in_silence(open_warehouse: Opener) -> None:
    """BigQuery would load them as whole numbers, others would round: a person has to say what is meant."""
    exact = pd.DataFrame({"at": pd.to_datetime([1_000], unit="ns")})
    lossy = pd.DataFrame({"at": pd.to_datetime([1_001], unit="ns")})

    open_warehouse(IN_RUN).write(exact, "things")

    with pytest.raises(ValueNotStorable, match="'at'"):
        open_warehouse(LATER_RUN).write(lossy, "things", if_exists="append")


@pytest.mark.parametrize(
    "options",
    [
        {"if_exists": "overwrite"},
        {"partition_by": "nowhere"},
        {"partition_by": "text"},
        {"cluster_by": ["nowhere"]},
        {"cluster_by": ["whole", "text", "whole", "text", "whole"]},
    ],
)
def test_an_option_that_cannot_be_kept_is_an_error(open_warehouse: Opener, options: dict[str, Any]) -> None:
    """An option dropped in silence is found out by the bill."""
    with pytest.raises(OptionInvalid):
        open_warehouse(IN_RUN).write(SMALL, "things", **options)


@pytest.mark.parametrize("table", ["", "a`b", "a b", "a;drop", "a.b.c.d", "$1", "a\n"])
def test_a_table_name_cannot_smuggle_anything(open_warehouse: Opener, table: str) -> None:
    """Names come from params; a quote in one must not become part of a statement."""
    with pytest.raises(OptionInvalid):
        open_warehouse(IN_RUN).write(SMALL, table)


def test_a_slow_stream_does_not_keep_others_from_the_file(tmp_path: Path) -> None:
    """Two exporters run side by side; one draws its frames from a slow service, or from the same warehouse."""
    first, second = (opener("duckdb", tmp_path, {"path": "w.duckdb"})(context) for context in (IN_RUN, LATER_RUN))

    def frames() -> Iterator[pd.DataFrame]:
        yield SMALL
        write = multiprocessing.get_context("fork").Process(target=second.write, args=(OTHER, "others"))
        write.start()
        write.join()
        assert write.exitcode == 0
        yield OTHER

    first._patience_s = second._patience_s = 1

    first.write(frames(), "things")

    same_rows(first.read("things"), pd.concat([SMALL, OTHER], ignore_index=True))
    same_rows(first.read("others"), OTHER)


def test_what_a_stream_breaks_off_with_comes_as_it_is(open_warehouse: Opener) -> None:
    """The block's author has to see their own error and line, not a database's words about it."""

    def frames() -> Iterator[pd.DataFrame]:
        yield SMALL
        raise LookupError("the source went away")

    with pytest.raises(LookupError, match="the source went away"):
        open_warehouse(IN_RUN).write(frames(), "things")
    with pytest.raises(TargetMissing):
        open_warehouse(IN_RUN).read("things")
