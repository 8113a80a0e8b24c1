"""Views of stored tables: what a filter and a sort let through, held against pandas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from flowstone.engine.worker.expressions import translated
from flowstone.engine.worker.stored_rows import Rows
from flowstone.engine.worker.view_sql import order, where
from flowstone.errors.engine import QueryRefused
from flowstone.model.view import Condition, Filter, SortKey, Test

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def passing(table: pa.Table, chosen: Filter, sort: tuple[SortKey, ...] = ()) -> list[int]:
    """Return the numbers of the rows that a view has, in its order."""
    rows = Rows(table)
    clause, by = where(chosen, rows), order(sort, rows)
    with rows.asked(clause.columns | by.columns) as connection:
        found = connection.execute(f"SELECT row FROM rows WHERE {clause.sql} ORDER BY {by.sql}", clause.values)
        return [row for (row,) in found.fetchall()]


def one(column: str, test: str, *values: str, match_case: bool = False) -> Filter:
    return Filter((Condition(column, Test(test), values, match_case),))


def rows_where(mask: Any) -> list[int]:
    return [int(row) for row in np.flatnonzero(np.asarray(mask))]


NUMBERS = st.one_of(
    st.none(), st.floats(width=64), st.integers(-5, 5).map(float), st.sampled_from([float("nan"), float("inf")])
)
COMPARED = {"eq": "__eq__", "ne": "__ne__", "lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__"}


@QUICK
@given(st.lists(NUMBERS, max_size=30), st.floats(allow_nan=False), st.sampled_from(sorted(COMPARED)))
def test_numbers_compare_as_in_pandas(cells: list[float | None], value: float, test: str) -> None:
    """A filter that keeps other rows than the block's own code would is worse than none."""
    table = pa.table({"x": pa.array(cells, pa.float64())})
    column = pd.Series(cells, dtype="float64")
    value = float(cells[0]) if cells and cells[0] is not None and not np.isnan(cells[0]) else value

    assert passing(table, one("x", test, repr(value))) == rows_where(getattr(column, COMPARED[test])(value))


@QUICK
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), max_size=30),
    st.one_of(st.integers(-(2**70), 2**70), st.integers(-5, 5)),
    st.sampled_from(sorted(COMPARED)),
)
def test_whole_numbers_compare_exactly(cells: list[int | None], value: int, test: str) -> None:
    """An id of nineteen digits is no float."""
    table = pa.table({"x": pa.array(cells, pa.int64())})
    value = cells[0] if cells and cells[0] is not None else value
    expected = [
        (cell is None and test == "ne") or (cell is not None and getattr(int(cell), COMPARED[test])(value))
        for cell in cells
    ]

    assert passing(table, one("x", test, str(value))) == rows_where(expected)


TEXTS = st.text(st.sampled_from("aAbB%_\\'\"xé .*\n"), max_size=6)


@QUICK
@given(
    st.lists(st.one_of(st.none(), TEXTS), max_size=30),
    TEXTS.filter(bool),
    st.sampled_from(["contains", "not_contains", "starts", "ends", "eq", "ne"]),
    st.booleans(),
)
def test_texts_are_found_as_in_pandas(cells: list[str | None], value: str, test: str, match_case: bool) -> None:
    """A per cent sign or a quote in what is looked for is that sign, and nothing else."""
    table = pa.table({"x": pa.array(cells, pa.string())})
    column = pd.Series(cells, dtype="object")
    folds = not match_case and test not in ("eq", "ne")
    looked, wanted = (column.str.lower(), value.lower()) if folds else (column, value)
    looked = looked.astype("object")
    expected = {
        "contains": lambda: looked.str.contains(wanted, regex=False, na=False),
        "not_contains": lambda: ~looked.str.contains(wanted, regex=False, na=False).astype(bool),
        "starts": lambda: looked.str.startswith(wanted, na=False),
        "ends": lambda: looked.str.endswith(wanted, na=False),
        "eq": lambda: column == value,
        "ne": lambda: column != value,
    }[test]()

    found = passing(table, one("x", test, value, match_case=match_case)) if cells else []

    assert found == rows_where(expected.astype(bool) if cells else [])


