"""What falls together on an axis: numbers in bins, times in buckets, and what is there most often of categories."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowstone.model.chart import Axis, Bucket

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OTHERS = "others"
SECOND_MS = 1_000
BUCKET_MS = {
    Bucket.MINUTE: 60 * SECOND_MS,
    Bucket.HOUR: 3_600 * SECOND_MS,
    Bucket.DAY: 86_400 * SECOND_MS,
    Bucket.WEEK: 7 * 86_400 * SECOND_MS,
    Bucket.MONTH: 30 * 86_400 * SECOND_MS,
    Bucket.QUARTER: 91 * 86_400 * SECOND_MS,
    Bucket.YEAR: 365 * 86_400 * SECOND_MS,
}
"""How long each is, about: to choose one by."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its axis has it, in SQL over the table `drawn`.

    `width` is how far a bin goes on, in SQL; `present` says which rows are drawn at all.
    """

    sql: str
    axis: Axis
    width: str = "0"
    present: str = "true"
    left_out: int = 0


def binned(database: DuckDBPyConnection, role: str, axis: Axis, *, bins: int) -> Column:
    """Return a column in bins of one width, which is a round number, from the lowest value to the highest."""
    low, high = _range(database, role)
    width = round_width((high - low) / bins)
    start = math.floor(low / width) * width
    sql = f"({start!r} + floor(({role} - {start!r}) / {width!r}) * {width!r})"
    return Column(sql, axis, repr(width), f"{role} IS NOT NULL")


def round_width(width: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten; 1 where all values are one.

    Source: W. S. Cleveland, The Elements of Graphing Data, on tick marks at round numbers.
    """
    if not width > 0 or not math.isfinite(width):
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next((step * power for step in (1.0, 2.0, 5.0) if step * power >= width), 10.0 * power)


def bucketed(database: DuckDBPyConnection, role: str, bucket: Bucket, *, most: int) -> Column:
    """Return times in milliseconds, each as the start of its bucket."""
    low, high = _range(database, role)
    chosen = _fitting(high - low, most) if bucket is Bucket.AUTO else bucket
    if chosen is None:
        return Column(role, Axis.TIME, "0", f"{role} IS NOT NULL")
    sql = f"epoch_ms(date_trunc('{chosen.value}', make_timestamp(CAST({role} AS BIGINT) * 1000)))"
    return Column(sql, Axis.TIME, repr(float(BUCKET_MS[chosen])), f"{role} IS NOT NULL")


def _fitting(span_ms: float, most: int) -> Bucket | None:
    """Return the finest bucket of which so many at most are in a span; None where seconds are."""
    if span_ms <= most * SECOND_MS:
        return None
    return next((each for each, length_ms in BUCKET_MS.items() if span_ms <= most * length_ms), Bucket.YEAR)


def folded(database: DuckDBPyConnection, role: str, *, most: int, others: bool) -> Column:
    """Return what a column has most often; all else together with `others`, else left out. A missing value is one."""
    query = f"SELECT {role}, count(*) AS n FROM drawn GROUP BY {role} ORDER BY n DESC, {role}"  # noqa: S608
    database.execute(f"CREATE TABLE {role}_all AS SELECT row_number() OVER () AS place, * FROM ({query})")  # noqa: S608
    total = _one(database, f"SELECT count(*) FROM {role}_all")[0]  # noqa: S608
    left_out = max(0, int(total) - most)
    if not left_out:
        return Column(role, Axis.CATEGORY)
    top = f"(SELECT {role} FROM {role}_all WHERE place <= {most:d})"  # noqa: S608
    among = f"({role} IN {top} OR ({role} IS NULL AND EXISTS (SELECT 1 FROM {top} WHERE {role} IS NULL)))"  # noqa: S608
    if others:
        return Column(f"CASE WHEN {among} THEN {role} ELSE '{OTHERS}' END", Axis.CATEGORY, left_out=left_out)
    return Column(role, Axis.CATEGORY, present=f"coalesce({among}, FALSE)", left_out=left_out)


def _range(database: DuckDBPyConnection, role: str) -> tuple[float, float]:
    low, high = _one(database, f"SELECT min({role}), max({role}) FROM drawn")  # noqa: S608
    return (0.0, 0.0) if low is None else (float(low), float(high))


def _one(database: DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = database.execute(query).fetchone() or (0,)
    return row
