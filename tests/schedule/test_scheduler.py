"""Runs that start by themselves: once each, in order, and never more than was asked for."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.kit.schedules import SetClock, Town, WalkedClock
from tests.kit.small_projects import write

from flowstone.errors.base import Place
from flowstone.errors.source import WrongValue
from flowstone.errors.store import DiskFull, NotFound
from flowstone.model.firing import run_of
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunState
from flowstone.schedule.plans import Plans
from flowstone.schedule.scheduler import Scheduler

LINE = PipelineId("line")
HOURLY = 'cron: "0 * * * *"'
Settle = Callable[..., Town]


def write_line(root: Path, schedule: str, more: str = "") -> Path:
    write(root, "flowstone.yaml", f"name: small\n{more}")
    write(root, "pipelines/line.yaml", f"blocks: {{}}\nschedule: {{{schedule}}}\n" if schedule else "blocks: {}\n")
    return root


@pytest.fixture
async def settle(tmp_path: Path) -> AsyncIterator[Settle]:
    """Make a project with a schedule and a scheduler for it, at 10:30; again for the same project after a restart."""
    async with AsyncExitStack() as stack:

        def settled(schedule: str | None = HOURLY, *, at: str = "2026-11-22 10:30") -> Town:
            if schedule is not None:
                write_line(tmp_path, schedule)
            town = Town(tmp_path, SetClock(at))
            stack.push_async_callback(town.close)
            return town

        yield settled


def last_run(town: Town) -> RunId:
    run = town.runs.requests[-1].run
    assert run is not None
    return run


async def end_last(town: Town, state: RunState = RunState.DONE) -> None:
    await town.runs.end(last_run(town), state)


async def test_a_run_starts_at_its_time_with_that_moment_as_its_date(settle: Settle) -> None:
    """A report for six o'clock is about six o'clock, however late it is written."""
    town = settle('cron: "0 6 * * *", timezone: Europe/Berlin', at="2026-11-22 04:00")
    await town.at("2026-11-22 04:00")

    nap = await town.at("2026-11-22 04:59:57")
    await town.at("2026-11-22 05:00:03")

    assert 2.9 < nap < 3.1
    assert town.started() == ["2026-11-22T06:00:00+01:00"]
    request = town.runs.requests[0]
    assert (request.trigger, request.run) == ("schedule", run_of(LINE, int(town.clock.time) - 3))


async def test_a_new_schedule_has_nothing_to_catch_up_with(settle: Settle) -> None:
    """Whoever writes an hourly schedule at half past ten does not ask for ten o'clock."""
    town = settle("every: 1h, catch_up: all")

    await town.at("2026-11-22 10:30")

    assert (town.started(), await town.ticks()) == ([], [])


async def test_looking_twice_starts_nothing_twice(settle: Settle) -> None:
    """The loop is woken by many things."""
    town = settle()
    await town.at("2026-11-22 10:30")

    for second in ("00", "01", "30"):
        await town.at(f"2026-11-22 11:00:{second}")

    assert await town.ticks() == [("22 11:00", 1, "started")]


async def test_a_tick_while_the_run_before_goes_on_is_skipped_and_written_down(settle: Settle) -> None:
    """The default; somebody will ask where the eleven o'clock run is."""
    town = settle()
    await town.at("2026-11-22 10:30")
    await town.at("2026-11-22 11:00")
    await town.at("2026-11-22 12:00")
    await end_last(town)

    await town.at("2026-11-22 13:00")

    assert await town.ticks() == [("22 11:00", 1, "ended"), ("22 12:00", 1, "overlap"), ("22 13:00", 1, "started")]


async def test_with_queue_the_run_waits_for_the_one_before(settle: Settle) -> None:
    """For pipelines where every hour counts."""
    town = settle(f"{HOURLY}, overlap: queue")
    await town.at("2026-11-22 10:30")
    await town.at("2026-11-22 11:00")
    await town.at("2026-11-22 12:00")
    waiting = await town.ticks()
    await end_last(town)

    await town.at("2026-11-22 12:10")

    assert waiting == [("22 11:00", 1, "started"), ("22 12:00", 1, "pending")]
    assert await town.ticks() == [("22 11:00", 1, "ended"), ("22 12:00", 1, "started")]


