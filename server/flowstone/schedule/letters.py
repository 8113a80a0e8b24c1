"""What an alert says: which run, what failed and what to do, in the words that the browser has for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flowstone.model.alerts import AlertKind, Alerts
from flowstone.model.firing import Firing, Letter, run_of
from flowstone.model.run import BlockRun, BlockState, RunRecord

MAX_MESSAGE = 500
SHOWN_BLOCKS = 5


def letters_about(
    firing: Firing, alerts: Alerts, *, record: RunRecord | None, reason: str = ""
) -> Mapping[AlertKind, tuple[Letter, ...]]:
    """Return what is to be sent if the tick's run is a failure, and if it is a recovery, to everybody who wants it.

    `record` is the run, None when it could not start; `reason` then says why.
    """
    return {kind: _letters(firing, alerts, kind, record, reason) for kind in alerts.on}


def _letters(
    firing: Firing, alerts: Alerts, kind: AlertKind, record: RunRecord | None, reason: str
) -> tuple[Letter, ...]:
    title = f"{firing.pipeline} failed" if kind is AlertKind.FAILURE else f"{firing.pipeline} is well again"
    body = "\n".join(_lines(firing, kind, record, reason))
    run = run_of(firing.pipeline, firing.logical_at)
    targets = dict.fromkeys(url.digest for url in alerts.urls)
    return tuple(Letter(run, firing.pipeline, kind, target, title, body) for target in targets)


def _lines(firing: Firing, kind: AlertKind, record: RunRecord | None, reason: str) -> list[str]:
    moment = datetime.fromtimestamp(firing.logical_at, UTC)
    tick = (record.logical_date if record else None) or moment.isoformat()
    lines = [f"The scheduled run of {tick} {'failed' if kind is AlertKind.FAILURE else 'succeeded'}."]
    if record is None:
        return [*lines, f"It could not start: {_cut(reason)}"]
    if kind is AlertKind.FAILURE:
        failed = [block for block in record.blocks if block.state in (BlockState.FAILED, BlockState.UNKNOWN)]
        lines += [_failure(block) for block in failed[:SHOWN_BLOCKS]]
    return [*lines, f"Run {record.id}: flowstone logs {record.id}"]


def _failure(block: BlockRun) -> str:
    failure = block.failure
    if failure is None:
        return f"{block.id}: {block.because or block.state.value}"
    where = f" ({failure.frames[-1].file}:{failure.frames[-1].line})" if failure.frames else ""
    return f"{block.id}: {_cut(failure.message)}{where}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_MESSAGE else line[:MAX_MESSAGE] + "…"
