"""`retention:` in flowstone.yaml: what it can say, and what is said of what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstone.model.retention import Retention
from flowstone.store.project_yaml import read_project


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{}", Retention()),
        ("{keep_runs: 10}", Retention(keep_runs=10)),
        ("{keep_days: 0.5, max_size: 1.5GB}", Retention(keep_days=0.5, max_size_bytes=1_500_000_000)),
        ("{keep_runs: 1, keep_days: 30, max_size: 10}", Retention(1, 30.0, 10)),
    ],
)
def test_limits_are_read(words: str, expected: Retention) -> None:
    """What is left out is no limit."""
    found = read_project(Path("/p"), f"name: p\nretention: {words}\n", None)

    assert (found.project.retention, found.problems) == (expected, ())


WRONG = """
    {keep_runs: 0} | {keep_runs: -1} | {keep_runs: 1.5} | {keep_days: 0} | {keep_days: soon} | {keep_days: true}
    {keep_days: .inf} | {max_size: 0} | {max_size: big} | {max_size: [1]} | {keep: 1} | [1] | forever
"""


@pytest.mark.parametrize("words", [words.strip() for line in WRONG.strip().splitlines() for words in line.split("|")])
def test_a_limit_that_makes_no_sense_is_named_and_nothing_is_let_go_for_it(words: str) -> None:
    """A typo must not cost a year's history."""
    found = read_project(Path("/p"), f"name: p\nretention: {words}\n", None)

    assert {problem.place.line for problem in found.problems} == {2}
    assert found.project.retention == Retention()


def test_without_it_everything_is_kept() -> None:
    """Nobody loses history that they did not ask to lose."""
    assert read_project(Path("/p"), "name: p\n", None).project.retention.is_unlimited
