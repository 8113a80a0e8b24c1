"""`flowstone schedules`: when pipelines run by themselves, and pausing that; with and beside a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from rich.table import Table

from flowstone.cli.terminal import console, escaped, print_json, print_table, styled
from flowstone.engine.history import LedgerThread
from flowstone.model.firing import Firing, FiringState
from flowstone.model.ids import PipelineId
from flowstone.model.schedule import Cron, SkipReason
from flowstone.schedule.keeping import pause, resume
from flowstone.schedule.overview import Kept, ScheduleStatus, kept, overview
from flowstone.schedule.plans import Plans
from flowstone.schedule.words import SKIPPED_BECAUSE, words_of
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.project_files import load_project
from flowstone.store.state import StateFolder
from flowstone.store.trust import is_trusted

Answer = TypeVar("Answer")


def show_schedules(project: Path, upcoming: int, *, as_json: bool) -> None:
    """List a project's schedules. Raises: NotFound, when there is no project."""
    now = int(time.time())
    found = _found(project, now=now, count=upcoming)
    if as_json:
        print_json({"schedules": [_document(status) for status in found]})
        return
    if not found:
        console().print("No pipeline has a schedule. Write one into its file: `schedule: {every: 1h}`", markup=False)
        return
    table = Table("pipeline", "when", "state", "next", "last", box=None, pad_edge=False)
    for status in found:
        times = "\n".join(_local(tick) for tick in status.next)
        table.add_row(status.pipeline, escaped(words_of(status.schedule.timing)), _state(status), times, _last(status))
    print_table(table)
    if not is_trusted(project):
        console().print("Schedules start once you have run this project here.", style="yellow")


def move_schedule(project: Path, pipeline: str, *, is_to_pause: bool, as_json: bool) -> None:
    """Pause or resume a schedule. Raises: NotFound, when the pipeline has none."""
    move = pause if is_to_pause else resume
    now = int(time.time())
    is_news = _ask(_plans(project), lambda ledger, plans: move(ledger, plans, PipelineId(pipeline), now=now))
    if as_json:
        print_json({"pipeline": pipeline, "paused": is_to_pause, "changed": is_news})
        return
    word = "paused" if is_to_pause else "resumed"
    said = f"is {word}" if is_news else f"was {word} already" if is_to_pause else "was not paused"
    console().print(f"The schedule of {pipeline} {said}.")


def _found(project: Path, *, now: int, count: int) -> tuple[ScheduleStatus, ...]:
    """Look at the schedules; a project that has no ledger yet gets none by that."""
    plans = _plans(project)
    is_new = not StateFolder(plans.root).ledger.exists()
    there: dict[PipelineId, Kept] = {}
    if not is_new:
        there = _ask(plans, lambda ledger, read: kept(ledger, read.by_pipeline, recent=1))
    return overview(plans.by_pipeline, there, now=now, count=count)


def _plans(project: Path) -> Plans:
    root = project.resolve()
    load_project(root)
    plans = Plans(root)
    plans.read()
    return plans


def _ask(plans: Plans, work: Callable[[Ledger, Plans], Answer]) -> Answer:
    async def ask() -> Answer:
        state = StateFolder(plans.root)
        state.create()
        ledger = LedgerThread(state.ledger)
        try:
            return await ledger.do(lambda opened: work(opened, plans))
        finally:
            await ledger.close()

    return asyncio.run(ask())


def _state(status: ScheduleStatus) -> str:
    if not status.schedule.enabled:
        return "switched off"
    if status.is_paused:
        return "[yellow]paused[/yellow]"
    return styled("failed") if status.trigger is not None and status.trigger.is_failing else "on"


def _last(status: ScheduleStatus) -> str:
    if not status.recent:
        return ""
    firing = status.recent[0]
    return f"{_local(firing.logical_at)} {escaped(_became(firing))}"


def _became(firing: Firing) -> str:
    if firing.state is FiringState.SKIPPED:
        return f"skipped: {SKIPPED_BECAUSE[SkipReason(firing.reason)]}"
    return f"could not start: {firing.reason}" if firing.state is FiringState.REFUSED else firing.state.value


def _local(tick: float) -> str:
    return f"{datetime.fromtimestamp(tick).astimezone():%Y-%m-%d %H:%M:%S}"


def _document(status: ScheduleStatus) -> dict[str, Any]:
    schedule = status.schedule
    timing = schedule.timing
    return {
        "pipeline": status.pipeline,
        "cron": timing.expression if isinstance(timing, Cron) else None,
        "timezone": timing.timezone if isinstance(timing, Cron) else None,
        "every_s": None if isinstance(timing, Cron) else timing.seconds,
        "catch_up": schedule.catch_up.value,
        "overlap": schedule.overlap.value,
        "enabled": schedule.enabled,
        "paused": status.is_paused,
        "failing": status.trigger is not None and status.trigger.is_failing,
        "next": [_utc(tick) for tick in status.next],
        "last": _firing(status.recent[0]) if status.recent else None,
    }


def _firing(firing: Firing) -> dict[str, Any]:
    return {
        "at": _utc(firing.logical_at),
        "ticks": firing.ticks,
        "state": firing.state.value,
        "reason": firing.reason,
        "run": firing.run,
    }


def _utc(tick: int) -> str:
    return datetime.fromtimestamp(tick, UTC).isoformat()