@pytest.mark.parametrize(
    ("policy", "ticks"),
    [
        ("skip", [("22 14:00", 4, "missed")]),
        ("latest", [("22 13:00", 3, "missed"), ("22 14:00", 1, "started")]),
        ("all", [("22 11:00", 1, "started"), *((f"22 {hour}:00", 1, "pending") for hour in (12, 13, 14))]),
        ("all, limit: 2", [("22 12:00", 2, "missed"), ("22 13:00", 1, "started"), ("22 14:00", 1, "pending")]),
    ],
)
async def test_after_a_restart_the_policy_says_what_is_caught_up_with(
    settle: Settle, policy: str, ticks: list[tuple[str, int, str]]
) -> None:
    """One after another, never all at once."""
    before = settle(f"{HOURLY}, catch_up: {policy}")
    await before.at("2026-11-22 10:30")
    await before.close()
    after = settle(None, at="2026-11-22 14:30")

    await after.at("2026-11-22 14:30")

    assert await after.ticks() == ticks


async def test_caught_up_runs_go_one_after_another(settle: Settle) -> None:
    """Four hours of loading at once would be an attack on one's own warehouse."""
    town = settle(f"{HOURLY}, catch_up: all")
    await town.at("2026-11-22 10:30")
    await town.at("2026-11-22 13:30")

    for _ in range(3):
        await end_last(town)
        await town.at("2026-11-22 13:31")

    assert town.started() == [f"2026-11-22T{hour}:00:00+00:00" for hour in (11, 12, 13)]


async def test_a_clock_that_is_set_back_repeats_nothing(settle: Settle) -> None:
    """Time servers correct clocks, by hours when a battery was empty."""
    town = settle()
    await town.at("2026-11-22 10:30")
    await town.at("2026-11-22 11:00:10")
    await end_last(town)

    await town.at("2026-11-22 10:59:50")
    await town.at("2026-11-22 11:00:00")
    await town.at("2026-11-22 12:00:00")

    assert await town.ticks() == [("22 11:00", 1, "ended"), ("22 12:00", 1, "started")]


async def test_after_a_clock_that_was_years_ahead_resuming_goes_on_from_now(settle: Settle) -> None:
    """Else a wrong clock of a minute would silence a schedule for years."""
    town = settle()
    await town.at("2026-11-22 10:30")
    await town.at("2030-01-01 00:00:10")
    await end_last(town)
    await town.at("2026-11-22 11:00:10")
    silent = town.started()

    await town.scheduler.resume(LINE)
    await town.at("2026-11-22 12:00:00")

    assert (len(silent), town.started()[1:]) == (1, [])
    assert (await town.ticks())[-1] == ("01 00:00", 1, "ended")


async def test_a_paused_schedule_starts_nothing_and_catches_nothing_up(settle: Settle) -> None:
    """A person said so; what passed is one line of the history."""
    town = settle(f"{HOURLY}, catch_up: all")
    await town.at("2026-11-22 10:30")
    await town.scheduler.pause(LINE)
    await town.at("2026-11-22 13:30")
    paused = await town.ticks()
    await town.scheduler.resume(LINE)

    await town.at("2026-11-22 14:00")

    assert paused == []
    assert await town.ticks() == [("22 13:00", 3, "paused"), ("22 14:00", 1, "started")]


async def test_a_pause_outlives_a_restart(settle: Settle) -> None:
    """It is in the ledger, not in a process."""
    before = settle()
    await before.at("2026-11-22 10:30")
    await before.scheduler.pause(LINE)
    await before.close()
    after = settle(None, at="2026-11-22 12:30")

    await after.at("2026-11-22 13:00")

    (found,) = await after.scheduler.schedules(count=3)
    assert (after.started(), found.is_paused, found.next) == ([], True, ())


async def test_pausing_what_has_no_schedule_says_how_to_write_one(settle: Settle) -> None:
    """The hint is the next step."""
    town = settle("")

    with pytest.raises(NotFound) as refused:
        await town.scheduler.pause(LINE)

    assert "every: 1h" in refused.value.hint


async def test_a_schedule_that_is_edited_counts_from_then(settle: Settle, tmp_path: Path) -> None:
    """Moving six o'clock to four at half past five must not start the run of four."""
    town = settle()
    await town.at("2026-11-22 10:30")

    write_line(tmp_path, 'cron: "20 * * * *"')
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 10:40")
    await town.at("2026-11-22 11:20")

    assert await town.ticks() == [("22 11:20", 1, "started")]


