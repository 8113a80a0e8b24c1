"""Which upstream feeds which argument."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.model.block import BlockKind, Language
from flowstone.model.source import BlockSource, InputSpec, argument_upstreams


def taking(*names: str, takes_all: bool = False) -> BlockSource:
    inputs = tuple(InputSpec(name) for name in names)
    return BlockSource(Language.PYTHON, BlockKind.TRANSFORMER, inputs=inputs, takes_all=takes_all)


@pytest.mark.parametrize(
    ("source", "upstream", "pairs"),
    [
        (taking("x"), ("a",), (("x", "a"),)),
        (taking("a", "b"), ("b", "a"), (("a", "a"), ("b", "b"))),
        (taking("x", "a"), ("a", "b"), (("x", "b"), ("a", "a"))),
        (taking("x", "y"), ("a",), (("x", "a"),)),
        (taking("x"), ("a", "b"), (("x", "a"),)),
        (taking(takes_all=True), ("a", "b"), (("*", "a"), ("*", "b"))),
        (taking("b", takes_all=True), ("a", "b", "c"), (("b", "b"), ("*", "a"), ("*", "c"))),
        (taking(), (), ()),
    ],
)
def test_by_name_where_names_agree_and_else_in_order(
    source: BlockSource, upstream: tuple[str, ...], pairs: tuple[tuple[str, str], ...]
) -> None:
    """Two tables of the same columns, swapped, give a wrong answer and no error."""
    assert argument_upstreams(source, upstream) == pairs


NAMES = st.lists(st.sampled_from("abcdef"), unique=True)


@given(NAMES, NAMES, st.booleans())
def test_no_upstream_is_given_twice_and_none_is_lost_that_could_be_taken(
    names: list[str], upstream: list[str], takes_all: bool
) -> None:
    """Each input arrives once."""
    pairs = argument_upstreams(taking(*names, takes_all=takes_all), tuple(upstream))

    given_ones = [up for _, up in pairs]
    assert len(set(given_ones)) == len(given_ones)
    assert set(given_ones) <= set(upstream)
    assert len(given_ones) == (len(upstream) if takes_all else min(len(names), len(upstream)))
    assert all(parameter == up for parameter, up in pairs if up in names)
