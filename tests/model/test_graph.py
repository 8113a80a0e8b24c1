"""Which block waits for which: the questions on which every run rests."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.errors.source import CycleFound
from flowstone.model.graph import Upstreams, ancestors, cycle_in, descendants, downstreams, topological_order
from flowstone.model.ids import BlockId

NAMES = [BlockId(name) for name in "abcdefgh"]


@st.composite
def acyclic(draw: st.DrawFn) -> Upstreams:
    """Draw a graph without cycles, its blocks written in any order."""
    order = draw(st.permutations(NAMES))[: draw(st.integers(0, len(NAMES)))]
    arrows = {
        block: tuple(draw(st.lists(st.sampled_from(order[:index]), unique=True))) if index else ()
        for index, block in enumerate(order)
    }
    return {block: arrows[block] for block in draw(st.permutations(list(order)))}


ANY_GRAPH = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), unique=True).map(tuple) for name in NAMES})


@given(acyclic())
def test_every_block_comes_after_what_it_reads(upstreams: Upstreams) -> None:
    """A block that runs before its input is there fails, or worse, takes an old one."""
    order = topological_order(upstreams)

    assert sorted(order) == sorted(upstreams)
    assert all(order.index(up) < order.index(block) for block, above in upstreams.items() for up in above)
    assert cycle_in(upstreams) == ()


def test_blocks_that_wait_for_nothing_stay_as_written() -> None:
    """The same pipeline must give the same order, and the one its author expects."""
    upstreams: Upstreams = {BlockId("c"): (), BlockId("a"): (), BlockId("b"): (BlockId("c"),)}

    assert topological_order(upstreams) == ("c", "a", "b")


@given(ANY_GRAPH)
def test_a_graph_has_an_order_exactly_when_it_has_no_cycle(upstreams: Upstreams) -> None:
    """The message about a cycle names it, so the one that is named must be there."""
    cycle = cycle_in(upstreams)

    if not cycle:
        assert len(topological_order(upstreams)) == len(upstreams)
        return
    assert cycle[0] == cycle[-1]
    assert all(up in upstreams[block] for block, up in itertools.pairwise(cycle))
    with pytest.raises(CycleFound, match="wait for each other"):
        topological_order(upstreams)


@given(acyclic())
def test_looking_down_is_looking_up_turned_round(upstreams: Upstreams) -> None:
    """What is stale below a block and what a block needs above it are one relation."""
    below = downstreams(upstreams)

    assert {(up, block) for block, above in upstreams.items() for up in above} == {
        (up, block) for up, blocks in below.items() for block in blocks
    }
    for block in upstreams:
        assert all(block in descendants(upstreams, [up]) for up in ancestors(upstreams, [block]))
        assert all(block in ancestors(upstreams, [down]) for down in descendants(upstreams, [block]))
        assert block not in ancestors(upstreams, [block])


def test_a_chain_of_thousands_and_a_wide_fan_take_no_time() -> None:
    """The graph is asked at every step of a run; a recursion or a square would show."""
    chain = {BlockId(f"b{n}"): ((BlockId(f"b{n - 1}"),) if n else ()) for n in range(5_000)}
    fan = {BlockId("all"): tuple(BlockId(f"b{n}") for n in range(1_000))} | {BlockId(f"b{n}"): () for n in range(1_000)}
    started = time.process_time()

    assert len(topological_order(chain)) == 5_000
    assert cycle_in(chain) == cycle_in(fan) == ()
    assert topological_order(fan)[-1] == "all"
    assert len(ancestors(chain, [BlockId("b4999")])) == 4_999
    assert time.process_time() - started < 10
