"""A view of a stored table: which of its rows are looked at, in which order, and which columns.

It is a value, with nothing of any database in it: `web/wire/tables.py` is its form on the wire, and
`engine/worker/view_sql.py` turns it into SQL. Whoever asks something else of an output (a chart, a download) takes
the same `Filter`, so that what is filtered in the grid is what is drawn and what is kept.

Columns are named by their keys: see `model/columns.py`. Values are text, as a person types them, and are read as the
column's type asks: `12.5`, `2024-01-05`, `2024-01-05 12:30`, `true`, `1h 30m`. A date that says no more than its day
means the whole day, one that says no more than the minute the whole minute: `le 2024-01-31` includes the evening.

A test and its negation part the rows: `ne` and `not_contains` also keep rows without a value. NaN is no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flowstone.model.columns import Family

MAX_CONDITIONS = 100
MAX_VALUES = 1_000
MAX_VALUE_LENGTH = 10_000
MAX_EXPRESSION_LENGTH = 10_000
MAX_SEARCH_LENGTH = 1_000
MAX_SORT_KEYS = 8


class Test(StrEnum):
    """What a condition asks of a column's value."""

    __test__ = False  # no test of pytest's

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"
    """From the first value to the second, both included."""
    ONE_OF = "one_of"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS = "starts"
    ENDS = "ends"
    REGEX = "regex"
    """An RE2 expression that is found somewhere in the text."""
    MISSING = "missing"
    """Null, or NaN."""
    PRESENT = "present"


ORDERED = frozenset({Test.EQ, Test.NE, Test.LT, Test.LE, Test.GT, Test.GE, Test.BETWEEN, Test.ONE_OF})
WORDED = frozenset({Test.CONTAINS, Test.NOT_CONTAINS, Test.STARTS, Test.ENDS, Test.REGEX})
ALWAYS = frozenset({Test.MISSING, Test.PRESENT})
TESTS: Mapping[Family, frozenset[Test]] = {
    Family.NUMBER: ALWAYS | ORDERED,
    Family.DATE: ALWAYS | ORDERED,
    Family.TIME: ALWAYS | ORDERED,
    Family.DURATION: ALWAYS | ORDERED,
    Family.TEXT: ALWAYS | ORDERED | WORDED,
    Family.BOOLEAN: ALWAYS | {Test.EQ, Test.NE},
    Family.BINARY: ALWAYS,
    Family.NESTED: ALWAYS | WORDED,
    Family.OTHER: ALWAYS | WORDED,
}
"""What may be asked of each kind of column."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column to sort by. Rows without a value come last, whichever way it is sorted."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one column: two values for `between`, none for `missing` and `present`, else one or more."""

    column: str
    test: Test
    values: tuple[str, ...] = ()
    match_case: bool = False
    """For the tests of what a text contains; `eq`, `one_of` and the comparisons always tell cases apart."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows: those for which all of it holds."""

    conditions: tuple[Condition, ...] = ()
    expression: str = ""
    """What could stand behind WHERE in DuckDB's SQL: an expression over the columns, no query."""
    search: str = ""
    """A text that is in one of the columns, whatever its case."""

    @property
    def is_all(self) -> bool:
        """Whether every row passes."""
        return not (self.conditions or self.expression or self.search)


@dataclass(frozen=True, slots=True)
class View:
    """Rows that pass a filter, in an order; rows that are alike in it stay as they are stored."""

    filter: Filter = Filter()
    sort: tuple[SortKey, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is the table as it is stored."""
        return self.filter.is_all and not self.sort
