"""Whether a process is there."""

from __future__ import annotations

import os

import pytest

from flowstone.disk.living import is_running


@pytest.mark.parametrize(("pid", "expected"), [(1, True), (0, False), (-1, False), (2**40, False)])
def test_a_process_is_told_from_a_number_that_none_has(pid: int, *, expected: bool) -> None:
    """To the system 0 and -1 are groups, and a file with one of them would never be told as abandoned."""
    assert is_running(pid) is expected


def test_this_process_is_there() -> None:
    """What holds a lock now must not be taken for gone."""
    assert is_running(os.getpid())
