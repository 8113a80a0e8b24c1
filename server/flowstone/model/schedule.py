"""A schedule: when a pipeline's runs start by themselves. Pure: the time of day is handed in.

Units: every moment is a whole second since the epoch.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from cronsim import CronSim

MIN_EVERY_S = 10
ON_TIME_S = 60
"""A tick that is younger was not missed: a server takes a moment to start again, and a clock is set by a little."""
DEFAULT_LIMIT = 10
MAX_LIMIT = 1_000
MAX_COUNTED = 10_000
"""Missed ticks are counted up to here; more are "10,000 or more"."""
DAY_S = 86_400


class CatchUp(StrEnum):
    """What becomes of the ticks that were missed while nobody was there to start them."""

    SKIP = "skip"
    LATEST = "latest"
    ALL = "all"


class Overlap(StrEnum):
    """What becomes of a tick that comes while the schedule's run before it is still going."""

    SKIP = "skip"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields of cron, in the local time of a zone."""

    expression: str
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Every:
    """A fixed interval, counted from the epoch, so that its slots are the same whoever counts. Units: seconds."""

    seconds: int


Timing: TypeAlias = Cron | Every


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a pipeline's YAML says under `schedule:`. `limit` bounds what `all` and `queue` keep for later."""

    timing: Timing
    catch_up: CatchUp = CatchUp.LATEST
    limit: int = DEFAULT_LIMIT
    overlap: Overlap = Overlap.SKIP
    params: Mapping[str, Any] = field(default_factory=dict)
    profile: str | None = None
    enabled: bool = True


