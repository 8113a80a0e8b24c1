import pandas as pd

from flowstone import transformer


@transformer
def filter_rows(rows: pd.DataFrame, *, condition: str = "index >= 0") -> pd.DataFrame:
    """Filter rows

    Keeps the rows for which the condition holds: `price > 10 and country in ["DE", "FR"]`, `note.notna()`.
    Columns go by their names; one with a space or another odd character is written in backticks: `unit price`.
    """
    return rows.query(condition).reset_index(drop=True)
