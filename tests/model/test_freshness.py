"""Stale always comes with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.model.freshness import PENDING, Part, PartKind, Reason, reasons, sentence

PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from([kind for kind in PartKind if kind is not PartKind.RUN]),
        st.sampled_from("abc"),
        st.sampled_from("123"),
    ),
    unique_by=lambda part: (part.kind, part.what),
).map(tuple)


@given(PARTS, PARTS)
def test_there_is_a_reason_exactly_where_something_differs(was: tuple[Part, ...], now: tuple[Part, ...]) -> None:
    """No reason means fresh; a false one costs a run, and a missed one a wrong table."""
    found = reasons(was, now)

    assert (found == ()) == (set(was) == set(now))
    assert all(reason.was != reason.now for reason in found)
    assert {(reason.kind, reason.what) for reason in found} == {(part.kind, part.what) for part in {*was} ^ {*now}}
    assert all(sentence(reason) for reason in found)


@given(PARTS)
def test_putting_things_back_leaves_no_reason(parts: tuple[Part, ...]) -> None:
    """Reverting an edit makes a block fresh again with no run."""
    assert reasons(parts, parts[::-1]) == ()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(PartKind.SOURCE, "a.py", "1", "2"), "its code changed"),
        (Reason(PartKind.MODULE, "lib/fares.py", "1", "2"), "lib/fares.py changed"),
        (Reason(PartKind.PARAM, "month", "2024-01", "2024-02"), "param month 2024-01 → 2024-02"),
        (Reason(PartKind.PARAM, "month", None, '"2024-02"'), "param month unset → 2024-02"),
        (Reason(PartKind.PARAM, "name", '"a b"', '""'), 'param name "a b" → ""'),
        (Reason(PartKind.PACKAGE, "pandas", "3.0", None), "package pandas 3.0 → absent"),
        (Reason(PartKind.FILE, "data/x.csv", "1", "2"), "file data/x.csv changed"),
        (Reason(PartKind.UPSTREAM, "load", None, "1"), "upstream load was connected"),
        (Reason(PartKind.UPSTREAM, "load", "1", None), "upstream load was disconnected"),
        (Reason(PartKind.UPSTREAM, "load", "1", PENDING), "upstream load is stale"),
        (Reason(PartKind.UPSTREAM, "load", "1", "2"), "upstream load has new content"),
    ],
)
def test_a_reason_is_said_in_words(reason: Reason, words: str) -> None:
    """The mark in the graph is only as good as its sentence."""
    assert sentence(reason) == words
