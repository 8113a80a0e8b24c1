"""Durations read back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.store.durations import MAX_S, read_duration, write_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("5m", 300), ("2h", 7_200), ("1d", 86_400), ("90", 90), ("1.5m", 90), ("0", 0)]
)
def test_people_write_durations_in_units(text: str, seconds: float) -> None:
    """A timeout of 600 leaves its reader to guess the unit."""
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1", "1w", "1h30m", "1e3", ".inf", "1,5s", "9999d", "1" * 40])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A timeout that is read wrongly kills a night's run, or never does."""
    with pytest.raises(ValueError, match=r"duration|longer"):
        read_duration(text)


@given(st.integers(0, int(MAX_S)) | st.integers(0, 10**9).map(lambda n: n / 1_000))
def test_writing_and_reading_is_exact(seconds: float) -> None:
    """A form that is saved unchanged must change nothing."""
    if seconds <= MAX_S:
        assert read_duration(write_duration(seconds)) == seconds
