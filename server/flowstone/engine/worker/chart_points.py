"""The points of a chart: a stored table aggregated by DuckDB to what can be told apart on a screen.

One pass over the columns that are asked for brings what the filter lets through into the database; all else is asked
of that. Nothing that a person typed is part of the SQL: columns go by their places, marks and aggregates by our words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowstone.engine.worker.chart_axes import Column, binned, bucketed, folded
from flowstone.engine.worker.stored_rows import Rows
from flowstone.engine.worker.view_sql import where
from flowstone.errors.engine import QueryRefused
from flowstone.model.chart import MAX_CATEGORIES, MAX_COLOURS, MAX_POINTS, Aggregate, Axis, Chart, Drawn, Mark
from flowstone.model.columns import Family
from flowstone.model.view import Filter

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HISTOGRAM_BINS = 40
LINE_POINTS = 400
HEATMAP_BINS = 40
MAX_WORD = 200
"""Where the name of a category is cut."""
SEED = 42
"""A sample is the same each time it is drawn."""
WORDS = {
    Aggregate.COUNT: "count({0})",
    Aggregate.SUM: "sum({0})",
    Aggregate.MEAN: "avg({0})",
    Aggregate.MEDIAN: "median({0})",
    Aggregate.MIN: "min({0})",
    Aggregate.MAX: "max({0})",
    Aggregate.DISTINCT: "count(DISTINCT {0})",
}
AXES = {Family.NUMBER: Axis.NUMBER, Family.DATE: Axis.TIME}


def draw(rows: Rows, chart: Chart, filtered: Filter, *, scratch: Path | None = None) -> Drawn:
    """Return the points of a chart of the rows that a filter lets through.

    Raises: QueryRefused, when a column is not there or cannot be drawn like this.
    """
    clause = where(filtered, rows)
    roles = {role: key for role in ("x", "y", "colour", "value") if (key := getattr(chart, role))}
    places = {role: rows.place(key) for role, key in roles.items()}
    _check(chart, rows, places)
    axes = {role: _axis_of(chart, role, rows.family(place)) for role, place in places.items()}
    with rows.asked(clause.columns | set(places.values()), scratch=scratch) as database:
        taken = ", ".join(f"{_plain(place, axes[role])} AS {role}" for role, place in places.items())
        database.execute(f"CREATE TABLE drawn AS SELECT {taken} FROM rows WHERE {clause.sql}", clause.values)  # noqa: S608
        return _Drawing(database, chart, axes).drawn()


def _check(chart: Chart, rows: Rows, places: dict[str, int]) -> None:
    families = {role: rows.family(place) for role, place in places.items()}
    if not chart.x:
        raise QueryRefused("A chart needs a column for x")
    if chart.mark is Mark.HISTOGRAM and families["x"] not in AXES:
        raise QueryRefused(
            f"A histogram needs numbers or times, and {chart.x!r} has neither", hint="Draw bars instead."
        )
    if chart.mark in (Mark.POINT, Mark.BOX, Mark.HEATMAP) and not chart.y:
        raise QueryRefused(f"A chart of the mark {chart.mark.value!r} needs a column for y")
    aggregated = {Mark.BOX: "y", Mark.HEATMAP: "value"}.get(chart.mark, "y")
    needs_number = chart.mark is Mark.BOX or (
        chart.mark in (Mark.BAR, Mark.LINE, Mark.AREA, Mark.HEATMAP)
        and chart.aggregate not in (Aggregate.COUNT, Aggregate.DISTINCT)
    )
    if needs_number and families.get(aggregated) is not Family.NUMBER:
        named = getattr(chart, aggregated)
        what = f"{named!r} has none" if named else "no column is chosen"
        raise QueryRefused(f"{chart.aggregate.value} of numbers is to be drawn, and {what}", hint="Count rows instead.")


def _axis_of(chart: Chart, role: str, family: Family) -> Axis:
    """Return how a column is laid out; a colour has no steps between its values, except that of points."""
    if role == "colour" and not (chart.mark is Mark.POINT and family is Family.NUMBER):
        return Axis.CATEGORY
    return AXES.get(family, Axis.CATEGORY)


def _plain(place: int, axis: Axis) -> str:
    """Return a column as numbers, times in milliseconds, or text: what an axis can have."""
    name = f"c{place}"
    if axis is Axis.NUMBER:
        cast = f"CAST({name} AS DOUBLE)"
        return f"CASE WHEN isfinite({cast}) THEN {cast} END"
    if axis is Axis.TIME:
        return f"epoch_ms(CAST({name} AS TIMESTAMP))"
    return f"left(CAST({name} AS VARCHAR), {MAX_WORD:d})"


class _Drawing:
    """A chart of the table `drawn`, whose columns are called after what they are for."""

    def __init__(self, database: DuckDBPyConnection, chart: Chart, axes: dict[str, Axis]) -> None:
        self._database = database
        self._chart = chart
        self._axes = axes
        self._rows = int(self._one("SELECT count(*) FROM drawn")[0])
        self._left_out = 0
        self._notes: list[str] = []

    def drawn(self) -> Drawn:
        """Return its points."""
        match self._chart.mark:
            case Mark.POINT:
                return self._points()
            case Mark.HISTOGRAM:
                return self._histogram()
            case Mark.BOX:
                return self._boxes()
            case Mark.HEATMAP:
                return self._heatmap()
            case _:
                return self._groups()

    def _groups(self) -> Drawn:
        """Bars, lines and areas: y aggregated for each x, and each colour."""
        x = self._axis("x", bins=LINE_POINTS)
        measure = WORDS[self._chart.aggregate].format("y" if self._chart.y else "*")
        colour = self._colour()
        order = "x" if x.axis is not Axis.CATEGORY else "sum(y) OVER (PARTITION BY x) DESC, x"
        query = f"""
            SELECT x, y, colour FROM (
                SELECT {x.sql} AS x, {measure} AS y, {colour} AS colour FROM drawn
                WHERE {x.present} GROUP BY ALL
            ) ORDER BY {order}, colour
        """  # noqa: S608 - of our own words alone
        return self._of(query, ("x", "y", "colour"), x.axis, Axis.NUMBER)

    def _points(self) -> Drawn:
        present = "x IS NOT NULL AND y IS NOT NULL"
        colour = "colour" if self._axes.get("colour") is Axis.NUMBER else self._colour()
        x, y = (self._axis(role, bins=0) for role in ("x", "y"))
        query = f"""
            SELECT {x.sql} AS x, {y.sql} AS y, {colour} AS colour FROM drawn
            WHERE {present} AND {x.present} AND {y.present}
        """  # noqa: S608 - of our own words alone
        some = f"SELECT * FROM ({query}) USING SAMPLE reservoir({MAX_POINTS} ROWS) REPEATABLE ({SEED})"  # noqa: S608
        found = self._of(some, ("x", "y", "colour"), x.axis, y.axis)
        all_points = int(self._one(f"SELECT count(*) FROM ({query})")[0])  # noqa: S608
        return found if all_points <= MAX_POINTS else self._sampled(found)

    def _sampled(self, found: Drawn) -> Drawn:
        sampled = len(found.columns["x"])
        return Drawn(found.x, found.y, found.columns, found.rows, sampled, found.left_out, found.notes)

    def _histogram(self) -> Drawn:
        x = binned(self._database, "x", self._axes["x"], bins=HISTOGRAM_BINS)
        query = f"""
            SELECT {x.sql} AS x, {x.sql} + {x.width} AS x2, count(*) AS y, {self._colour()} AS colour FROM drawn
            WHERE {x.present} GROUP BY ALL ORDER BY x, colour
        """  # noqa: S608 - of our own words alone
        return self._of(query, ("x", "x2", "y", "colour"), x.axis, Axis.NUMBER)

    def _boxes(self) -> Drawn:
        x = self._axis("x", bins=MAX_CATEGORIES)
        query = f"""
            WITH values AS (SELECT {x.sql} AS x, y FROM drawn WHERE {x.present} AND y IS NOT NULL),
            spread AS (
                SELECT x, quantile_cont(y, 0.25) AS q1, median(y) AS median, quantile_cont(y, 0.75) AS q3
                FROM values GROUP BY x
            )
            SELECT x, q1, median, q3,
                min(y) FILTER (y >= q1 - 1.5 * (q3 - q1)) AS low, max(y) FILTER (y <= q3 + 1.5 * (q3 - q1)) AS high,
                count(*) FILTER (y < q1 - 1.5 * (q3 - q1) OR y > q3 + 1.5 * (q3 - q1)) AS value
            FROM values JOIN spread USING (x) GROUP BY ALL ORDER BY x
        """  # noqa: S608 - of our own words alone
        names = ("x", "q1", "median", "q3", "low", "high", "value")
        return self._of(query, names, x.axis, Axis.NUMBER)

    def _heatmap(self) -> Drawn:
        x, y = (self._axis(role, bins=HEATMAP_BINS) for role in ("x", "y"))
        measure = WORDS[self._chart.aggregate].format("value" if self._chart.value else "*")
        query = f"""
            SELECT {x.sql} AS x, {x.sql} + {x.width} AS x2, {y.sql} AS y, {y.sql} + {y.width} AS y2, {measure} AS value
            FROM drawn WHERE {x.present} AND {y.present} GROUP BY ALL ORDER BY x, y
        """  # noqa: S608 - of our own words alone
        for column, name in ((x, "x2"), (y, "y2")):
            if column.axis is Axis.CATEGORY:
                query = query.replace(f"{column.sql} + {column.width} AS {name}", f"NULL AS {name}")
        return self._of(query, ("x", "x2", "y", "y2", "value"), x.axis, y.axis)

    def _axis(self, role: str, *, bins: int) -> Column:
        """Return a column as an axis has it: times in buckets, numbers in bins where they are many, most categories."""
        axis = self._axes[role]
        if axis is Axis.CATEGORY:
            found = folded(self._database, role, most=MAX_CATEGORIES, others=False)
            self._left_out += found.left_out
            return found
        if not bins:
            return Column(role, axis)
        if axis is Axis.TIME:
            return bucketed(self._database, role, self._chart.bucket, most=bins)
        is_whole_axis = self._chart.mark is Mark.HEATMAP
        few = int(self._one(f"SELECT approx_count_distinct({role}) FROM drawn")[0]) <= bins  # noqa: S608
        return Column(role, axis) if few and not is_whole_axis else binned(self._database, role, axis, bins=bins)

    def _colour(self) -> str:
        """Return the colour: what is there most often, and all else together."""
        if not self._chart.colour:
            return "NULL"
        found = folded(self._database, "colour", most=MAX_COLOURS, others=True)
        if found.left_out:
            self._notes.append(f"{found.left_out} values of {self._chart.colour} are drawn together, as others")
        return found.sql

    def _of(self, query: str, names: Sequence[str], x: Axis, y: Axis) -> Drawn:
        found = self._database.execute(query).fetchmany(4 * MAX_POINTS + 1)
        if len(found) > 4 * MAX_POINTS:
            self._notes.append(f"only the first {4 * MAX_POINTS:,} points are drawn")
            found.pop()
        columns = {name: tuple(_value(row[place]) for row in found) for place, name in enumerate(names)}
        return Drawn(x, y, columns, self._rows, None, self._left_out, tuple(self._notes))

    def _one(self, query: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._database.execute(query).fetchone() or (0,)
        return row


def _value(cell: Any) -> float | str | None:
    return cell if cell is None or isinstance(cell, str) else float(cell)
