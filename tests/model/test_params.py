"""A param's value comes from one place, and is of its type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.errors.base import Place
from flowstone.errors.source import WrongValue
from flowstone.model.block import Block, BlockKind, Language
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.params import ResolvedParam, checked, pipeline_values, resolve
from flowstone.model.pipeline import ParamType, Pipeline, PipelineParam
from flowstone.model.source import BlockSource, ParamSpec

HERE = Place("pipelines/p.yaml", 1, 1)
SOURCE = BlockSource(
    Language.PYTHON,
    BlockKind.LOADER,
    params=(
        ParamSpec("own", ParamType.INTEGER, required=True),
        ParamSpec("shared", ParamType.TEXT, required=True),
        ParamSpec("usual", ParamType.NUMBER, default=0.5),
    ),
)


def test_the_blocks_own_value_beats_the_pipelines_and_that_the_default() -> None:
    """The nearer word counts, and the form can say whose it was."""
    block = Block(BlockId("b"), "b.py", params={"own": 1})

    assert resolve(SOURCE, block, {"own": 2, "shared": "s", "other": 3}) == (
        ResolvedParam("own", 1, "block"),
        ResolvedParam("shared", "s", "pipeline"),
        ResolvedParam("usual", 0.5, "default"),
    )


@pytest.mark.parametrize("params", [{"own": 1}, {"own": 1, "shared": "s", "misspelt": 1}])
def test_a_value_that_is_missing_or_that_nothing_takes_is_refused(params: dict[str, Any]) -> None:
    """A misspelt param would silently run with the default."""
    with pytest.raises(WrongValue):
        resolve(SOURCE, Block(BlockId("b"), "b.py", params=params), {})


PARAMS = Pipeline(
    PipelineId("p"),
    params=(
        PipelineParam("day", ParamType.DATE, required=True),
        PipelineParam("limit", ParamType.INTEGER, default=10),
    ),
)


def test_a_runs_values_beat_the_pipelines_and_the_projects() -> None:
    """A run for another month is the same pipeline with another value."""
    assert pipeline_values(PARAMS, {"day": "2024-01-01", "x": 1}, {"limit": "5"}) == {
        "day": "2024-01-01",
        "x": 1,
        "limit": 5,
    }


@pytest.mark.parametrize("overrides", [{}, {"day": "soon"}, {"day": "2024-01-01", "month": "x"}])
def test_a_runs_values_must_be_known_right_and_complete(overrides: dict[str, Any]) -> None:
    """A night's run with the wrong month is found out in the morning."""
    with pytest.raises(WrongValue):
        pipeline_values(PARAMS, {}, overrides)


GOOD = [
    (ParamType.TEXT, "x", "x"),
    (ParamType.INTEGER, "12", 12),
    (ParamType.INTEGER, 12, 12),
    (ParamType.NUMBER, "1.5", 1.5),
    (ParamType.NUMBER, 2, 2),
    (ParamType.BOOLEAN, "True", True),
    (ParamType.BOOLEAN, False, False),
    (ParamType.DATE, "2024-02-29", "2024-02-29"),
    (ParamType.DATETIME, "2024-02-29T10:00", "2024-02-29T10:00:00"),
    (ParamType.JSON, "[1, 2]", [1, 2]),
    (ParamType.JSON, {"a": 1}, {"a": 1}),
]
BAD = [
    (ParamType.TEXT, 1),
    (ParamType.INTEGER, "1.5"),
    (ParamType.INTEGER, True),
    (ParamType.INTEGER, 1.0),
    (ParamType.NUMBER, "much"),
    (ParamType.NUMBER, False),
    (ParamType.BOOLEAN, "yes"),
    (ParamType.BOOLEAN, 1),
    (ParamType.DATE, "2026-02-30"),
    (ParamType.DATE, "1/2/2024"),
    (ParamType.DATETIME, "noon"),
    (ParamType.JSON, "[1"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), GOOD, ids=str)
def test_a_value_becomes_the_json_that_its_type_asks_for(kind: ParamType, value: Any, expected: Any) -> None:
    """The command line has only texts, YAML has types, and both must mean the same."""
    found = checked(PipelineParam("p", kind), value, place=HERE)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(("kind", "value"), BAD, ids=str)
def test_a_value_of_another_type_is_refused_by_name(kind: ParamType, value: Any) -> None:
    """Taking 1 for true or true for 1 hides a mistake until the numbers are wrong."""
    with pytest.raises(WrongValue, match="'p'"):
        checked(PipelineParam("p", kind), value, place=HERE)


def test_only_a_choice_that_is_offered_may_be_made() -> None:
    """The form offers these; the command line must not go past them."""
    param = PipelineParam("p", ParamType.CHOICE, choices=("a", "b"))

    assert checked(param, "a", place=HERE) == "a"
    with pytest.raises(WrongValue, match="a, b"):
        checked(param, "c", place=HERE)


def test_a_date_is_said_as_it_is_written() -> None:
    """`datetime.date(2024, 1, 31)` is nothing that could be typed anywhere."""
    with pytest.raises(WrongValue, match="param 'p': 2024-01-31 is not an integer"):
        checked(PipelineParam("p", ParamType.INTEGER), date(2024, 1, 31), place=HERE)


@given(
    st.sampled_from(ParamType),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
)
def test_what_was_accepted_once_is_accepted_as_it_is(kind: ParamType, value: Any) -> None:
    """Values are written to the ledger and checked again when a run is resumed."""
    param = PipelineParam("p", kind)
    try:
        found = checked(param, value, place=HERE)
    except WrongValue:
        return

    again = found if kind is ParamType.JSON and isinstance(found, str) else checked(param, found, place=HERE)
    assert again == found or found != found
