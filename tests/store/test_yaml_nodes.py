"""The two parsers behind YAML must be one to everybody else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.yaml_layouts import Written, written_pipelines

from flowstone.errors.base import SourceError
from flowstone.store.yaml_nodes import HAS_C_PARSER, _Composer, c_events, parse_document, python_events


def refusal_of(text: str) -> SourceError | None:
    try:
        parse_document(text, file="x.yaml")
    except SourceError as refused:
        return refused
    return None


@pytest.mark.skipif(not HAS_C_PARSER, reason="the C parser is not installed")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written_pipelines())
def test_both_parsers_see_the_same_nodes_at_the_same_places(written: Written) -> None:
    """Edits cut a text at these places; one character of difference would tear somebody's file."""
    in_c = _Composer(written.text, "x.yaml", c_events).document()
    in_python = _Composer(written.text, "x.yaml", python_events).document()

    assert in_c.root == in_python.root


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(list("ab:-?[]{}#&*!|>'\"%@`, \n\t\r\u2028\ufeff\0é0~<=")), max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    """What a person is half-way through typing must never be a crash."""
    refused = refusal_of(text)

    assert refused is None or refused.place.line is not None