class SkipReason(StrEnum):
    """Why a tick made no run."""

    MISSED = "missed"
    OVERLAP = "overlap"
    QUEUE_FULL = "queue_full"
    PAUSED = "paused"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Skip:
    """Ticks that make no run: those from `first` to `last`, which follow each other. Units: ticks is a count."""

    first: int
    last: int
    ticks: int
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done about the ticks up to now: the runs to start, oldest first, and what is skipped.

    `cursor` is the newest tick that is dealt with by it.
    """

    cursor: int
    run: tuple[int, ...] = ()
    skipped: tuple[Skip, ...] = ()


@functools.lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """Return a time zone. Raises: ZoneInfoNotFoundError, ValueError, when there is none of that name."""
    return UTC if name == "UTC" else ZoneInfo(name)


def ticks_after(timing: Timing, after: int) -> Iterator[int]:
    """Give the ticks after a moment, each later than the one before; a cron that never comes has none.

    An expression whose minute and hour are fixed comes once on every local day that it names: what falls into the
    hour that summer time takes away comes right after it, what falls into the hour that comes twice comes the first
    time. One with a star there comes in every slot that there really is.
    Source: Debian's cron(8), "daylight saving time"; cronsim follows it.
    """
    if isinstance(timing, Every):
        return _interval_ticks(timing.seconds, after)
    return _cron_ticks(timing, after)


def _interval_ticks(seconds: int, after: int) -> Iterator[int]:
    tick = after - after % seconds
    while True:
        tick += seconds
        yield tick


def _cron_ticks(cron: Cron, after: int) -> Iterator[int]:
    last = after
    for moment in CronSim(cron.expression, datetime.fromtimestamp(after, UTC).astimezone(zone(cron.timezone))):
        tick = int(moment.timestamp())
        # Where an hour comes twice the first answer may lie before `after`, and where one is missing two may be one.
        if tick > last:
            last = tick
            yield tick


def next_tick(timing: Timing, after: int) -> int | None:
    """Return the first tick after a moment; None when there is none."""
    return next(ticks_after(timing, after), None)


def due(schedule: Schedule, *, cursor: int, now: int, waiting: int = 0) -> Due | None:
    """Say what is to be done about the ticks after the cursor and up to now; None when there are none.

    `waiting` is how many runs of the schedule are going or wait for their start. When the clock was set back, and
    the cursor lies ahead, nothing is due until the clock has passed it: no tick comes twice.
    """
    found = _newest(schedule.timing, cursor, now, keep=max(schedule.limit, 1) + 1)
    if found is None:
        return None
    newest, first, count = found
    is_on_time = newest[-1] > now - ON_TIME_S
    wanted = _wanted(schedule, newest, is_on_time=is_on_time)
    skipped = _missed(newest[: len(newest) - len(wanted)], first, count - len(wanted))
    runs, late = _with_room(schedule, wanted, waiting=waiting)
    return Due(newest[-1], runs, (*skipped, *late))


def _newest(timing: Timing, cursor: int, now: int, *, keep: int) -> tuple[list[int], int, int] | None:
    """Return the newest ticks up to now, the first after the cursor, and how many there are, 10,000 at most."""
    first = next_tick(timing, cursor)
    if first is None or first > now:
        return None
    if isinstance(timing, Every):
        count = (now - first) // timing.seconds + 1
        last = first + (count - 1) * timing.seconds
        return [last - back * timing.seconds for back in range(min(keep, count))][::-1], first, min(count, MAX_COUNTED)
    newest: deque[int] = deque(maxlen=keep)
    count = 0
    for tick in ticks_after(timing, cursor):
        if tick > now:
            return list(newest), first, count
        if count == MAX_COUNTED:
            return _last(timing, now, keep=keep), first, MAX_COUNTED
        newest.append(tick)
        count += 1
    return list(newest), first, count


def _last(timing: Timing, now: int, *, keep: int) -> list[int]:
    """Return the last ticks up to now of a timing that has had many, looking back no further than it must."""
    span = DAY_S
    while True:
        newest: deque[int] = deque(maxlen=keep)
        for tick in ticks_after(timing, now - span):
            if tick > now:
                break
            newest.append(tick)
        if len(newest) == keep:
            return list(newest)
        span *= 2


def _wanted(schedule: Schedule, newest: list[int], *, is_on_time: bool) -> tuple[int, ...]:
    match schedule.catch_up:
        case CatchUp.ALL:
            return tuple(newest[-schedule.limit :])
        case CatchUp.LATEST:
            return (newest[-1],)
        case CatchUp.SKIP:
            return (newest[-1],) if is_on_time else ()


def _missed(among: list[int], first: int, count: int) -> tuple[Skip, ...]:
    return (Skip(first, among[-1], count, SkipReason.MISSED),) if among else ()


def _with_room(
    schedule: Schedule, wanted: tuple[int, ...], *, waiting: int
) -> tuple[tuple[int, ...], tuple[Skip, ...]]:
    """Keep what may wait behind the runs that are there: ticks that come one by one may overlap, a catch-up queues."""
    if not wanted or waiting == 0:
        return wanted, ()
    if len(wanted) == 1 and schedule.overlap is Overlap.SKIP:
        return (), (Skip(wanted[0], wanted[0], 1, SkipReason.OVERLAP),)
    room = max(schedule.limit - waiting, 0)
    kept, late = wanted[:room], wanted[room:]
    return kept, (Skip(late[0], late[-1], len(late), SkipReason.QUEUE_FULL),) if late else ()


def skipped_between(timing: Timing, *, cursor: int, now: int, reason: SkipReason) -> Due | None:
    """Return all ticks up to now as skipped; None when there are none."""
    found = _newest(timing, cursor, now, keep=1)
    if found is None:
        return None
    newest, first, count = found
    return Due(newest[-1], (), (Skip(first, newest[-1], count, reason),))


def timing_text(timing: Timing) -> str:
    """Return a timing as one line: `every 900`, or `cron Europe/Berlin 0 6 * * *`."""
    return f"every {timing.seconds}" if isinstance(timing, Every) else f"cron {timing.timezone} {timing.expression}"


def timing_of(text: str) -> Timing:
    """Return the timing that `timing_text` wrote."""
    kind, _, rest = text.partition(" ")
    if kind == "every":
        return Every(int(rest))
    timezone, _, expression = rest.partition(" ")
    return Cron(expression, timezone)