@QUICK
@given(
    st.lists(st.tuples(NUMBERS, st.one_of(st.none(), st.sampled_from("abc"))), max_size=30),
    st.booleans(),
    st.booleans(),
)
def test_several_columns_sort_as_in_pandas(
    cells: list[tuple[float | None, str | None]], down: bool, down_too: bool
) -> None:
    """Rows that are alike stay as they were, and rows without a value come last whichever way it goes."""
    frame = pd.DataFrame({"s": [text for _, text in cells], "x": [number for number, _ in cells]})
    frame["x"] = frame["x"].astype("float64")
    table = pa.table({"s": pa.array([c[1] for c in cells], pa.string()), "x": pa.array([c[0] for c in cells], "f8")})
    expected = frame.sort_values("x", ascending=not down_too, kind="stable", na_position="last")
    expected = expected.sort_values("s", ascending=not down, kind="stable", na_position="last")

    found = passing(table, Filter(), (SortKey("s", descending=down), SortKey("x", descending=down_too)))

    assert found == expected.index.tolist()


MOMENTS = ["2024-01-30 23:59:59.999999", "2024-01-31", "2024-01-31 12:30:15.5", "2024-02-01", None]
SPANS = {
    ("eq", "2024-01-31"): [1, 2],
    ("ne", "2024-01-31"): [0, 3, 4],
    ("le", "2024-01-31"): [0, 1, 2],
    ("gt", "2024-01-31"): [3],
    ("lt", "2024-01-31"): [0],
    ("ge", "2024-01-31"): [1, 2, 3],
    ("eq", "2024-01"): [0, 1, 2],
    ("eq", "2024"): [0, 1, 2, 3],
    ("eq", "2024-01-31 12:30"): [2],
    ("eq", "2024-01-31T12:30:15"): [2],
    ("eq", "2024-01-31 12:30:15.5"): [2],
    ("gt", "2024-01-31 12:30:15.4"): [2, 3],
}


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("asked", SPANS, ids=" ".join)
def test_a_date_means_all_of_its_day(unit: str, asked: tuple[str, str]) -> None:
    """Whoever asks up to the 31st wants its evening, too."""
    kind = pa.timestamp(unit)
    moments = pd.Series(pd.to_datetime(pd.Series(MOMENTS), format="mixed")).dt.floor(unit)
    table = pa.table({"at": pa.array(moments, from_pandas=True).cast(kind)})

    assert passing(table, one("at", *asked)) == SPANS[asked]


def test_a_moment_is_of_the_clock_of_its_column() -> None:
    """What is typed is compared with what is shown."""
    moments = [datetime(2024, 7, 1, 21, 59, tzinfo=UTC), datetime(2024, 7, 1, 22, 0, tzinfo=UTC)]
    table = pa.table({"at": pa.array(moments, pa.timestamp("us", "Europe/Berlin"))})

    found = [
        passing(table, one("at", "eq", text))
        for text in ("2024-07-01", "2024-07-02", "2024-07-01 22:00Z", "2024-07-02 02:00+0200")
    ]

    assert found == [[0], [1], [1], []]


