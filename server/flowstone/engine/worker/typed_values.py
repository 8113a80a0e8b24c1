"""Values that a person typed, read as a column's type asks, for SQL to bind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pyarrow as pa

from flowstone.errors.engine import QueryRefused
from flowstone.model.columns import Family, family_of
from flowstone.model.view import Condition

Bound: TypeAlias = tuple[str | int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A value in SQL: a point, or with an `end`, all from its start to just before that."""

    start_sql: str
    start: Bound
    end_sql: str = ""
    end: Bound | None = None


def read_spans(condition: Condition, kind: pa.DataType) -> list[Span]:
    """Read a condition's values as a column of a type has them.

    Raises: QueryRefused, for a value that cannot be read so, saying how such values are written.
    """
    read = READERS[family_of(str(kind))]
    spans = []
    for text in condition.values:
        try:
            spans.append(read(text, kind))
        except (ValueError, InvalidOperation, OverflowError) as wrong:
            raise QueryRefused(
                f"{text[:80]!r} cannot be compared with {condition.column!r}, which is {kind}",
                hint=HINTS.get(family_of(str(kind)), ""),
                details={"column": condition.column},
            ) from wrong
    return spans


HINTS = {
    Family.NUMBER: "Write a number, such as 12.5.",
    Family.DATE: "Write a date as 2024-01-31, or a moment as 2024-01-31 12:30.",
    Family.TIME: "Write a time as 12:30 or 12:30:15.",
    Family.DURATION: "Write a length of time as 90s, 5m, 1h 30m or 2d.",
    Family.BOOLEAN: "Write true or false.",
}

# --- Numbers --------------------------------------------------------------------------------------

MAX_WHOLE = 1 << 126
MAX_BIGINT = (1 << 63) - 1
WHOLE_SCALE = 10
"""With how many digits behind the point a fraction is compared with whole numbers."""


def _number(text: str, kind: pa.DataType) -> Span:
    value = Decimal(text.strip().replace("\u2212", "-").replace("\u2009", "").replace("_", ""))
    if pa.types.is_floating(kind):
        sql = "REAL" if pa.types.is_float32(kind) else "DOUBLE"
        return Span(f"CAST(CAST(? AS DOUBLE) AS {sql})", (float(value),))
    if not value.is_finite() or abs(value) >= MAX_WHOLE:
        return Span("CAST(? AS DOUBLE)", (float(value),))
    if value == value.to_integral_value() and not pa.types.is_decimal(kind):
        return Span(f"CAST(? AS {'BIGINT' if abs(value) <= MAX_BIGINT else 'HUGEINT'})", (str(int(value)),))
    scale = kind.scale if pa.types.is_decimal(kind) else WHOLE_SCALE
    if -scale <= int(value.as_tuple().exponent) and abs(value) < Decimal(10) ** (38 - scale):
        return Span(f"CAST(? AS DECIMAL(38, {scale}))", (f"{value:f}",))
    return Span("CAST(? AS DOUBLE)", (float(value),))


# --- Dates ----------------------------------------------------------------------------------------

MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}(?:-\d{2})?|\d{4})"
    r"(?:[ T](?P<hour>\d{2}:\d{2})(?P<second>:\d{2})?(?P<fraction>\.\d{1,9})?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)


def _date(text: str, kind: pa.DataType) -> Span:
    found = MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    start, end = _day_span(found) if found["hour"] is None else _time_span(found)
    if pa.types.is_date(kind):
        return _date_span(start, end)
    sql = _moment_sql(kind)
    fraction = "" if found["fraction"] is None else found["fraction"].ljust(10, "0")
    zone = _zone(found["zone"], kind)
    return Span(
        sql,
        (_moment_text(start, zone, fraction),),
        sql if end else "",
        None if end is None else (_moment_text(end, zone, ""),),
    )


def _day_span(found: re.Match[str]) -> tuple[datetime, datetime]:
    """Return a year, a month or a day from its beginning to that of the next."""
    parts = [int(part) for part in found["day"].split("-")]
    start = datetime(*[*parts, 1, 1][:3])  # type: ignore[arg-type]  # noqa: DTZ001 - the zone comes later
    if len(parts) == 3:
        return start, start + timedelta(days=1)
    following = (start.year + (start.month == 12 or len(parts) == 1), 1 if len(parts) == 1 else start.month % 12 + 1)
    return start, datetime(*following, 1)  # noqa: DTZ001


