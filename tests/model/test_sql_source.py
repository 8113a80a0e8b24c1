"""A SQL block's text: what counts of it, and what it asks for."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.errors.source import NoBlockFunction
from flowstone.model.block import BlockKind
from flowstone.model.sql_source import read_markdown, read_sql
from flowstone.model.sql_tokens import UNCASED, normal_foreign_sql, normal_sql

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
        "SELECT 1,'a  b'",
        "Select\n    1\n    , 'a  b'",
    ],
)
def test_formatting_and_comments_change_nothing(text: str) -> None:
    """Reformatting a query must not make a day's outputs stale."""
    assert normal_sql(text) == "SELECT 1 , 'a  b'"


@pytest.mark.parametrize("word", sorted(UNCASED))
@pytest.mark.parametrize(
    "query", ["1 {word}", '{word} FROM (SELECT 1 AS "{word}")', "* FROM (SELECT 7 AS x) {word}", "max(1) {word}"]
)
def test_a_word_whose_case_is_passed_over_is_no_name_in_duckdb(word: str, query: str) -> None:
    """DuckDB keeps the case of names: `total` and `Total` are two columns to the block below."""
    try:
        described = duckdb.execute(f"DESCRIBE SELECT {query.format(word=word.title())}").fetchall()
    except duckdb.Error:
        return
    assert word.title() not in [row[0] for row in described]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 AS Left", "1 AS left"),
        ("t.Order", "t.order"),
        ("struct_pack(Left := 1)", "struct_pack(left := 1)"),
        ("a AS Total", "a AS total"),
        ("a <= b", "a < = b"),
        ("1 .5", "1.5"),
        ("a - -1", "a --1"),
        ("x '00'", "x'00'"),
        ("'a' 'b'", "'a'\n'b'"),
        ("e'it\\'s -- a'", "e'it\\'s -- b'"),
        ("$q$ -- a $q$", "$q$ -- b $q$"),
        ("$month", "$ month"),
    ],
)
def test_what_changes_the_rows_or_their_names_counts(one: str, other: str) -> None:
    """A missed difference is a wrong table; a false one costs a run."""
    assert normal_sql(f"select {one} from t") != normal_sql(f"select {other} from t")


def test_another_engines_text_is_taken_as_it_is_where_its_quotes_may_be_others() -> None:
    """In BigQuery a backslash keeps a quote open, and what looks like a comment is text."""
    assert normal_foreign_sql("select 'it\\'s -- a'") != normal_foreign_sql("select 'it\\'s -- b'")
    assert normal_foreign_sql("select `a  b`") != normal_foreign_sql("select `a b`")
    assert normal_foreign_sql("select  1 -- one") == normal_foreign_sql("select\n1")


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
