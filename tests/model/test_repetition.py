"""Running again: the same thing once more, not something near it."""

from __future__ import annotations

from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.repetition import repeated
from flowstone.model.run import Reuse, RunRecord, RunRequest, RunState

LINE = PipelineId("line")


def test_a_run_of_some_blocks_is_repeated_for_those_with_the_params_it_ran_with() -> None:
    """Who ran one exporter for March must not find all of April exported."""
    asked = RunRequest(
        LINE,
        blocks=(BlockId("load"),),
        only=True,
        reuse=Reuse.NEVER,
        trigger="schedule",
        run=RunId("old"),
        logical_date="2026-03-01T06:00:00+01:00",
    )
    record = RunRecord(RunId("old"), LINE, RunState.FAILED, 1.0, profile="gcp", params={"month": "2026-03-01"})

    again = repeated(asked, record, run=RunId("new"))

    assert again == RunRequest(
        LINE,
        blocks=(BlockId("load"),),
        only=True,
        reuse=Reuse.NEVER,
        params={"month": "2026-03-01"},
        profile="gcp",
        trigger="manual",
        run=RunId("new"),
        logical_date="2026-03-01T06:00:00+01:00",
    )


def test_a_run_of_the_editor_loads_and_exports_when_it_is_repeated() -> None:
    """All is fresh after it: a button that did nothing would look broken."""
    record = RunRecord(RunId("old"), LINE, RunState.DONE, 1.0)

    assert repeated(RunRequest(LINE, reuse=Reuse.EDITOR), record).reuse is Reuse.PURE