async def test_a_schedule_that_is_edited_while_due_runs_once(settle: Settle, tmp_path: Path) -> None:
    """The old hour was asked for until a moment ago; the new one is the same."""
    town = settle()
    await town.at("2026-11-22 10:30")

    write_line(tmp_path, "every: 1h")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 11:00:02")
    await town.at("2026-11-22 11:00:03")

    assert await town.ticks() == [("22 11:00", 1, "started")]


async def test_a_schedule_that_is_taken_out_stops_and_one_put_back_begins_anew(settle: Settle, tmp_path: Path) -> None:
    """Nothing is caught up with for the time when nobody asked."""
    town = settle(f"{HOURLY}, catch_up: all")
    await town.at("2026-11-22 10:30")
    write_line(tmp_path, "")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 12:30")
    write_line(tmp_path, f"{HOURLY}, catch_up: all")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 12:40")

    await town.at("2026-11-22 13:00")

    assert town.started() == ["2026-11-22T13:00:00+00:00"]


async def test_a_file_that_is_broken_for_a_while_loses_no_tick(settle: Settle, tmp_path: Path) -> None:
    """An edit in the middle is not a wish to stop."""
    town = settle()
    await town.at("2026-11-22 10:30")
    write(tmp_path, "pipelines/line.yaml", "blocks: {\n")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 11:30")

    write_line(tmp_path, HOURLY)
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 11:31")

    assert await town.ticks() == [("22 11:00", 1, "started")]


async def test_switched_off_in_the_file_nothing_starts(settle: Settle) -> None:
    """`enabled: false` is in Git, where a pause is not."""
    town = settle(f"{HOURLY}, enabled: false")
    await town.at("2026-11-22 10:30")

    await town.at("2026-11-22 11:00")

    assert town.started() == []


async def test_a_run_that_cannot_start_is_written_down_and_the_next_is_tried(settle: Settle) -> None:
    """A block file that somebody deleted must not stop the clock."""
    town = settle()
    await town.at("2026-11-22 10:30")
    town.runs.refusal = WrongValue("the param x has no value", place=Place("pipelines/line.yaml"))
    await town.at("2026-11-22 11:00")
    town.runs.refusal = None

    await town.at("2026-11-22 12:00")

    assert await town.ticks() == [("22 11:00", 1, "refused"), ("22 12:00", 1, "started")]


async def test_a_full_disk_delays_a_run_and_loses_none(settle: Settle) -> None:
    """Room may come back before anybody looks."""
    town = settle()
    await town.at("2026-11-22 10:30")
    town.runs.refusal = DiskFull("the ledger")
    with pytest.raises(DiskFull):
        await town.at("2026-11-22 11:00")
    town.runs.refusal = None

    await town.at("2026-11-22 11:05")

    assert town.started() == ["2026-11-22T11:00:00+00:00"]


async def test_hundreds_of_schedules_of_the_same_second_all_start_in_order(tmp_path: Path) -> None:
    """Midnight is popular; nothing is lost, and no more than a few go at once."""
    write(tmp_path, "flowstone.yaml", "name: many\n")
    for number in range(300):
        write(tmp_path, f"pipelines/p{number:03}.yaml", 'blocks: {}\nschedule: {cron: "0 0 * * *"}\n')
    town = Town(tmp_path, SetClock("2026-11-22 23:00"))
    await town.scheduler.round()
    town.clock.set("2026-11-23 00:00:01")

    at_once = 0
    ended: set[str] = set()
    while len(ended) < 300:
        await town.scheduler.round()
        going = [request.run for request in town.runs.requests if request.run and request.run not in ended]
        at_once = max(at_once, len(going))
        for run in going:
            await town.runs.end(run)
        ended |= set(going)
    await town.close()

    assert [request.pipeline for request in town.runs.requests] == [f"p{number:03}" for number in range(300)]
    assert at_once == 16


@pytest.mark.parametrize("wrong", [OSError(errno.ENOSPC, "no room"), RuntimeError("odd")], ids=["disk", "odd"])
async def test_whatever_goes_wrong_the_clock_goes_on(settle: Settle, tmp_path: Path, wrong: Exception) -> None:
    """One error must not end all schedules of a project without a word."""
    town = settle()
    clock = WalkedClock("2026-11-22 10:30")
    scheduler = await Scheduler.open(tmp_path, town.runs, clock=clock, post=town.post)
    await clock.nap()
    town.runs.refusal = wrong
    clock.set("2026-11-22 11:00")
    await scheduler.files_changed({"flowstone.yaml"})
    await clock.nap()
    town.runs.refusal = None

    await scheduler.files_changed({"flowstone.yaml"})
    while not town.started():
        await clock.nap()
    await scheduler.close()

    assert town.started() == ["2026-11-22T11:00:00+00:00"]


