import pandas as pd

from flowstone import transformer


@transformer
def select_columns(
    rows: pd.DataFrame,
    *,
    keep: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
    rename: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Select and rename columns

    Keeps the columns of `keep` in that order, or all if it is empty, leaves out those of `drop`,
    and renames what is left: `{"old name": "new_name"}`.
    """
    names = rename or {}
    unknown = [column for column in (*keep, *drop, *names) if column not in rows.columns]
    if unknown:
        raise KeyError(f"There is no column {', '.join(unknown)}; there are {', '.join(map(str, rows.columns))}")
    kept = [column for column in (keep or rows.columns) if column not in drop]
    return rows[kept].rename(columns=names)
