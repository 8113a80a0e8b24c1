"""Points at which a test may end this process as `kill -9` would: off unless an environment variable names one.

`FLOWSTONE_FAILPOINT=ledger.committed:3` ends the process when it comes by that point for the third time. Processes
that it has started look at the variable, too, each with a count of its own.
"""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

VARIABLE = "FLOWSTONE_FAILPOINT"
POINTS = {
    "publish.begun": "nothing has been written",
    "publish.written": "the draft has its content, which is not on the disk for sure",
    "publish.synced": "the draft is on the disk",
    "publish.renamed": "the file has its name, which is not on the disk for sure",
    "publish.done": "the file is there for good, and nobody has been told",
    "save.looked": "the draft of a text is on the disk, and what it replaces was seen to be what it was based on",
    "artifact.drafted": "a block's output is whole in its draft",
    "artifact.placed": "an output has its name and no manifest",
    "artifact.adopted": "an output has its manifest",
    "remote.begun": "an output is in the cache of this machine, and nothing of it in the store elsewhere",
    "remote.placed": "an output's content is in the store elsewhere, and its manifest is not",
    "remote.adopted": "an output's manifest is in the store elsewhere",
    "snapshot.drafted": "a run's code is copied, under the name of a draft",
    "snapshot.taken": "a run's code is there for it",
    "ledger.writing": "rows are written, and not committed",
    "ledger.committed": "rows are committed, and nobody has been told",
    "run.begun": "a run is in the ledger, and nobody drives it",
    "run.recorded": "what happened in a run is in the ledger, and nobody has been told",
    "run.told": "it was told, and nothing has been done about it",
    "run.resumed": "a run that was left has another owner, who has not taken it up",
    "firing.claimed": "a schedule's tick is written, and not committed",
    "firing.committed": "a tick is in the ledger, and its run is not",
    "firing.run_begun": "a tick's run is in the ledger, and its tick does not know it",
    "collection.forgotten": "the ledger names no longer what a collection lets go, and all files are there",
    "collection.removing": "some files of something that nothing names are gone, and others are not",
    "worker.called": "a block's function is about to be called",
    "worker.stored": "a block's outputs are stored, and its worker has said nothing of them",
    "worker.answered": "a worker has said how its block ended",
}
"""Where a process may be ended, and what holds there."""


@dataclass(frozen=True, slots=True)
class _Armed:
    point: str
    nth: int
    passings: Iterator[int] = field(default_factory=lambda: itertools.count(1))


def _armed(text: str | None) -> _Armed | None:
    """Read what a test asks for. Raises: ValueError, for a point that there is not: its test could never fail."""
    if not text:
        return None
    point, _, nth = text.partition(":")
    if point not in POINTS:
        raise ValueError(f"{VARIABLE} names {point!r}; there are {', '.join(POINTS)}")
    return _Armed(point, int(nth or 1))


_ARMED = _armed(os.environ.get(VARIABLE))


def reach(point: str) -> None:
    """Say that this process has come to a point; it goes no further when a test has asked for that."""
    if _ARMED is not None and _ARMED.point == point and next(_ARMED.passings) == _ARMED.nth:
        os.kill(os.getpid(), signal.SIGKILL)
