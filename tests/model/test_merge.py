"""Two people's changes of one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.model.merge import merged

BASE = "blocks:\n  a: {file: a.py}\n  b: {file: b.py, upstream: [a]}\n  c: {file: c.py}\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (
            BASE.replace("a.py", "x.py"),
            BASE.replace("c.py", "z.py"),
            BASE.replace("a.py", "x.py").replace("c.py", "z.py"),
        ),
        (BASE + "  m: {}\n", BASE + "  t: {}\n", BASE + "  m: {}\n  t: {}\n"),
        (
            BASE.replace("[a]", "[c]"),
            BASE.replace("b.py", "bb.py"),
            BASE.replace("[a]", "[c]").replace("b.py", "bb.py"),
        ),
        (
            BASE.replace("  c: {file: c.py}\n", ""),
            "# theirs\n" + BASE,
            "# theirs\n" + BASE.replace("  c: {file: c.py}\n", ""),
        ),
        (BASE.replace("[a]", "[c]"), BASE.replace("[a]", "[x]"), None),
        (BASE.replace("  c: {file: c.py}\n", ""), BASE.replace("c.py", "z.py"), None),
    ],
    ids=["other lines", "both at the end", "other words", "gone and added", "same word", "gone and changed"],
)
def test_changes_in_different_places_come_together(mine: str, theirs: str, both: str | None) -> None:
    """An undo must take back its own edit and nobody else's."""
    assert merged(BASE, mine, theirs) == both


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c: 1\n", "  d: [x, y]\n"]), max_size=6).map("".join)


@given(TEXTS, TEXTS)
def test_a_change_made_alone_is_made_whole(base: str, other: str) -> None:
    """What nobody else touched must come out as it went in."""
    assert merged(base, other, base) == other
    assert merged(base, base, other) == other
    assert merged(base, other, other) == other
