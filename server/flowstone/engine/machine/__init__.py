"""The run machine: a run and what happened give the run as it then is, and what to do next.

Nothing here looks at a clock, a file or a process; times come with the events. `state` is what a run is, `step` what
an event does to it, and each other module one reason why a block does or does not run.
"""

from __future__ import annotations

from flowstone.engine.machine.resumption import resumed
from flowstone.engine.machine.state import Plan, Run, Step, new_run
from flowstone.engine.machine.step import step

__all__ = ["Plan", "Run", "Step", "new_run", "resumed", "step"]
