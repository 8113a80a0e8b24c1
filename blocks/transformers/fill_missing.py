from typing import Literal

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_string_dtype

from flowstone import transformer


@transformer
def fill_missing(
    rows: pd.DataFrame,
    *,
    columns: tuple[str, ...] = (),
    method: Literal["value", "previous", "next", "mean", "median"] = "value",
    number: float = 0.0,
    text: str = "",
) -> pd.DataFrame:
    """Fill in what is missing

    In the named columns, or in all: `value` puts `number` into columns of numbers and `text` into columns of text;
    `previous` and `next` repeat the neighbour's value; `mean` and `median` take the column's. Columns that the method
    does not fit, such as dates with `mean`, stay as they are.
    """
    return rows.assign(**{name: filled(rows[name], method, number, text) for name in columns or rows.columns})


def filled(column: pd.Series, method: str, number: float, text: str) -> pd.Series:
    """Fill one column."""
    is_number = is_numeric_dtype(column) and not is_bool_dtype(column)
    match method:
        case "previous":
            return column.ffill()
        case "next":
            return column.bfill()
        case "mean" | "median" if is_number:
            return column.fillna(column.agg(method))
        case "value" if is_number:
            return column.fillna(number)
        case "value" if is_string_dtype(column):
            return column.fillna(text)
    return column