def _time_span(found: re.Match[str]) -> tuple[datetime, datetime | None]:
    start = datetime.fromisoformat(f"{found['day']} {found['hour']}{found['second'] or ''}")
    if found["fraction"]:
        return start, None
    return start, start + timedelta(seconds=1 if found["second"] else 60)


def _date_span(start: datetime, end: datetime | None) -> Span:
    sql = "CAST(? AS DATE)"
    until = start + timedelta(days=1) if end is None else end
    last = until.date() if until.time() == time() else until.date() + timedelta(days=1)
    return Span(sql, (_iso(start.date()),), sql, (_iso(max(last, start.date() + timedelta(days=1))),))


def _iso(day: date) -> str:
    return day.isoformat()


def _moment_sql(kind: pa.DataType) -> str:
    if kind.tz is not None:
        return "CAST(? AS TIMESTAMPTZ)"
    return "CAST(? AS TIMESTAMP_NS)" if kind.unit == "ns" else "CAST(? AS TIMESTAMP)"


def _zone(given: str | None, kind: pa.DataType) -> ZoneInfo | timedelta | None:
    """Return where a moment's clock hangs: where its text says, else where its column's does."""
    if given is None:
        return None if kind.tz is None else _column_zone(kind.tz)
    if given == "Z":
        return timedelta()
    sign = -1 if given[0] == "-" else 1
    digits = given[1:].replace(":", "")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


def _column_zone(name: str) -> ZoneInfo | timedelta:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        found = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", name)
        if found is None:
            return timedelta()
        return (-1 if found[1] == "-" else 1) * timedelta(hours=int(found[2]), minutes=int(found[3]))


def _moment_text(moment: datetime, zone: ZoneInfo | timedelta | None, fraction: str) -> str:
    """Write a moment in UTC, for a column with a zone with its offset; for one without, as its wall clock."""
    if zone is None:
        return f"{moment.isoformat(' ')}{fraction}"
    if isinstance(zone, timedelta):
        return f"{(moment - zone).isoformat(' ')}{fraction}+00"
    return f"{moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None).isoformat(' ')}{fraction}+00"


# --- Others ---------------------------------------------------------------------------------------

LENGTHS_US = {
    "us": 1,
    "µs": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "day": 86_400_000_000,
    "days": 86_400_000_000,
}
LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(us|µs|ms|min|days|day|s|m|h|d)\s*")
CLOCK = re.compile(r"(\d+):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?")


def _duration(text: str, _: pa.DataType) -> Span:
    bare = text.strip().replace("\u2212", "-")
    sign, bare = (-1, bare[1:].strip()) if bare.startswith("-") else (1, bare)
    if re.fullmatch(r"\d+(\.\d+)?", bare):
        bare += "s"
    length_us, rest = Decimal(), bare
    while found := LENGTH.match(rest):
        length_us += Decimal(found[1]) * LENGTHS_US[found[2]]
        rest = rest[found.end() :]
    if clock := CLOCK.fullmatch(rest):
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + Decimal(clock[3] or 0)
        length_us, rest = length_us + seconds * 1_000_000, ""
    if rest or not bare:
        raise ValueError(text)
    return Span("to_microseconds(CAST(? AS BIGINT))", (int(sign * length_us),))


def _time(text: str, kind: pa.DataType) -> Span:
    clock = time.fromisoformat(text.strip())
    sql = "CAST(? AS TIME_NS)" if getattr(kind, "unit", "") == "ns" else "CAST(? AS TIME)"
    return Span(sql, (clock.replace(tzinfo=None).isoformat(),))


def _boolean(text: str, _: pa.DataType) -> Span:
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise ValueError(text)
    return Span(word.upper(), ())


def _text(text: str, _: pa.DataType) -> Span:
    return Span("?", (text,))


READERS = {
    Family.NUMBER: _number,
    Family.DATE: _date,
    Family.TIME: _time,
    Family.DURATION: _duration,
    Family.BOOLEAN: _boolean,
    Family.TEXT: _text,
}
