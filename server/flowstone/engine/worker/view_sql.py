"""What a view of a table is in SQL: names of our own, values bound, and free expressions let through a sieve.

`where` gives what stands behind WHERE over the table `rows` of `stored_rows.py`; `order` what stands behind ORDER BY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from flowstone.engine.worker.expressions import translated
from flowstone.engine.worker.stored_rows import ROW, Rows
from flowstone.engine.worker.typed_values import Span, read_spans
from flowstone.errors.engine import QueryRefused
from flowstone.model.columns import Family
from flowstone.model.view import TESTS, Condition, Filter, SortKey, Test

Bound: TypeAlias = str | int | float | bool

NUMERIC_SIGNS = frozenset("0123456789+-.,e ")
DATE_SIGNS = frozenset("0123456789-:. +")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a statement, the values of its question marks in order, and the columns that it reads, by place."""

    sql: str
    values: tuple[Bound, ...] = ()
    columns: frozenset[int] = frozenset()


def where(chosen: Filter, rows: Rows) -> Clause:
    """Return the condition that a filter is; `TRUE` for one that lets all rows pass.

    Raises: QueryRefused, when a column is not there, a test does not fit it, a value cannot be read as its type asks,
    or the expression is none that may be asked.
    """
    parts = [_condition(condition, rows) for condition in chosen.conditions]
    if chosen.expression.strip():
        found = translated(chosen.expression, [column.key for column in rows.columns])
        parts.append(Clause(f"({found.sql})", (), found.columns))
    if chosen.search:
        parts.append(_search(chosen.search, rows))
    return _joined(parts, " AND ", empty="TRUE")


def order(sort: Iterable[SortKey], rows: Rows) -> Clause:
    """Return the order that sort keys are: rows without a value last, rows alike as they are stored.

    Raises: QueryRefused, when a column is not there.
    """
    keys = list(sort)
    places = [rows.place(key.column) for key in keys]
    terms = [
        f"{_orderable(rows, place)} {'DESC' if key.descending else 'ASC'} NULLS LAST"
        for key, place in zip(keys, places, strict=True)
    ]
    return Clause(", ".join([*terms, ROW]), (), frozenset(places))


def _orderable(rows: Rows, place: int) -> str:
    name = f"c{place}"
    return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END" if _is_float(rows, place) else name


def _joined(parts: list[Clause], word: str, *, empty: str) -> Clause:
    if not parts:
        return Clause(empty)
    return Clause(
        word.join(part.sql for part in parts),
        tuple(value for part in parts for value in part.values),
        frozenset().union(*(part.columns for part in parts)),
    )


def _condition(condition: Condition, rows: Rows) -> Clause:
    place = rows.place(condition.column)
    family = rows.family(place)
    if condition.test not in TESTS[family]:
        raise QueryRefused(
            f"{condition.column!r} holds {family.value} values, which cannot be asked for {condition.test.value!r}"
        )
    _check_count(condition)
    missing = _missing(rows, place)
    if condition.test is Test.MISSING:
        return Clause(f"({missing})", (), frozenset({place}))
    if condition.test is Test.PRESENT:
        return Clause(f"(NOT ({missing}))", (), frozenset({place}))
    negated = {Test.NE: Test.EQ, Test.NOT_CONTAINS: Test.CONTAINS}.get(condition.test)
    inner = _present(condition, negated or condition.test, rows, place)
    sql = f"coalesce({inner.sql} AND NOT ({missing}), FALSE)"
    return Clause(f"(NOT {sql})" if negated else f"({sql})", inner.values, frozenset({place}))


def _check_count(condition: Condition) -> None:
    wanted = {Test.MISSING: 0, Test.PRESENT: 0, Test.BETWEEN: 2}.get(condition.test, 1)
    found = len(condition.values)
    if found != wanted and not (condition.test is Test.ONE_OF and found > 1):
        raise QueryRefused(f"{condition.test.value!r} of {condition.column!r} takes {wanted} values, and got {found}")


def _is_float(rows: Rows, place: int) -> bool:
    return str(rows.queried_type(place)) in ("float", "double")


