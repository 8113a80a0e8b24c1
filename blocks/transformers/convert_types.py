from typing import Literal

import pandas as pd

from flowstone import transformer

Type = Literal["text", "integer", "number", "boolean", "date_time", "category"]
DTYPES = {"text": "str", "integer": "Int64", "number": "float64", "boolean": "boolean", "category": "category"}


@transformer
def convert_types(rows: pd.DataFrame, *, types: dict[str, Type] | None = None) -> pd.DataFrame:
    """Convert columns to other types

    `{"order": "integer", "ordered_at": "date_time"}`. A value that cannot be converted makes the block fail and name
    the column; nothing is dropped or emptied in silence.
    """
    return rows.assign(**{name: converted(rows[name], to) for name, to in (types or {}).items()})


def converted(column: pd.Series, to: Type) -> pd.Series:
    """Convert one column. Raises: ValueError, naming the column, for a value that does not fit."""
    try:
        if to == "date_time":
            return pd.to_datetime(column)
        if to in ("integer", "number"):
            column = pd.to_numeric(column)
        return column.astype(DTYPES[to])
    except (ValueError, TypeError) as wrong:
        raise ValueError(f"Column {column.name} cannot become {to}: {wrong}") from wrong
