"""When a schedule's runs start, and what becomes of the ticks that were missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowstone.model.schedule import (
    MAX_COUNTED,
    CatchUp,
    Cron,
    Due,
    Every,
    Overlap,
    Schedule,
    Skip,
    SkipReason,
    Timing,
    due,
    next_tick,
    skipped_between,
    ticks_after,
)

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "America/Santiago",  # at midnight
    "Africa/Casablanca",  # backwards in winter
    "Asia/Kolkata",  # none, and half an hour off
    "Pacific/Apia",  # a day that never was, in 2011
]
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def at(text: str, zone: str = "UTC", fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def between(timing: Timing, first: int, last: int) -> list[int]:
    """Return the ticks after one moment and up to another."""
    return list(takewhile(lambda tick: tick <= last, ticks_after(timing, first)))


def local(ticks: list[int], zone: str) -> list[str]:
    return [f"{datetime.fromtimestamp(tick, ZoneInfo(zone)):%m-%d %H:%M%z}" for tick in ticks]


# --- Summer time ----------------------------------------------------------------------------------


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("zone", ZONES[:-1])
def test_a_fixed_hour_comes_once_on_every_local_day(zone: str, hour: int) -> None:
    """A daily report that is missing, or there twice, twice a year, is how schedulers lose their name."""
    ticks = between(Cron(f"30 {hour} * * *", zone), at("2026-01-01 00:00", zone) - 1, at("2026-12-31 23:59", zone))

    days = [datetime.fromtimestamp(tick, ZoneInfo(zone)).date() for tick in ticks]
    assert days == [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    day=st.dates(date(2010, 1, 1), date(2037, 1, 1)),
    offset=st.integers(0, 3 * DAY),
)
@settings(max_examples=150, deadline=None)
def test_whenever_one_begins_to_look_the_fixed_hour_is_the_same(
    zone: str, hour: int, minute: int, day: date, offset: int
) -> None:
    """A restart in the middle of the night that the clocks change must neither repeat a tick nor lose one."""
    timing = Cron(f"{minute} {hour} * * *", zone)
    begin = at(f"{day} 00:00", zone)
    end = begin + 5 * DAY
    whole = between(timing, begin, end)

    later = between(timing, begin + offset, end)

    assert later == [tick for tick in whole if tick > begin + offset]


@given(
    zone=st.sampled_from(ZONES),
    fields=st.sampled_from(
        ["*/15 * * * *", "0 * * * *", "0 */2 * * *", "0 6 * * MON-FRI", "0,30 1-3 * * *", "5 0 L * *"]
    ),
    begin=st.integers(at("2010-01-01 00:00"), at("2037-01-01 00:00")),
)
@settings(max_examples=200, deadline=None)
def test_ticks_only_go_forward(zone: str, fields: str, begin: int) -> None:
    """A tick at or before the cursor would be due for ever."""
    ticks = list(islice(ticks_after(Cron(fields, zone), begin), 60))

    assert [begin, *ticks] == sorted({begin, *ticks})


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "America/Santiago"])
def test_a_quarter_of_an_hour_comes_in_every_slot_there_really_is(zone: str) -> None:
    """An hour that comes twice has eight quarters, and one that is taken away none."""
    begin, end = at("2026-01-01 00:00", zone), at("2027-01-01 00:00", zone)

    ticks = between(Cron("*/15 * * * *", zone), begin, end)

    assert ticks == list(range(begin + 15 * MINUTE, end + 1, 15 * MINUTE))


def test_what_falls_into_the_hour_that_is_taken_away_comes_right_after_it() -> None:
    """A job at half past two must not be lost on the one night without a half past two."""
    ticks = between(
        Cron("30 2 * * *", "Europe/Berlin"),
        at("2026-03-28 12:00", "Europe/Berlin"),
        at("2026-03-30 12:00", "Europe/Berlin"),
    )

    assert local(ticks, "Europe/Berlin") == ["03-29 03:00+0200", "03-30 02:30+0200"]


def test_what_falls_into_the_hour_that_comes_twice_comes_the_first_time() -> None:
    """Half past two is there twice in the autumn; a bill must not be."""
    ticks = between(
        Cron("30 2 * * *", "Europe/Berlin"),
        at("2026-10-24 12:00", "Europe/Berlin"),
        at("2026-10-26 12:00", "Europe/Berlin"),
    )

    assert local(ticks, "Europe/Berlin") == ["10-25 02:30+0200", "10-26 02:30+0100"]


def test_looking_from_within_the_hour_that_comes_twice_does_not_go_back() -> None:
    """The first answer of the library lies in the past here."""
    within = at("2026-10-25 02:10", "Europe/Berlin", fold=1)

    found = next_tick(Cron("30 2 * * *", "Europe/Berlin"), within)

    assert local([found or 0], "Europe/Berlin") == ["10-26 02:30+0100"]


@given(seconds=st.integers(10, 40 * DAY), after=st.integers(0, 4_000_000_000))
def test_an_interval_has_the_same_slots_whoever_counts(seconds: int, after: int) -> None:
    """Two servers, or one that was started again, must agree on what a tick is called."""
    first, second = islice(ticks_after(Every(seconds), after), 2)

    assert (first % seconds, first > after, first - after <= seconds, second - first) == (0, True, True, seconds)


def test_the_29th_of_february_is_waited_for() -> None:
    """Eight years may lie between two of them."""
    assert next_tick(Cron("0 0 29 2 *"), at("2096-03-01 00:00")) == at("2104-02-29 00:00")


# --- What is due ----------------------------------------------------------------------------------

HOURLY = Schedule(Cron("0 * * * *"))
NOON = at("2026-11-22 12:00")


def schedule(catch_up: CatchUp, *, limit: int = 10, overlap: Overlap = Overlap.SKIP) -> Schedule:
    return Schedule(HOURLY.timing, catch_up, limit, overlap)


@pytest.mark.parametrize("policy", list(CatchUp))
def test_a_tick_that_comes_in_time_runs_whatever_the_policy(policy: CatchUp) -> None:
    """Catching up is about what was missed."""
    assert due(schedule(policy), cursor=NOON - HOUR, now=NOON + 1) == Due(NOON, (NOON,))


@pytest.mark.parametrize("policy", list(CatchUp))
def test_before_a_tick_nothing_is_due(policy: CatchUp) -> None:
    """A second early is a run with yesterday's data."""
    assert due(schedule(policy), cursor=NOON - HOUR, now=NOON - 1) is None


