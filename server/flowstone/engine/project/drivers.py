"""From a run that the ledger has to a driver that is at work on it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.driver import Driver
from flowstone.engine.executor import Executor
from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.history import LedgerThread, RunHistory
from flowstone.engine.notices import Notice, RunChanged
from flowstone.engine.preparation import PreparedRun, RunContext
from flowstone.engine.project.outlines import Outline
from flowstone.engine.redaction import Redactor
from flowstone.engine.resources import Resources
from flowstone.engine.run_surroundings import Resumed, Surroundings
from flowstone.model.run import Reuse, RunRecord
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.sealing_key import sealing_key
from flowstone.store.secret_values import secret_values, stored_secrets
from flowstone.store.state import StateFolder


@dataclass(frozen=True, slots=True)
class Beginning:
    """A run that nobody drives yet."""

    record: RunRecord
    outline: Outline
    resumed: Resumed | None = None


@dataclass(slots=True, kw_only=True)
class Drivers:
    """Sets drivers to work, with what all runs of a project share."""

    executor: Executor
    ledger: LedgerThread
    artifacts: ArtifactStore
    address: str
    """Where workers find the artifacts."""
    state: StateFolder
    files: FileHashes
    resources: Resources
    active: ActiveRuns
    tell: Callable[[Notice], None]

    def prepared(self, beginning: Beginning) -> PreparedRun:
        """Find out what the blocks of a run need and depend on. It reads files: not for the loop."""
        record, outline = beginning.record, beginning.outline
        context = RunContext(
            record.id,
            self.address,
            record.started_at,
            outline.request.logical_date,
            sealing_key=sealing_key(self.state.path),
        )
        preparation = PreparedRun(outline.code, outline.values, context, files=self.files)
        preparation.look_ahead(block.id for block in record.blocks)
        return preparation

    def begin(self, beginning: Beginning, preparation: PreparedRun) -> None:
        """Drive a run that the ledger has, and tell of it."""
        record, outline = beginning.record, beginning.outline
        driver = Driver(
            record,
            outline.plan,
            given=outline.given,
            surroundings=self._surroundings(outline, preparation),
            resumed=beginning.resumed,
        )
        self.tell(RunChanged(record))
        self.active.begin(driver)

    def _surroundings(self, outline: Outline, preparation: PreparedRun) -> Surroundings:
        return Surroundings(
            executor=self.executor,
            history=self._history(outline, preparation),
            preparation=preparation,
            logs=self.state.logs,
            clock=time.time,
            tell=self.tell,
            redactor=Redactor(secret_values(outline.code.connections, os.environ) | stored_secrets(self.state.root)),
            resources=self.resources,
        )

    def _history(self, outline: Outline, preparation: PreparedRun) -> RunHistory:
        return RunHistory(
            self.ledger,
            outline.request.pipeline,
            outline.code.pipeline.blocks,
            self.artifacts,
            moment=None if outline.request.reuse is Reuse.EDITOR else preparation.moment,
        )
