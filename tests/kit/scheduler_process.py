"""A scheduler in a process of its own, whose clock is set by hand: to be killed, and to race another.

`python -m tests.kit.scheduler_process real|written FOLDER TIME…`: at each time, in epoch seconds, it does what is due,
with real runs or with runs that are only written down and end at once.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.kit.schedules import SetClock, Town

from flowstone.engine.workbench import Workbench
from flowstone.schedule.post import Post
from flowstone.schedule.scheduler import Scheduler


def text_of(time: str) -> str:
    return f"{datetime.fromtimestamp(int(time), UTC):%Y-%m-%d %H:%M:%S}"


async def with_real_runs(root: Path, times: list[str]) -> None:
    """Let each time's runs end before the next."""
    clock = SetClock(text_of(times[0]))
    bench = await Workbench.open(root)
    scheduler = Scheduler(root, bench, clock=clock, post=Post(root, bench.ledger, clock=clock))
    scheduler.plans.read()
    for time in times:
        clock.set(text_of(time))
        await scheduler.round()
        for run, _ in await bench.ledger.do(lambda ledger: ledger.unfinished_runs()):
            await bench.wait(run.id)
        await scheduler.round()
    await scheduler.close()
    await bench.close()


async def with_written_runs(root: Path, times: list[str]) -> None:
    """End each run as soon as it is written down."""
    town = Town(root, SetClock(text_of(times[0])))
    print("ready", flush=True)
    sys.stdin.readline()
    for time in times:
        town.clock.set(text_of(time))
        begun = len(town.runs.requests)
        await town.scheduler.round()
        for request in town.runs.requests[begun:]:
            assert request.run is not None
            await town.runs.end(request.run)
        await town.scheduler.round()
    await town.close()


if __name__ == "__main__":
    walk = with_real_runs if sys.argv[1] == "real" else with_written_runs
    asyncio.run(walk(Path(sys.argv[2]), sys.argv[3:]))
