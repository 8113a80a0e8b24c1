"""Two that write to a lake at once, and one that is cut off: whole writes against whole writes."""

from __future__ import annotations

import dataclasses
import errno
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from tests.kit.frames import same_rows
from tests.kit.stores import MeddledStore
from tests.kit.warehouses import IN_RUN, LATER_RUN, Opener, opener

from flowstone.connectors.lake import ObjectLake
from flowstone.errors.connectors import ServiceUnavailable, TargetChanged, TargetExists
from flowstone.errors.store import DiskFull
from flowstone.model.connections import IfExists, WriteContext

FIRST = pd.DataFrame({"day": ["a", "b"], "whole": [1, 2]})
MINE = pd.DataFrame({"day": ["a", "c"], "whole": [3, 4]})
THEIRS = pd.DataFrame({"day": ["b", "c"], "whole": [5, 6]})
THIRD_RUN = dataclasses.replace(IN_RUN, run="run-3")


def meddled(open_lake: Opener, context: WriteContext, name: str, act: Callable[[], object]) -> ObjectLake:
    """Open a lake in which something happens just before a file of that name is put."""
    return ObjectLake(MeddledStore(open_lake(context)._store, name, before=act), context)


def theirs(open_lake: Opener, if_exists: str) -> Callable[[], object]:
    return lambda: open_lake(LATER_RUN).write(THEIRS, "things", partition_by="day", if_exists=if_exists)


@pytest.mark.parametrize("name", ["_manifest.json", "day=c/"])
@pytest.mark.parametrize("if_exists", ["replace", "append"])
def test_a_dataset_that_was_replaced_meanwhile_stays_whole(open_lake: Opener, if_exists: IfExists, name: str) -> None:
    """The other's clearing takes our unpublished parts along: naming them would break the dataset for all."""
    open_lake(THIRD_RUN).write(FIRST, "things", partition_by="day")
    lake = meddled(open_lake, IN_RUN, name, theirs(open_lake, "replace"))

    with pytest.raises(TargetChanged, match="somebody else"):
        lake.write(MINE, "things", partition_by="day", if_exists=if_exists)

    same_rows(open_lake(IN_RUN).read("things"), THEIRS)
    assert len(open_lake(IN_RUN).list("things/")) == 2


def test_an_append_goes_after_another(open_lake: Opener) -> None:
    """Two days that finish at once both belong into the dataset."""
    open_lake(THIRD_RUN).write(FIRST, "things", partition_by="day")
    lake = meddled(open_lake, IN_RUN, "_manifest.json", theirs(open_lake, "append"))

    receipt = lake.write(MINE, "things", partition_by="day", if_exists="append")

    same_rows(open_lake(IN_RUN).read("things"), pd.concat([FIRST, MINE, THEIRS]))
    assert receipt.action == "appended"


@pytest.mark.parametrize("name", ["_manifest.json", "_SUCCESS"])
def test_two_first_appends_make_one_dataset(open_lake: Opener, name: str) -> None:
    """On the first day nobody is first, and the mark for other tools may be either's."""
    lake = meddled(open_lake, IN_RUN, name, theirs(open_lake, "append"))

    lake.write(MINE, "things", partition_by="day", if_exists="append")

    same_rows(open_lake(IN_RUN).read("things"), pd.concat([MINE, THEIRS]))


def test_of_two_that_create_one_is_told(open_lake: Opener) -> None:
    """The default touches nothing that is there, however late it came."""
    lake = meddled(open_lake, IN_RUN, "_manifest.json", theirs(open_lake, "fail"))

    with pytest.raises(TargetExists, match="already"):
        lake.write(MINE, "things", partition_by="day")

    same_rows(open_lake(IN_RUN).read("things"), THEIRS)


def test_a_file_replaced_meanwhile_is_not_lost(open_lake: Opener) -> None:
    """Both saw the same file; the second must not silently undo the first."""
    open_lake(THIRD_RUN).write(FIRST, "things.csv")
    act = lambda: open_lake(LATER_RUN).write(THEIRS, "things.csv", if_exists="replace")  # noqa: E731

    with pytest.raises(TargetChanged, match="somebody else"):
        meddled(open_lake, IN_RUN, "things.csv", act).write(MINE, "things.csv", if_exists="replace")

    same_rows(open_lake(IN_RUN).read("things.csv"), THEIRS)


