"""Which runs the limits let go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowstone.model.ids import PipelineId, RunId
from flowstone.model.retention import DAY_S, KnownRun, Retention, runs_to_empty, runs_to_forget

A, B = PipelineId("a"), PipelineId("b")
NOW = 100 * DAY_S


def run(name: str, pipeline: PipelineId, days_ago: float) -> KnownRun:
    return KnownRun(RunId(name), pipeline, NOW - days_ago * DAY_S)


RUNS = [run("a1", A, 1), run("a2", A, 10), run("a3", A, 50), run("b1", B, 90), run("b2", B, 95)]


@pytest.mark.parametrize(
    ("policy", "gone"),
    [
        (Retention(), set()),
        (Retention(keep_runs=1), {"a2", "a3", "b2"}),
        (Retention(keep_runs=2), {"a3"}),
        (Retention(keep_days=30), {"a3", "b2"}),
        (Retention(keep_days=5, keep_runs=100), {"a2", "a3", "b2"}),
        (Retention(max_size_bytes=1), set()),
    ],
)
def test_runs_go_by_age_and_count_of_each_pipeline_and_the_newest_never(policy: Retention, gone: set[str]) -> None:
    """A pipeline that runs once a quarter must not lose its only run to one that runs each minute."""
    assert runs_to_forget(RUNS, policy, now=NOW) == gone


def test_runs_that_go_on_or_are_pinned_stay() -> None:
    """The run that a report was made from is kept for the auditor."""
    runs = [RUNS[0], replace(RUNS[1], is_pinned=True), replace(RUNS[2], is_running=True)]

    assert runs_to_forget(runs, Retention(keep_runs=1, keep_days=1), now=NOW) == set()
    assert runs_to_empty(runs) == ()


def test_outputs_go_oldest_first_but_never_the_newest_runs() -> None:
    """What was made last is what people look at."""
    runs = [*RUNS[:2], replace(RUNS[2], has_outputs=False), *RUNS[3:]]

    assert runs_to_empty(runs) == ("b2", "a2")
