"""What runs share: never more of it taken than there is, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

import pytest

from flowstone.engine.resources import Resources


async def hold(resources: Resources, uses: Mapping[str, int], until: asyncio.Event) -> None:
    async with resources.taken(uses):
        await until.wait()


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_needs_more_than_is_free_waits_until_it_is_and_others_go_past() -> None:
    """A block that waits for both connections must not keep another from the one that is free."""
    resources = Resources({"db": 2})
    first, rest = asyncio.Event(), asyncio.Event()
    one = asyncio.create_task(hold(resources, {"db": 1}, first))
    await turn()
    both = asyncio.create_task(hold(resources, {"db": 2}, rest))
    await turn()
    other = asyncio.create_task(hold(resources, {"db": 1}, first))
    await turn()
    taken_before = resources._taken["db"]

    first.set()
    await turn()

    assert (taken_before, resources._taken["db"]) == (2, 2)
    assert (one.done(), other.done(), both.done()) == (True, True, False)
    rest.set()
    await both
    assert resources._taken["db"] == 0


async def test_who_is_stopped_while_waiting_takes_nothing_with_them() -> None:
    """A connection that a stopped run holds for ever is a connection less for good."""
    resources = Resources({"db": 1})
    done = asyncio.Event()
    holding = asyncio.create_task(hold(resources, {"db": 1}, done))
    await turn()
    waiting = asyncio.create_task(hold(resources, {"db": 1}, done))
    await turn()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    done.set()
    await holding

    await asyncio.wait_for(hold(resources, {"db": 1}, done), timeout=30)


async def test_what_needs_more_than_there_is_runs_alone() -> None:
    """A limit that was lowered while a run was on must not hold that run for ever."""
    resources = Resources({"db": 4})
    resources.limit({"db": 1})
    done = asyncio.Event()
    done.set()

    await asyncio.wait_for(hold(resources, {"db": 3}, done), timeout=30)


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_is_asked_for_in_whatever_order_everybody_gets_it_and_no_limit_is_passed(seed: int) -> None:
    """Two resources taken one after the other is how programs come to wait for each other."""
    chance = random.Random(seed)
    limits = {"a": 3, "b": 5}
    resources = Resources(limits)

    async def work() -> None:
        uses = {name: chance.randrange(1, limits[name] + 1) for name in limits if chance.random() < 0.7}
        async with resources.taken(uses):
            assert all(resources._taken[name] <= limit for name, limit in limits.items())
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(*(work() for _ in range(100)))

    assert not any(resources._taken.values())
