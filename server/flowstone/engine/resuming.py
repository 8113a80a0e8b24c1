"""A run that is to go on, read back from the ledger: its request, its code, its events and its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.engine.asked_values import small_value
from flowstone.engine.events import RunBegan
from flowstone.engine.history import claimed
from flowstone.engine.machine import Plan, resumed
from flowstone.engine.owners import is_alive
from flowstone.engine.planning import asked_values
from flowstone.engine.run_surroundings import Resumed
from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import RunNotResumable
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import SUCCEEDED, BlockResult, BlockState, RunRecord, RunRequest, RunState
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.codec import decode, encode_text
from flowstone.store.ledger.records import Event
from flowstone.store.log_files import log_path, read_log
from flowstone.store.state import StateFolder

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

RESUMED = "RunResumed"
"""The kind of event by which the ledger knows that a run was taken up again."""
MAX_RESUMED_ALONE = 3
"""How often a server takes a run up by itself: one that ends its server each time would do so for ever."""
RESUMED_WITHIN_S = 86_400.0
"""How old a run may be that a server takes up by itself: yesterday's is for a person to decide."""
BY_HAND = "command"
"""What triggered a run that somebody waits for at a terminal: if its command dies, that person resumes it."""
MAX_LINES = 10_000_000


@dataclass(frozen=True, slots=True)
class Left:
    """A run as the ledger has it, to be taken up."""

    record: RunRecord
    request: RunRequest
    snapshot: str
    owner: str
    seq: int
    given: Mapping[BlockId, BlockResult] | None
    """What it read from outside when it last began; None when it never did."""
    times_resumed: int

    @property
    def is_a_servers(self) -> bool:
        """Whether a server is to take it up by itself."""
        return self.record.trigger != BY_HAND and self.times_resumed < MAX_RESUMED_ALONE


def left_run(ledger: Ledger, run: RunId) -> Left:
    """Return a run that may be taken up. Raises: NotFound; RunNotResumable, while its process is alive."""
    record, owner = ledger.run(run), ledger.handover.owner(run)
    if record.state is RunState.RUNNING and is_alive(owner, ledger.leases):
        raise RunNotResumable(f"The run {run} is going on, in another process", run=run)
    request, snapshot = ledger.request(run)
    events = ledger.events(run)
    began = next((decode(RunBegan, event.body) for event in reversed(events) if event.kind == RunBegan.__name__), None)
    times = sum(event.kind == RESUMED for event in events)
    given = None if began is None else began.given
    return Left(record, request, snapshot, owner, events[-1].seq if events else 0, given, times)


def code_of(left: Left, state: StateFolder) -> Path:
    """Return the folder with the code that a run began with. Raises: RunNotResumable, when it is gone."""
    root = state.snapshots / left.snapshot
    if not root.is_dir():
        raise RunNotResumable(
            f"The code of the run {left.record.id} is no longer kept", run=left.record.id, hint="Start it anew."
        )
    return root


def are_claimed(artifacts: ArtifactStore, given: Mapping[BlockId, BlockResult]) -> bool:
    """Take up for use what a run reads from outside; say whether all of it is there. It may read files whole."""
    return all(claimed(artifacts, result) for result in given.values())


def taken_up(left: Left, plan: Plan, artifacts: ArtifactStore, address: str, logs: Path) -> Resumed:
    """Return a run as it goes on, with what it reads again claimed for it. It looks at files: not for the loop."""
    blocks = {block.id: block for block in left.record.blocks}
    values = {
        name: _value(address, found.result)
        for name in asked_values(plan)
        if (found := blocks.get(name)) and found.result and found.state in SUCCEEDED
    }
    run = resumed(plan, blocks, is_there=lambda result: claimed(artifacts, result), values=values)
    lines = {
        # Also of blocks that the ledger has not begun: they may have printed before it was told.
        name: _next_line(log_path(logs, left.record.id, name))
        for name in run.blocks
    }
    return Resumed(run, left.seq + 1, lines)


def _value(address: str, result: BlockResult) -> object:
    try:
        return small_value(address, result)
    except FlowstoneError:
        return None  # the output is gone; the block that gave it is run again, or nobody asks


def _next_line(path: Path) -> int:
    page = read_log(path, after=0, limit=MAX_LINES)
    return page.lines[-1].seq + 1 if page.lines else 0


def has_work(again: Resumed) -> bool:
    """Say whether anything is left to do."""
    waits = (BlockState.WAITING, BlockState.RUNNING)
    return any(
        block.state in waits or (block.callback is not None and block.callback.state is BlockState.RUNNING)
        for block in again.run.blocks.values()
    )


def resumption(left: Left, owner: str, at: float) -> Event:
    """Return the event that says that a run was taken up."""
    return Event(left.seq + 1, at, RESUMED, encode_text({"was": left.owner, "owner": owner}))
