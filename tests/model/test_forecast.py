"""What is usual, learnt one run at a time."""

from __future__ import annotations

from flowstone.model.forecast import Forecast

MB = 1_000_000


def learnt(*runs: tuple[float, int | None]) -> Forecast:
    first, *rest = (Forecast(seconds, memory) for seconds, memory in runs)
    for latest in rest:
        first = first.after(latest)
    return first


def test_the_first_runs_weigh_the_same() -> None:
    """After two runs the usual is their middle, not the first one."""
    assert learnt((10, None), (20, None)).seconds == 15
    assert learnt((10, None), (20, None), (30, None)).seconds == 20


def test_after_a_change_a_handful_of_runs_tell_the_new_usual() -> None:
    """A block that was made ten times as fast must not be called slow for a year."""
    usual = learnt(*[(100.0, None)] * 50, *[(10.0, None)] * 10)

    assert usual.runs == 60
    assert usual.seconds < 20


def test_memory_is_remembered_at_once_and_forgotten_slowly() -> None:
    """A limit set by what is usual must let the next large day through."""
    assert learnt((1, 100 * MB), (1, 900 * MB)).peak_memory_bytes == 900 * MB
    assert learnt((1, 900 * MB), (1, 100 * MB)).peak_memory_bytes == 820 * MB


def test_a_run_without_a_figure_changes_none() -> None:
    """A cluster that tells no memory must not make it zero."""
    assert learnt((1, 100 * MB), (1, None)).peak_memory_bytes == 100 * MB
    assert learnt((1, None), (1, 100 * MB)).peak_memory_bytes == 100 * MB
