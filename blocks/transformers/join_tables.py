from typing import Literal

import pandas as pd

from flowstone import transformer


@transformer
def join_tables(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    on: tuple[str, ...] = (),
    how: Literal["left", "inner", "outer", "right", "cross"] = "left",
    expect: Literal["many_to_many", "many_to_one", "one_to_many", "one_to_one"] = "many_to_many",
) -> pd.DataFrame:
    """Join two tables

    Puts the columns of the second table beside those of the first, where the columns of `on` are equal; with `on`
    empty, where all columns that both have are. `expect` makes the block fail when a row would be matched more often
    than you think: with many_to_one, each row of the first finds at most one of the second.
    """
    if how == "cross":
        return left.merge(right, how="cross", suffixes=("", "_right"))
    keys = list(on) or [column for column in left.columns if column in right.columns]
    if not keys:
        raise KeyError("The tables have no column in common: rename one first, or choose how = cross")
    return left.merge(right, on=keys, how=how, validate=expect, suffixes=("", "_right"))