def missed(*, first: int, last: int) -> Skip:
    return Skip(NOON + first * HOUR, NOON + last * HOUR, last - first + 1, SkipReason.MISSED)


@pytest.mark.parametrize(
    ("policy", "limit", "runs", "skipped"),
    [
        (CatchUp.SKIP, 10, [], [missed(first=1, last=5)]),
        (CatchUp.LATEST, 10, [5], [missed(first=1, last=4)]),
        (CatchUp.ALL, 10, [1, 2, 3, 4, 5], []),
        (CatchUp.ALL, 2, [4, 5], [missed(first=1, last=3)]),
    ],
)
def test_after_five_missed_hours_the_policy_says_what_runs(
    policy: CatchUp, limit: int, runs: list[int], skipped: list[Skip]
) -> None:
    """Nothing is worse after an outage than not knowing what will start."""
    found = due(schedule(policy, limit=limit), cursor=NOON, now=NOON + 5 * HOUR + 30 * MINUTE)

    assert found == Due(NOON + 5 * HOUR, tuple(NOON + hour * HOUR for hour in runs), tuple(skipped))


@given(
    policy=st.sampled_from(CatchUp),
    overlap=st.sampled_from(Overlap),
    timing=st.sampled_from(
        [Every(600), Cron("0 * * * *"), Cron("30 2 * * *", "Europe/Berlin"), Cron("*/20 1-3 * * *", "Europe/Berlin")]
    ),
    begin=st.integers(at("2026-01-01 00:00"), at("2026-12-31 00:00")),
    steps=st.lists(st.tuples(st.integers(-HOUR, 2 * DAY), st.integers(0, 3)), min_size=1, max_size=12),
    limit=st.integers(1, 5),
)
@settings(max_examples=200, deadline=None)
def test_every_tick_makes_one_run_or_is_in_one_skip(
    policy: CatchUp,
    overlap: Overlap,
    timing: Timing,
    begin: int,
    steps: list[tuple[int, int]],
    limit: int,
) -> None:
    """This is the promise, whatever the clock does and however busy the schedule is."""
    cursor, now, newest = begin, begin, begin
    runs: list[int] = []
    skips: list[Skip] = []
    for ahead, waiting in steps:
        now += ahead
        newest = max(newest, now)
        found = due(Schedule(timing, policy, limit, overlap), cursor=cursor, now=now, waiting=waiting)
        if found is not None:
            cursor = found.cursor
            runs += found.run
            skips += found.skipped

    ticks = between(timing, begin, newest)
    in_skips = [tick for skip in skips for tick in ticks if skip.first <= tick <= skip.last]
    assert sorted([*runs, *in_skips]) == ticks
    assert sum(skip.ticks for skip in skips) == len(in_skips)


def test_a_tick_during_the_run_before_is_skipped_and_written_down() -> None:
    """The default: two runs of one pipeline at once are rarely what anyone wants."""
    found = due(HOURLY, cursor=NOON - HOUR, now=NOON, waiting=1)

    assert found == Due(NOON, (), (Skip(NOON, NOON, 1, SkipReason.OVERLAP),))


def test_with_queue_it_waits_until_the_queue_is_full() -> None:
    """A queue without an end is an outage later."""
    patient = schedule(CatchUp.LATEST, limit=2, overlap=Overlap.QUEUE)

    assert due(patient, cursor=NOON - HOUR, now=NOON, waiting=1) == Due(NOON, (NOON,))
    assert due(patient, cursor=NOON - HOUR, now=NOON, waiting=2) == Due(
        NOON, (), (Skip(NOON, NOON, 1, SkipReason.QUEUE_FULL),)
    )


@pytest.mark.parametrize("timing", [Every(10), Cron("* * * * *", "Europe/Berlin")], ids=["interval", "cron"])
def test_ten_years_away_cost_no_more_than_a_moment(timing: Timing) -> None:
    """Five million missed minutes are one line, and the newest tick is right."""
    now = NOON + 3_650 * DAY + 61

    found = due(Schedule(timing, CatchUp.SKIP, limit=3), cursor=NOON, now=now)

    assert found is not None
    assert [skip.ticks for skip in found.skipped] == [MAX_COUNTED] or found.run
    assert now - 60 <= found.cursor <= now


def test_what_passed_during_a_pause_is_one_skip() -> None:
    """A person said not to; nothing of it is caught up with."""
    found = skipped_between(HOURLY.timing, cursor=NOON, now=NOON + 3 * HOUR, reason=SkipReason.PAUSED)

    assert found == Due(NOON + 3 * HOUR, (), (Skip(NOON + HOUR, NOON + 3 * HOUR, 3, SkipReason.PAUSED),))


def test_moments_are_whole_seconds_in_any_zone() -> None:
    """A logical time is a key: what is equal must look equal."""
    tick = next_tick(Cron("0 6 * * *", "Asia/Kolkata"), NOON)

    assert tick == int(datetime(2026, 11, 23, 0, 30, tzinfo=UTC).timestamp())
