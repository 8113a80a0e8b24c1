"""`flowstone schedules`: when pipelines run by themselves, and pausing that; with and beside a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from rich.table import Table

from flowstone.cli.documents import moment
from flowstone.cli.terminal import answers, console, escaped, local_time, print_json, print_table, styled
from flowstone.engine.history import LedgerThread
from flowstone.errors.store import NotFound
from flowstone.model.firing import Firing, FiringState
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunState
from flowstone.model.schedule import Cron, SkipReason
from flowstone.schedule.keeping import pause, resume
from flowstone.schedule.overview import Kept, ScheduleStatus, kept, overview
from flowstone.schedule.plans import Plans
from flowstone.schedule.words import SKIPPED_BECAUSE, words_of
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.lock import holder_of
from flowstone.store.project_files import load_project
from flowstone.store.state import StateFolder
from flowstone.store.trust import is_trusted

Answer = TypeVar("Answer")


def show_schedules(project: Path, upcoming: int, *, as_json: bool) -> None:
    """List a project's schedules. Raises: NotFound, when there is no project."""
    now = int(time.time())
    found, became = _found(project, now=now, count=upcoming)
    is_served = holder_of(StateFolder(project.resolve()).lock) is not None
    if as_json:
        print_json({"schedules": [_document(status, became) for status in found], "served": is_served})
        return
    screen = answers()
    if not found:
        screen.print("No pipeline has a schedule. Write one into its file: `schedule: {every: 1h}`", markup=False)
        return
    table = Table("pipeline", "when", "state", "next", "last", box=None, pad_edge=False)
    for status in found:
        times = "\n".join(local_time(tick) for tick in status.next)
        state, last = _state(status, is_served=is_served), _last(status, became)
        table.add_row(status.pipeline, escaped(words_of(status.schedule.timing)), state, times, last)
    print_table(table)
    if not is_served:
        screen.print("No server is running for this project: nothing starts until `flowstone start`.", style="yellow")
    if not is_trusted(project):
        screen.print("Schedules start once you have run this project here.", style="yellow")


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


def _found(project: Path, *, now: int, count: int) -> tuple[tuple[ScheduleStatus, ...], Mapping[RunId, RunState]]:
    """Look at the schedules, and at what their last runs became; a project that has no ledger yet gets none by that."""
    plans = _plans(project)
    is_new = not StateFolder(plans.root).ledger.exists()
    there: dict[PipelineId, Kept] = {}
    became: dict[RunId, RunState] = {}
    if not is_new:
        there, became = _ask(plans, _kept)
    return overview(plans.by_pipeline, there, now=now, count=count), became


def _kept(ledger: Ledger, plans: Plans) -> tuple[dict[PipelineId, Kept], dict[RunId, RunState]]:
    found = kept(ledger, plans.by_pipeline, recent=1)
    became: dict[RunId, RunState] = {}
    for firing in (firing for one in found.values() for firing in one.recent):
        if firing.run is not None:
            with suppress(NotFound):  # it was let go since, or is still to be started
                became[firing.run] = ledger.run(firing.run).state
    return found, became


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


def _state(status: ScheduleStatus, *, is_served: bool) -> str:
    if not status.schedule.enabled:
        return "switched off"
    if status.is_paused:
        return "[yellow]paused[/yellow]"
    if status.trigger is not None and status.trigger.is_failing:
        return styled("failed")
    return "on" if is_served else "[yellow]waits for a server[/yellow]"


def _last(status: ScheduleStatus, became: Mapping[RunId, RunState]) -> str:
    if not status.recent:
        return ""
    firing = status.recent[0]
    run = became.get(firing.run) if firing.run is not None else None
    return f"{local_time(firing.logical_at)} {styled(run.value) if run else escaped(_became(firing))}"


def _became(firing: Firing) -> str:
    """Say what became of a tick whose run is not known."""
    if firing.state is FiringState.SKIPPED:
        return f"skipped: {SKIPPED_BECAUSE[SkipReason(firing.reason)]}"
    return f"could not start: {firing.reason}" if firing.state is FiringState.REFUSED else firing.state.value


def _document(status: ScheduleStatus, became: Mapping[RunId, RunState]) -> dict[str, Any]:
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
        "next": [moment(tick) for tick in status.next],
        "last": _firing(status.recent[0], became) if status.recent else None,
    }


def _firing(firing: Firing, became: Mapping[RunId, RunState]) -> dict[str, Any]:
    run = became.get(firing.run) if firing.run is not None else None
    return {
        "at": moment(firing.logical_at),
        "ticks": firing.ticks,
        "state": firing.state.value,
        "reason": firing.reason,
        "run": firing.run,
        "run_state": None if run is None else run.value,
    }