TYPED: dict[str, tuple[pa.Array, Filter, list[int]]] = {
    "days": (pa.array([date(2024, 1, 31), None]), one("x", "between", "2024-01-01", "2024-01"), [0]),
    "times": (pa.array([3_600, 7_200], pa.time32("s")), one("x", "ge", "01:30"), [1]),
    "lengths": (pa.array([90_000, 89_999, None], pa.duration("ms")), one("x", "ge", "1m 30s"), [0]),
    "a clock's lengths": (pa.array([5_400], pa.duration("s")), one("x", "eq", "1:30"), [0]),
    "booleans": (pa.array([True, False, None]), one("x", "ne", "true"), [1, 2]),
    "decimals": (
        pa.array([Decimal("1.10"), Decimal("1.11")], pa.decimal128(30, 2)),
        one("x", "one_of", "1.1", "7"),
        [0],
    ),
    "large decimals": (pa.array([Decimal("1e40")], pa.decimal256(50, 2)), one("x", "gt", "1e39"), [0]),
    "single precision": (pa.array([0.1, 0.2], pa.float32()), one("x", "eq", "0.1"), [0]),
    "half precision": (pa.array(np.array([0.5, 2], "f2")), one("x", "lt", "1"), [0]),
    "unsigned": (pa.array([2**64 - 1, 1], pa.uint64()), one("x", "gt", str(2**63)), [0]),
    "a fraction among whole numbers": (pa.array([1, 2]), one("x", "gt", "1.5"), [1]),
    "categories": (pa.array(["b", "a"]).dictionary_encode(), one("x", "eq", "a"), [1]),
    "text views": (pa.array(["b", "a"], pa.string_view()), one("x", "starts", "A"), [1]),
    "expressions": (pa.array(["ab1", "ab"]), one("x", "regex", r"^AB\d$"), [0]),
    "lists": (pa.array([["x", "y"], None, []]), one("x", "contains", "y"), [0]),
    "missing numbers": (pa.array([1.0, float("nan"), None]), one("x", "missing"), [1, 2]),
    "present": (pa.array([1.0, float("nan"), None]), one("x", "present"), [0]),
    "nothing known": (pa.nulls(2), one("x", "missing"), [0, 1]),
    "search": (pa.array(["Nord", "süd", None]), Filter(search="NOR"), [0]),
    "search of numbers": (pa.array([1234, 5]), Filter(search="23"), [0]),
    "search that no number can hold": (pa.array([1234, 5]), Filter(search="x"), []),
}


@pytest.mark.parametrize("kind", TYPED)
def test_a_value_is_read_as_its_column_asks(kind: str) -> None:
    """A form that knows the type is only as good as what it asks for."""
    cells, chosen, expected = TYPED[kind]

    assert passing(pa.table({"x": cells}), chosen) == expected


ODD_NAMES = ["", "id", "id", "ID", 'a"b', "a;b", "__index_level_0__", "row", "c0", "é \U0001f600"]


def test_columns_are_told_apart_whatever_their_names() -> None:
    """Names come from anybody's file; no two of them may be taken for each other."""
    table = pa.table([pa.array([place, -1]) for place in range(len(ODD_NAMES))], names=ODD_NAMES)
    keys = [column.key for column in Rows(table).columns]

    found = [passing(table, one(key, "eq", str(place))) for place, key in enumerate(keys)]

    assert keys[:4] == ["", "id", "id (2)", "ID"]
    assert keys[6] == "index"
    assert found == [[0]] * len(ODD_NAMES)


