"""The run machine in every order of events on small graphs, and in seeded simulations on large ones."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.kit.machine_walks import (
    RESULT,
    STRICT,
    TOLERANT,
    Graph,
    Simulation,
    explore,
    graphs_of,
    plan_of,
)

from flowstone.engine.events import StopRequested
from flowstone.engine.machine import Plan, Run, resumed, step
from flowstone.engine.machine.resumption import blocks_again
from flowstone.model.condition import read_condition
from flowstone.model.ids import BlockId
from flowstone.model.rules import Backoff, MapOver, OnFailure, Retries
from flowstone.model.run import SUCCEEDED, BlockState, Outcome, RunState

A, B, C = BlockId("a"), BlockId("b"), BlockId("c")
SMALL = [graph for size in (1, 2, 3) for graph in graphs_of(size)]
CHAIN: Graph = {"a": (), "b": ("a",), "c": ("b",)}
FORK: Graph = {"a": (), "b": ("a",), "c": ("a",)}

RULES: dict[str, dict[str, Any]] = {
    "goes on after a failure": {"on_failure": TOLERANT},
    "stops at a failure": {"on_failure": STRICT},
    "asks for rows": {"conditions": {C: read_condition("not b.ran")}},
    "cannot tell": {"conditions": {C: read_condition("month > 1")}, "params": {C: {"month": "May"}}},
    "shares a resource": {"uses": {A: {"db": 2}, B: {"db": 1}, C: {"db": 2}}, "limits": {"db": 2}},
    "calls back": {"callbacks": {A: frozenset(Outcome), B: frozenset({Outcome.FAILURE})}},
    "maps the first": {"mapped": {A: MapOver("list", width=1)}},
    "maps the second, all or nothing": {"mapped": {B: MapOver("a", on_failure=OnFailure.STOP)}},
    "maps the second, what works": {"mapped": {B: MapOver("a", on_failure=OnFailure.SKIP)}},
}


@pytest.mark.parametrize("attempts", [1, 2])
def test_every_order_of_events_on_all_graphs_of_three_blocks_keeps_every_rule(attempts: int) -> None:
    """Ten examples miss the eleventh order; on small graphs all of them can be walked."""
    visited = [explore(plan_of(graph, attempts=attempts, may_reuse=True), budget=50_000) for graph in SMALL]

    assert all(visited)


def test_every_order_of_events_on_all_graphs_of_four_blocks_keeps_every_rule() -> None:
    """Joins of joins first appear with four."""
    visited = [explore(plan_of(graph), budget=50_000) for graph in graphs_of(4)]

    assert len(visited) == 64
    assert all(visited)


@pytest.mark.parametrize("graph", [CHAIN, FORK], ids=["chain", "fork"])
@pytest.mark.parametrize("rule", RULES)
def test_every_order_of_events_keeps_every_rule_whatever_a_block_asks_for(rule: str, graph: Graph) -> None:
    """Each setting is simple alone; what hurts is a timeout in a map whose run is being stopped."""
    if rule == "asks for rows" and graph is FORK:
        graph = {**FORK, "c": ("a", "b")}

    assert explore(plan_of(graph, **RULES[rule]), budget=50_000) > 1


@pytest.mark.parametrize("rule", [None, *RULES])
def test_a_run_killed_in_any_state_does_again_only_what_had_not_succeeded(rule: str | None) -> None:
    """A night's work is not thrown away because the machine restarted at five."""
    plan = plan_of({"a": (), "b": ("a",), "c": ("b", "a")}, **(RULES[rule] if rule else {}))

    def resume(run: Run) -> None:
        again = blocks_again(plan, run.blocks, lambda _result: True)
        done = {name for name, block in run.blocks.items() if block.state in SUCCEEDED}
        simulation = Simulation(resumed(plan, run.blocks), lambda _count: 0)
        simulation.go(turns=200)

        assert simulation.run.state is not RunState.RUNNING
        started = {block for block, _ in simulation.attempts}
        assert not started & (done - again)
        assert all(run.blocks[block].attempt < attempt for block, attempt in simulation.attempts if block in run.blocks)

    explore(plan, budget=50_000, visit=resume)