def _missing(rows: Rows, place: int) -> str:
    name = f"c{place}"
    return f"{name} IS NULL OR isnan({name})" if _is_float(rows, place) else f"{name} IS NULL"


def _present(condition: Condition, test: Test, rows: Rows, place: int) -> Clause:
    """Return a test that is no negation, of a value that is there."""
    if test in WORD_TESTS:
        return _worded(condition, test, rows.family(place), f"c{place}")
    return _compared(test, f"c{place}", read_spans(condition, rows.queried_type(place)))


WORD_TESTS = {
    Test.CONTAINS: "contains({0}, {1})",
    Test.STARTS: "starts_with({0}, {1})",
    Test.ENDS: "ends_with({0}, {1})",
    Test.REGEX: "regexp_matches({0}, {1}, '{2}')",
}


def _worded(condition: Condition, test: Test, family: Family, name: str) -> Clause:
    text = name if family is Family.TEXT else f"CAST({name} AS VARCHAR)"
    if test is Test.REGEX:
        flags = "c" if condition.match_case else "i"
        return Clause(WORD_TESTS[test].format(text, "?", flags), condition.values)
    if condition.match_case:
        return Clause(WORD_TESTS[test].format(text, "?"), condition.values)
    return Clause(WORD_TESTS[test].format(f"lower({text})", "lower(?)"), condition.values)


def _compared(test: Test, name: str, spans: list[Span]) -> Clause:
    """Return a comparison; each value is a span, from its start to just before its end, or a point."""
    first, last = spans[0], spans[-1]
    match test:
        case Test.EQ | Test.ONE_OF:
            parts = [_within(name, span) for span in spans]
            return Clause("(" + " OR ".join(part.sql for part in parts) + ")", _values(parts))
        case Test.LT:
            return Clause(f"{name} < {first.start_sql}", first.start)
        case Test.GE:
            return Clause(f"{name} >= {first.start_sql}", first.start)
        case Test.LE | Test.GT:
            return _beyond(test, name, first)
        case _:
            upper = _beyond(Test.LE, name, last)
            return Clause(f"({name} >= {first.start_sql} AND {upper.sql})", first.start + upper.values)


def _within(name: str, span: Span) -> Clause:
    if span.end is None:
        return Clause(f"{name} = {span.start_sql}", span.start)
    return Clause(f"({name} >= {span.start_sql} AND {name} < {span.end_sql})", span.start + span.end)


def _beyond(test: Test, name: str, span: Span) -> Clause:
    is_up_to = test is Test.LE
    if span.end is None:
        return Clause(f"{name} {'<=' if is_up_to else '>'} {span.start_sql}", span.start)
    return Clause(f"{name} {'<' if is_up_to else '>='} {span.end_sql}", span.end)


def _values(parts: list[Clause]) -> tuple[Bound, ...]:
    return tuple(value for part in parts for value in part.values)


def _search(text: str, rows: Rows) -> Clause:
    """Return whether a text is in one of the columns that could hold it: no number has a letter other than an e."""
    parts = [
        Clause(f"contains(lower(CAST(c{place} AS VARCHAR)), lower(?))", (text,), frozenset({place}))
        for place in range(len(rows.columns))
        if CAN_HOLD.get(rows.family(place), _any_text)(text.lower())
    ]
    found = _joined(parts, " OR ", empty="FALSE")
    return Clause(f"coalesce({found.sql}, FALSE)" if len(parts) == 1 else f"({found.sql})", found.values, found.columns)


def _any_text(_: str) -> bool:
    return True


def _in_numbers(text: str) -> bool:
    return set(text) <= NUMERIC_SIGNS or text in "infinity" or text in "-infinity" or text in "nan"


CAN_HOLD: dict[Family, Callable[[str], bool]] = {
    Family.NUMBER: _in_numbers,
    Family.DATE: lambda text: set(text) <= DATE_SIGNS or text in "infinity",
    Family.TIME: lambda text: set(text) <= DATE_SIGNS,
    Family.BOOLEAN: lambda text: text in "true" or text in "false",
    Family.BINARY: lambda _: False,
}