TABLE = pa.table(
    {
        "distance": [100, 600, None],
        "carrier": ["UA", "it's", "DL"],
        "two words": [1.0, 2.0, float("nan")],
        "at": pa.array([0, 10**15, None], pa.timestamp("us")),
        "who": [{"name": "x"}, {"name": "y"}, None],
        "tags": [["p"], [], None],
    }
)
EXPRESSIONS = {
    "distance > 500": [1],
    "DISTANCE > 500 or carrier in ('DL', 'X')": [1, 2],
    "carrier = 'it''s'": [1],
    '"two words" between 1 and 1.5': [0],
    "year(at) = 2001 and distance is not null": [1],
    "at > timestamp '1990-01-01'": [1],
    "who.name = 'y'": [1],
    "list_contains(tags, 'p')": [0],
    "carrier ilike 'u%' and not isnan(\"two words\")": [0],
    "case when distance > 500 then 'far' else 'near' end = 'near'": [0, 2],
    "coalesce(distance, 0) = 0": [2],
    "regexp_matches(carrier, '^[A-Z]+$')": [0, 2],
    "length(carrier) + 1 > 4": [1],
    "date_trunc('year', at) = date '1970-01-01'": [0],
    "extract(year from at) = 1970": [0],
    "at + interval 3 day > timestamp '2001-01-01'": [1],
    "distance::decimal(9, 2) = 100": [0],
    "carrier || '!' = 'UA!' -- so": [0],
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_asks_about_a_rows_own_columns(expression: str) -> None:
    """What forms cannot say, people say in SQL."""
    assert passing(TABLE, Filter(expression=expression)) == EXPRESSIONS[expression]


REFUSED = [
    "(select 1) = 1",
    "distance in (select 1)",
    "exists (select 1)",
    "read_csv('/etc/passwd') is not null",
    "distance > 1; drop table rows",
    "1 = 1) or (1 = 1",
    "count(*) > 1",
    "sum(distance) over () > 1",
    "* is not null",
    "columns('x') > 1",
    "distance > ?",
    "distance > $1",
    "random() > 0.5",
    "getenv('HOME') = 'x'",
    "current_setting('temp_directory') = 'x'",
    "repeat('x', 1000000000) = 'x'",
    "nope > 1",
    "rows.distance > 1",
    'carrier = "UA"',
    "distance >",
    "select 1",
    "attach 'x'",
    "distance = 1 union select 2",
    "[x for x in range(1000000000)] = []",
    "list_transform(range(10), x -> x) = []",
    "(" * 2_000 + "1" + ")" * 2_000 + " = 1",
    "pragma_version() = 'x'",
    'extract("year from now()) > 0 or (select count(*) from range(9000000000)) > (0" from at)',
    "interval '1' year to \"month > at or (select 1\" > at",
    "interval '1' year to 'month > at or (select 1' > at",
    'distance::"x) or (select 1" > 1',
    'distance::"x) or (select 1"[] = 1',
    'try_cast(distance as "x) or (select 1"(3)) = 1',
    'cast(distance as decimal("9, 2)) or (select 1", 2)) = 1',
    'cast(tags as map(int, "x)) or (select 1")) = 1',
]


@pytest.mark.parametrize("expression", REFUSED, ids=lambda text: text[:40])
def test_what_is_no_question_about_a_row_is_refused(expression: str) -> None:
    """An expression runs with the server's rights; it may see the row, and nothing beside it."""
    with pytest.raises(QueryRefused) as refused:
        translated(expression, [column.key for column in Rows(TABLE).columns])

    assert len(refused.value.message) < 300


WRONG = {
    "no such column": one("nope", "eq", "1"),
    "a word for a number": one("distance", "eq", "far"),
    "a number for a date": one("at", "eq", "12.5"),
    "a day that is none": one("at", "eq", "2024-02-30"),
    "text asked of a number": one("distance", "contains", "1"),
    "one bound of two": one("distance", "between", "1"),
    "no value": one("distance", "eq"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_condition_that_does_not_fit_is_refused_in_words(kind: str) -> None:
    """The person at the form must learn which of its fields is wrong."""
    with pytest.raises(QueryRefused):
        where(WRONG[kind], Rows(TABLE))


def test_the_database_reaches_nothing_outside(tmp_path: Path) -> None:
    """Should an expression ever get past the sieve, there is nothing behind it to be had."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with Rows(TABLE).asked([0]) as connection:
        for statement in (
            f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            f"ATTACH '{tmp_path}/x.db'",
            "SELECT * FROM TABLE",
            "SET enable_external_access=true",
            "INSTALL httpfs",
        ):
            with pytest.raises(Exception, match=r"disabled|locked|does not exist|syntax"):
                connection.execute(statement)
