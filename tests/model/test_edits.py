"""Edits as values: each gives a new pipeline or says why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.errors.base import SourceError
from flowstone.errors.source import BadId, CycleFound, DuplicateKey, UpstreamMissing, WrongValue
from flowstone.model.block import Block
from flowstone.model.condition import read_condition
from flowstone.model.edits import (
    AddBlock,
    Connect,
    Disconnect,
    Edit,
    RemoveBlock,
    RenameBlock,
    SetDescription,
    SetLimits,
    SetParams,
    SetPipelineParams,
    SetRules,
    SetUpstream,
    apply,
)
from flowstone.model.graph import cycle_in, upstreams_of
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.pipeline import ParamType, Pipeline, PipelineParam
from flowstone.model.rules import Backoff, OnFailure, Retries

A, B, C, D = (BlockId(name) for name in "abcd")


def block(block_id: BlockId, *upstream: BlockId) -> Block:
    return Block(block_id, f"transformers/{block_id}.py", upstream=upstream)


CHAIN = Pipeline(PipelineId("p"), (block(A), block(B, A), block(C, A, B)), file="pipelines/p.yaml")


def upstreams_after(edit: Edit) -> dict[BlockId, tuple[BlockId, ...]]:
    return dict(upstreams_of(apply(CHAIN, edit)))


def test_edges_come_and_go_in_the_order_of_the_arguments() -> None:
    """The order of upstreams is the order of a function's arguments."""
    assert upstreams_after(AddBlock(block(D, C))) == {A: (), B: (A,), C: (A, B), D: (C,)}
    assert upstreams_after(RemoveBlock(A)) == {B: (), C: (B,)}
    assert upstreams_after(RenameBlock(A, D)) == {D: (), B: (D,), C: (D, B)}
    assert upstreams_after(Disconnect(A, C)) == {A: (), B: (A,), C: (B,)}
    assert upstreams_after(SetUpstream(C, (B, A))) == {A: (), B: (A,), C: (B, A)}
    assert upstreams_of(apply(apply(CHAIN, Disconnect(A, C)), Connect(A, C)))[C] == (B, A)


def test_the_rest_is_set_anew() -> None:
    """A form shows everything that there is, so what it sends is everything."""
    param = PipelineParam("limit", ParamType.INTEGER, default=1)

    assert apply(CHAIN, SetParams(B, {"x": 1})).block(B).params == {"x": 1}
    limited = apply(CHAIN, SetLimits(B, Retries(3, 10), 60)).block(B)
    assert (limited.retries, limited.timeout_s) == (Retries(3, 10), 60)
    assert apply(CHAIN, SetRules(B, jitter=0.5, memory_bytes=9)).block(B).memory_bytes == 9
    assert apply(CHAIN, SetPipelineParams((param,))).params == (param,)
    assert apply(CHAIN, SetDescription("new")).description == "new"


def test_what_one_form_sets_leaves_what_another_sets_alone() -> None:
    """Who changes the timeout must not lose the backoff that somebody wrote by hand."""
    ruled = apply(CHAIN, SetRules(B, Backoff.EXPONENTIAL, 0.5, OnFailure.STOP, "a.rows > 1", 9))

    limited = apply(ruled, SetLimits(B, Retries(3, 10), 60)).block(B)
    again = apply(apply(CHAIN, SetLimits(B, Retries(3, 10), 60)), SetRules(B, jitter=0.5)).block(B)

    assert limited.retries == Retries(3, 10, Backoff.EXPONENTIAL, jitter=0.5)
    assert (limited.on_failure, limited.when, limited.memory_bytes) == (OnFailure.STOP, read_condition("a.rows > 1"), 9)
    assert (again.retries, again.timeout_s) == (Retries(3, 10, jitter=0.5), 60)


def test_a_renamed_upstream_is_renamed_where_it_is_asked_about() -> None:
    """A name that is left behind in a condition breaks the pipeline that worked."""
    asking = apply(CHAIN, SetRules(B, when="a.rows > 1 and 'a.rows' != a.value"))

    renamed = apply(asking, RenameBlock(A, BlockId("orders"))).block(B)

    assert renamed.when == read_condition("orders.rows > 1 and 'a.rows' != orders.value")


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (AddBlock(block(A)), DuplicateKey),
        (AddBlock(block(D, BlockId("x"))), UpstreamMissing),
        (AddBlock(block(BlockId("No good"))), BadId),
        (AddBlock(block(D, D)), UpstreamMissing),
        (RemoveBlock(D), UpstreamMissing),
        (RenameBlock(D, A), UpstreamMissing),
        (RenameBlock(A, B), DuplicateKey),
        (RenameBlock(A, BlockId("../a")), BadId),
        (Connect(A, B), WrongValue),
        (Connect(C, A), CycleFound),
        (Connect(A, A), CycleFound),
        (Connect(D, A), UpstreamMissing),
        (Disconnect(C, A), UpstreamMissing),
        (SetUpstream(A, (C,)), CycleFound),
        (SetUpstream(A, (D,)), UpstreamMissing),
        (SetParams(D, {}), UpstreamMissing),
        (SetLimits(A, Retries(0)), WrongValue),
        (SetLimits(A, Retries(1, -1)), WrongValue),
        (SetLimits(A, Retries(), 0), WrongValue),
        (SetRules(A, jitter=2), WrongValue),
        (SetRules(A, memory_bytes=0), WrongValue),
        (SetRules(A, when="import os"), WrongValue),
        (SetRules(A, when="c.rows > 1"), WrongValue),
    ],
    ids=str,
)
def test_an_edit_that_makes_no_sense_is_refused(edit: Edit, error: type[SourceError]) -> None:
    """The file on disk must never be left as something that does not load."""
    with pytest.raises(error) as refused:
        apply(CHAIN, edit)

    assert refused.value.message


ANY_ID = st.sampled_from([A, B, C, D])
ANY_EDIT = st.one_of(
    st.builds(AddBlock, st.builds(block, ANY_ID, ANY_ID)),
    st.builds(RemoveBlock, ANY_ID),
    st.builds(RenameBlock, ANY_ID, ANY_ID),
    st.builds(Connect, ANY_ID, ANY_ID),
    st.builds(Disconnect, ANY_ID, ANY_ID),
    st.builds(SetUpstream, ANY_ID, st.lists(ANY_ID, unique=True).map(tuple)),
)


@given(st.lists(ANY_EDIT, max_size=8))
def test_no_series_of_edits_leaves_a_graph_that_cannot_run(series: list[Edit]) -> None:
    """Whatever a person clicks, the pipeline stays one: ids once, no arrow from nowhere, no cycle."""
    pipeline = CHAIN
    for edit in series:
        try:
            pipeline = apply(pipeline, edit)
        except SourceError:
            continue

    ids = pipeline.block_ids
    assert len(set(ids)) == len(ids)
    assert all(up in ids for each in pipeline.blocks for up in each.upstream)
    assert cycle_in(upstreams_of(pipeline)) == ()
