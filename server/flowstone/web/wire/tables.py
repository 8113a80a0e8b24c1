"""How a view of a stored table is said on the wire: whoever asks anything of an output sends the same `TableFilter`.

What the fields mean is written where the value is: `model/view.py`. `web/views/tables.py` turns one into the other.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowstone.model.view import (
    MAX_CONDITIONS,
    MAX_EXPRESSION_LENGTH,
    MAX_SEARCH_LENGTH,
    MAX_SORT_KEYS,
    MAX_VALUE_LENGTH,
    MAX_VALUES,
    Test,
)
from flowstone.web.wire_types import Wire

ColumnKey = Annotated[str, Field(max_length=10_000)]


class TableCondition(Wire):
    """One test of one column. Values are text, as a person types them."""

    column: ColumnKey
    test: Test
    values: Annotated[list[Annotated[str, Field(max_length=MAX_VALUE_LENGTH)]], Field(max_length=MAX_VALUES)] = Field(
        default_factory=list
    )
    match_case: bool = False


class TableFilter(Wire):
    """Which rows: those for which all of it holds."""

    conditions: Annotated[list[TableCondition], Field(max_length=MAX_CONDITIONS)] = Field(default_factory=list)
    expression: Annotated[str, Field(max_length=MAX_EXPRESSION_LENGTH)] = ""
    search: Annotated[str, Field(max_length=MAX_SEARCH_LENGTH)] = ""


class TableSort(Wire):
    """A column to sort by."""

    column: ColumnKey
    descending: bool = False


class TableView(Wire):
    """Rows that pass a filter, in an order."""

    filter: TableFilter = TableFilter()
    sort: Annotated[list[TableSort], Field(max_length=MAX_SORT_KEYS)] = Field(default_factory=list)
