"""Columns summed up by DuckDB: each on its own, so that an odd one spoils no other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flowstone.engine.worker.stored_rows import TABLE, Rows
from flowstone.model.columns import Family
from flowstone.model.summary import QUANTILES, WHOLE_ROWS, ColumnSummary, Histogram, TopValue

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE_PIECES = 1_000
PIECE_ROWS = 1_000
BINS = 24
TOP = 10
FEW = 20_000
"""Up to about so many distinct values of a long column, they are counted one by one."""
SHORT_ROWS = 1_000_000
MAX_TEXT = 200
MEASURED = frozenset({Family.NUMBER, Family.DATE})


def summarise(rows: Rows, places: Sequence[int]) -> tuple[ColumnSummary, ...]:
    """Sum columns up: all of their rows, or of a long table a sample spread evenly over it. Raises: nothing."""
    return tuple(_summary(rows, place) for place in places)


def _pieces(rows: Rows) -> list[tuple[int, int]] | None:
    if rows.count <= WHOLE_ROWS:
        return None
    return [(rows.count * piece // SAMPLE_PIECES, PIECE_ROWS) for piece in range(SAMPLE_PIECES)]


def _summary(rows: Rows, place: int) -> ColumnSummary:
    key = rows.columns[place].key
    pieces = _pieces(rows)
    looked_at = rows.count if pieces is None else SAMPLE_PIECES * PIECE_ROWS
    try:
        return _Column(rows, place, pieces).summary(key, looked_at)
    except Exception as wrong:  # noqa: BLE001 - whatever is odd about a column is said of it, and the others go on
        problem = str(wrong).partition("\n")[0][:200] or type(wrong).__name__
        return ColumnSummary(key, looked_at, pieces is not None, problem=problem)


class _Column:
    """One column, asked one thing after the other."""

    def __init__(self, rows: Rows, place: int, pieces: list[tuple[int, int]] | None) -> None:
        self._rows, self._place, self._pieces = rows, place, pieces
        self._name = f"c{place}"
        self._family = rows.family(place)
        self._kind = str(rows.queried_type(place))

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        with self._rows.asked([self._place], pieces=self._pieces) as connection:
            return _rows(connection, statement)

    def summary(self, key: str, looked_at: int) -> ColumnSummary:
        name, is_float = self._name, self._kind in ("float", "double")
        nans = f"count(*) FILTER (WHERE isnan({name}))" if is_float else "0"
        value = f"CASE WHEN isfinite({name}) THEN {name} END" if is_float else name
        measures = self._measures(value)
        ((nulls, nan_count, about, *found),) = self._ask(
            f"SELECT count(*) - count({name}), {nans}, approx_count_distinct({name}){measures} FROM {TABLE}"  # noqa: S608
        )
        low, high, mean, deviation, quantiles = found or (None, None, None, None, None)
        distinct, top, is_exact = self._values(about, looked_at)
        return ColumnSummary(
            key,
            looked_at,
            self._pieces is not None,
            nulls=int(nulls),
            nans=int(nan_count),
            distinct=distinct,
            is_distinct_exact=is_exact and self._pieces is None,
            minimum=low,
            maximum=high,
            mean=_finite(mean),
            deviation=_finite(deviation),
            quantiles=tuple(quantiles) if quantiles and None not in quantiles else (),
            top=top,
            histogram=self._histogram(value, low, high),
        )

    def _measures(self, value: str) -> str:
        """Return what more is asked of a column of a kind: its bounds, mean, deviation and quantiles."""
        text = "CAST({0} AS VARCHAR)"
        if self._family is Family.NUMBER:
            number = f"CAST({value} AS DOUBLE)"
            exact = f"CAST(quantile_disc({value}, {list(QUANTILES)}) AS VARCHAR[])"
            return (
                f", {text.format(f'min({value})')}, {text.format(f'max({value})')}, avg({number}),"
                f" stddev_samp({number}), {exact}"
            )
        if self._family is Family.DATE:
            exact = f"CAST(quantile_disc({value}, {list(QUANTILES)}) AS VARCHAR[])"
            return f", {text.format(f'min({value})')}, {text.format(f'max({value})')}, NULL, NULL, {exact}"
        if self._family in (Family.TEXT, Family.TIME, Family.DURATION):
            cut = f"left({text.format('{0}')}, {MAX_TEXT})"
            return f", {cut.format(f'min({value})')}, {cut.format(f'max({value})')}, NULL, NULL, NULL"
        return ""

    def _values(self, about: int, looked_at: int) -> tuple[int, tuple[TopValue, ...], bool]:
        """Return how many values there are, the most frequent ones, and whether the count is exact."""
        is_measured = self._family in MEASURED
        if looked_at > SHORT_ROWS and about > FEW and (is_measured or about > looked_at / 2):
            return int(about), (), False
        shown = f"left(CAST({self._name} AS VARCHAR), {MAX_TEXT})"
        found = self._ask(
            f"WITH values AS (SELECT {self._name} AS value, count(*) AS times FROM {TABLE} GROUP BY 1)"  # noqa: S608
            f" SELECT {shown.replace(self._name, 'value')}, times, count(value) OVER () FROM values"
            f" ORDER BY times DESC, value LIMIT {TOP}"
        )
        distinct = int(found[0][2]) if found else 0
        return distinct, tuple(TopValue(value, int(times)) for value, times, _ in found), True

    def _histogram(self, value: str, low: str | None, high: str | None) -> Histogram | None:
        if self._family not in MEASURED or low is None or high is None:
            return None
        number = f"CAST({value} AS DOUBLE)" if self._family is Family.NUMBER else f"epoch({value})"
        ((first, last),) = self._ask(f"SELECT min({number}), max({number}) FROM {TABLE}")  # noqa: S608
        if first is None or not math.isfinite(first) or not math.isfinite(last) or not math.isfinite(last - first):
            return None
        if first == last:
            ((count,),) = self._ask(f"SELECT count({number}) FROM {TABLE}")  # noqa: S608
            return Histogram(low, high, (int(count),))
        bin_of = f"least({BINS - 1}, CAST(floor(({number} - {first!r}) / {(last - first)!r} * {BINS}) AS INTEGER))"
        found = self._ask(
            f"SELECT {bin_of} AS bin, count(*) FROM {TABLE} WHERE {value} IS NOT NULL GROUP BY bin"  # noqa: S608
        )
        counts = {int(place): int(count) for place, count in found}
        return Histogram(low, high, tuple(counts.get(place, 0) for place in range(BINS)))


def _rows(connection: DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement).fetchall()


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
