import pandas as pd

from flowstone import transformer


@transformer
def sort_rows(rows: pd.DataFrame, *, by: tuple[str, ...] = (), descending: bool = False) -> pd.DataFrame:
    """Sort rows

    By the named columns, the first one first, or by all columns if none is named. Missing values come last, and rows
    that are equal keep their order.
    """
    return rows.sort_values(list(by or rows.columns), ascending=not descending, kind="stable", ignore_index=True)