@pytest.mark.parametrize("name", ["day=c/", "_manifest.json", "_SUCCESS"])
@pytest.mark.parametrize("if_exists", ["append", "replace", "fail"])
def test_a_write_cut_off_anywhere_is_finished_by_its_retry(open_lake: Opener, if_exists: IfExists, name: str) -> None:
    """An answer that never came leaves a write of which nobody knows how far it got."""

    def cut() -> None:
        raise ServiceUnavailable("the line went dead")

    if if_exists != "fail":
        open_lake(THIRD_RUN).write(FIRST, "things", partition_by="day")
    broken = ObjectLake(MeddledStore(open_lake(IN_RUN)._store, name, after=cut), IN_RUN)
    marks_anew = name == "_SUCCESS" and if_exists != "fail"
    if not marks_anew:
        with pytest.raises(ServiceUnavailable):
            broken.write(MINE, "things", partition_by="day", if_exists=if_exists)

    open_lake(IN_RUN).write(MINE, "things", partition_by="day", if_exists=if_exists)

    same_rows(open_lake(IN_RUN).read("things"), pd.concat([FIRST, MINE]) if if_exists == "append" else MINE)
    assert open_lake(IN_RUN)._store.stat("things/_SUCCESS") is not None


def _append(root: Path, writer: int, times: int) -> None:
    for number in range(times):
        context = dataclasses.replace(IN_RUN, run=f"{writer}-{number}")
        rows = pd.DataFrame({"whole": [writer * 100 + number]})
        while True:
            try:
                opener("local", root, {"path": "lake"})(context).write(rows, "things", if_exists="append")
                break
            except TargetChanged:
                continue


def test_no_append_of_many_processes_is_lost(tmp_path: Path) -> None:
    """Clocks tick slower than files are written: two generations must never look the same."""
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_append, args=(tmp_path, writer, 6)) for writer in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    found = opener("local", tmp_path, {"path": "lake"})(IN_RUN).read("things")

    assert sorted(found["whole"]) == [writer * 100 + number for writer in range(3) for number in range(6)]


def test_generations_of_a_local_file_go_up_within_a_tick(tmp_path: Path) -> None:
    """A write that looks unchanged would let another undo it."""
    store = opener("local", tmp_path, {"path": "lake"})(IN_RUN)._store
    generations = []

    with store.staging() as folder:
        for _ in range(3):
            (folder / "x").write_text("x")
            os.utime(folder / "x", ns=(1, 1))
            generations.append(store.put(folder / "x", "x.csv", write="w").generation)

    assert len(set(generations)) == 3
    assert generations == sorted(generations)


def _hang(root: Path) -> None:
    def frames() -> Iterator[pd.DataFrame]:
        yield FIRST
        (root / "begun").touch()
        time.sleep(60)

    opener("local", root, {"path": "lake"})(IN_RUN).write(frames(), "things")


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    """Half-written gigabytes in a hidden folder are found only when the disk is full."""
    writer = multiprocessing.get_context("fork").Process(target=_hang, args=(tmp_path,))
    writer.start()
    deadline = time.monotonic() + 20
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    staged = tmp_path / "lake" / ".staging"
    assert len(list(staged.glob("write-*"))) == 1
    open_lake = opener("local", tmp_path, {"path": "lake"})

    open_lake(LATER_RUN).write(THEIRS, "others")
    assert len(list(staged.glob("write-*"))) == 1, "a writer that lives keeps its folder"
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    open_lake(LATER_RUN).write(THEIRS, "others", if_exists="replace")

    assert list(staged.glob("write-*")) == []


def test_a_full_disk_is_named(open_lake: Opener) -> None:
    """`[Errno 28]` from the depths of a library says neither where nor what to do."""
    store = open_lake(IN_RUN)._store

    with pytest.raises(DiskFull, match="No room"), store.staging():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_reading_a_local_lake_writes_nothing(tmp_path: Path) -> None:
    """A lake may be a folder that we must not write to, and a misspelled path must not become one."""
    with pytest.raises(Exception, match="Nothing was found"):
        opener("local", tmp_path, {"path": "lake"})(IN_RUN).read("things")

    assert list(tmp_path.iterdir()) == []