def large_plan(chance: random.Random) -> Plan:
    size = chance.randrange(5, 60)
    names = [BlockId(f"b{number}") for number in range(size)]
    upstream = {
        name: tuple(chance.sample(names[:index], min(index, chance.randrange(4)))) for index, name in enumerate(names)
    }
    some = [name for name in names if chance.random() < 0.3]
    asking = [name for name in names if upstream[name] and chance.random() < 0.2]
    return Plan(
        upstream=upstream,
        may_reuse=frozenset(name for name in names if chance.random() < 0.2),
        retries={name: Retries(chance.randrange(1, 4), 1.0, Backoff.EXPONENTIAL, jitter=0.5) for name in names},
        timeouts_s=dict.fromkeys(some, 5.0),
        width=chance.randrange(1, 6),
        on_failure={name: chance.choice(list(OnFailure)) for name in some},
        conditions={name: read_condition(f"{upstream[name][0]}.ran or {upstream[name][0]}.failed") for name in asking},
        mapped={
            name: MapOver("x", width=chance.choice([None, 1]), on_failure=chance.choice(list(OnFailure)))
            for name in names
            if chance.random() < 0.15
        },
        uses={name: {"db": chance.randrange(1, 4), "memory": 10} for name in some},
        limits={"db": 3, "memory": 25},
        callbacks={name: frozenset(Outcome) for name in names if chance.random() < 0.2},
        seed="a run",
    )


@pytest.mark.parametrize("seed", range(60))
def test_random_runs_on_large_graphs_end_with_every_rule_kept(seed: int) -> None:
    """What holds on four blocks must hold on sixty, with everything that a pipeline can ask for."""
    chance = random.Random(seed)
    plan = large_plan(chance)
    simulation = Simulation(resumed(plan, {}), chance.randrange)

    simulation.go(turns=5_000, stops=seed % 3 == 0)

    assert simulation.run.state is not RunState.RUNNING
    assert set(simulation.attempts.values()) <= {1}, "no attempt was started twice"
    assert set(simulation.gathered.values()) <= {1}
    assert set(simulation.called.values()) <= {1}
    assert step(simulation.run, StopRequested(1e6)) == (simulation.run, ())


@pytest.mark.parametrize("seed", range(60))
def test_random_runs_that_are_killed_again_and_again_come_to_the_same_end(seed: int) -> None:
    """However often the power fails, each result is made once, and the run is done when everything in it is."""
    chance = random.Random(seed)
    plan = large_plan(chance)
    simulation = Simulation(resumed(plan, {}), chance.randrange)
    succeeded: set[BlockId] = set()
    for _ in range(chance.randrange(1, 6)):
        simulation.go(turns=chance.randrange(1, 100))
        blocks = simulation.killed()
        again = blocks_again(plan, blocks, lambda _result: True)
        succeeded = {name for name in plan.upstream if blocks[name].state in SUCCEEDED} - again
        if not again:
            break
        simulation = Simulation(resumed(plan, blocks), chance.randrange)
        assert not {block for block, _ in simulation.attempts} & succeeded
    simulation.go(turns=5_000)

    assert simulation.run.state is not RunState.RUNNING
    assert all(simulation.run.blocks[block].state in SUCCEEDED for block in succeeded)


def test_what_a_resumed_run_reads_and_is_gone_is_made_again() -> None:
    """An output that was collected meanwhile cannot be read; a run that starts without it fails at once."""
    plan = plan_of(CHAIN)
    run = resumed(plan, {})
    simulation = Simulation(run, lambda _count: 0)
    simulation.go(turns=2)
    blocks = simulation.killed()

    lasting = resumed(plan, blocks)
    gone = resumed(plan, blocks, is_there=lambda result: result is not RESULT)

    assert {name: block.state for name, block in lasting.blocks.items()} == {
        A: BlockState.DONE,
        B: BlockState.DONE,
        C: BlockState.WAITING,
    }
    assert {block.state for block in gone.blocks.values()} == {BlockState.WAITING}