async def test_a_file_that_cannot_be_read_refuses_its_run_and_no_other(settle: Settle) -> None:
    """A folder without rights is that pipeline's trouble, and somebody is told."""
    town = settle()
    await town.at("2026-11-22 10:30")
    town.runs.refusal = PermissionError(errno.EACCES, "Permission denied", "private.py")
    await town.at("2026-11-22 11:00")
    town.runs.refusal = None

    await town.at("2026-11-22 12:00")

    assert await town.ticks() == [("22 11:00", 1, "refused"), ("22 12:00", 1, "started")]


def test_what_was_read_is_replaced_and_never_changed(tmp_path: Path) -> None:
    """Files are read in a thread, while the loop goes through what they said."""
    plans = Plans(write_line(tmp_path, HOURLY))
    plans.read()
    before = plans.by_pipeline
    write_line(tmp_path, "")

    plans.read_again({"pipelines/line.yaml"})

    assert (list(before), list(plans.by_pipeline)) == ([LINE], [])


async def test_runs_that_wait_outlive_a_broken_file(settle: Settle, tmp_path: Path) -> None:
    """An edit in the middle throws nothing away that was asked for."""
    queued = f"{HOURLY}, overlap: queue"
    town = settle(queued)
    await town.at("2026-11-22 10:30")
    await town.at("2026-11-22 11:00")
    await town.at("2026-11-22 12:00")
    write(tmp_path, "pipelines/line.yaml", "blocks: {\n")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await end_last(town)
    await town.at("2026-11-22 12:10")
    broken = await town.ticks()
    write_line(tmp_path, queued)
    await town.scheduler.files_changed({"pipelines/line.yaml"})

    await town.at("2026-11-22 12:20")

    assert broken == [("22 11:00", 1, "ended"), ("22 12:00", 1, "pending")]
    assert await town.ticks() == [("22 11:00", 1, "ended"), ("22 12:00", 1, "started")]


async def test_a_pause_outlives_another_branch(settle: Settle, tmp_path: Path) -> None:
    """Whoever checks out a branch without the schedule, and comes back, has not resumed it."""
    town = settle(f"{HOURLY}, catch_up: all")
    await town.at("2026-11-22 10:30")
    await town.scheduler.pause(LINE)
    write_line(tmp_path, "")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 12:30")
    write_line(tmp_path, f"{HOURLY}, catch_up: all")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 13:30")

    await town.at("2026-11-22 14:30")

    (found,) = await town.scheduler.schedules(count=1)
    assert (town.started(), found.is_paused) == ([], True)
    await town.scheduler.resume(LINE)
    assert await town.ticks() == [("22 14:00", 1, "paused")]


async def test_a_failing_schedule_that_was_away_catches_nothing_up(settle: Settle, tmp_path: Path) -> None:
    """That its last run failed is remembered; the time when nobody asked for it is not."""
    town = settle(f"{HOURLY}, catch_up: all")
    await town.at("2026-11-22 10:30")
    await town.at("2026-11-22 11:00")
    await end_last(town, RunState.FAILED)
    await town.at("2026-11-22 11:01")
    write_line(tmp_path, "")
    await town.scheduler.files_changed({"pipelines/line.yaml"})
    await town.at("2026-11-22 12:30")
    write_line(tmp_path, f"{HOURLY}, catch_up: all")
    await town.scheduler.files_changed({"pipelines/line.yaml"})

    await town.at("2026-11-22 13:30")

    (found,) = await town.scheduler.schedules(count=1)
    assert found.trigger is not None
    assert (found.trigger.is_failing, await town.ticks()) == (True, [("22 11:00", 1, "ended")])


async def test_listing_writes_nothing(settle: Settle) -> None:
    """Looking at a schedule must not decide from when it counts."""
    town = settle()

    (found,) = await town.scheduler.schedules(count=1)

    assert found.next == (int(town.clock.time) + 1_800,)
    assert await town.ledger.do(lambda ledger: ledger.triggers.all()) == {}
