"""A SQL block's text: what counts of it, and what it asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.errors.source import NoBlockFunction
from flowstone.model.block import BlockKind
from flowstone.model.sql_source import normal_sql, read_markdown, read_sql

TEXT = """\
-- Daily delays
-- by carrier, for one origin

SELECT carrier, '$not_a_param' AS x /* $nor_this */
FROM departures -- $nor_that
WHERE origin = $origin AND delay > $least OR origin = $origin;
"""


def test_title_and_params_are_read_from_the_text() -> None:
    """A param in a comment or a quoted text is not one."""
    source = read_sql(TEXT, file="x.sql", has_upstream=True)

    assert (source.title, source.description) == ("Daily delays", "by carrier, for one origin")
    assert [(param.name, param.required) for param in source.params] == [("origin", True), ("least", True)]
    assert (source.kind, source.takes_all) == (BlockKind.TRANSFORMER, True)
    assert read_sql(TEXT, file="x.sql", has_upstream=False).kind is BlockKind.LOADER


@pytest.mark.parametrize("text", ["", "  \n", "-- only a comment", "/* open", ";", "/**/;"])
def test_a_text_without_a_statement_is_refused(text: str) -> None:
    """The warehouse's own message for it is about something else."""
    with pytest.raises(NoBlockFunction):
        read_sql(text, file="x.sql", has_upstream=False)


@pytest.mark.parametrize(
    "text",
    [
        "select  1,\n\n 'a  b'  -- why",
        "/* x */ select 1, 'a  b';",
        "select /* x\n */ 1,\t'a  b' ;\n",
    ],
)
def test_formatting_and_comments_change_nothing(text: str) -> None:
    """Reformatting a query must not make a day's outputs stale."""
    assert normal_sql(text) == "select 1, 'a  b'"


@pytest.mark.parametrize(
    ("one", "other"), [("'a  b'", "'a b'"), ("'--a'", "''"), ('"A"', '"a"'), ("$$ x $$", "$$ y $$")]
)
def test_what_is_quoted_counts(one: str, other: str) -> None:
    """Two queries that give different rows must not look the same."""
    assert normal_sql(f"select {one}") != normal_sql(f"select {other}")


@given(st.text(st.sampled_from(list("a1 '\"-/*;$\n")), max_size=30))
def test_taking_out_what_does_not_count_twice_takes_out_no_more(text: str) -> None:
    """A fingerprint that wanders makes blocks stale for nothing."""
    once = normal_sql(f"select {text}")

    assert normal_sql(once) == once


def test_a_notes_first_heading_is_its_title() -> None:
    """Notes are blocks in the graph, and need a name there."""
    assert read_markdown("\n# How to\n\ntext").title == "How to"
    assert read_markdown("").title == ""
