"""A run goes ahead of its ledger, and nothing that somebody sees, or that acts outside, does."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.kit.driven_runs import driven

CHAIN = {f"b{n}": (f"b{n - 1}",) if n else () for n in range(40)}


async def test_blocks_are_written_down_several_at_a_time(tmp_path: Path) -> None:
    """A disk that is waited for after every block would be all that a run waits for."""
    run = await driven(tmp_path, CHAIN)

    assert set(run.states.values()) == {"done"}
    assert run.history.writes < len(CHAIN) / 2


async def test_a_block_may_start_before_what_it_reads_is_written_down(tmp_path: Path) -> None:
    """That is how the disk and the next block work at the same time."""
    run = await driven(tmp_path, {"first": (), "second": ("first",)})

    assert run.diary.index("start second") < run.diary.index("write first done")


async def test_nobody_is_told_of_what_is_not_written_down(tmp_path: Path) -> None:
    """What was shown must still be so after a power cut."""
    run = await driven(tmp_path, CHAIN)

    for told in [line for line in run.diary if line.startswith("tell b")]:
        assert run.diary.index(told.replace("tell", "write")) < run.diary.index(told)


async def test_a_block_that_acts_outside_starts_when_all_before_it_is_written_down(tmp_path: Path) -> None:
    """A table in a warehouse must not have been made of an output that a power cut took back."""
    run = await driven(tmp_path, {"load": (), "clean": ("load",), "export": ("clean",)}, outside={"export"})

    start = run.diary.index("start export")
    assert {"write load done", "write clean done", "write export running"} <= set(run.diary[:start])
    assert run.states == {"load": "done", "clean": "done", "export": "done"}


async def test_a_block_whose_output_cannot_be_kept_has_failed_and_so_has_nothing_else(tmp_path: Path) -> None:
    """The disk may fill up when the blocks below are already running on what could not be kept."""
    upstream = {"load": (), "clean": ("load",), "below": ("clean",), "beside": ("load",), "export": ("below",)}

    run = await driven(tmp_path, upstream, outside={"export"}, unkept={"clean"})

    assert run.states == {
        "load": "done",
        "clean": "failed",
        "below": "skipped",
        "beside": "done",
        "export": "skipped",
    }
    failed = next(block for block in run.record.blocks if block.id == "clean")
    assert failed.failure is not None
    assert failed.failure.code == "disk_full"
    assert not any("below done" in line or "start export" in line for line in run.diary)


async def test_a_run_ends_when_its_last_state_is_written_down_and_told(tmp_path: Path) -> None:
    """A command that ends must not take the end of its run with it."""
    run = await driven(tmp_path, CHAIN)

    assert run.diary[-1] == "tell run done"
    assert run.diary[-2].startswith("tell b39")
    assert all(before != after for before, after in pairwise(run.diary))
