from typing import Literal

import pandas as pd

from flowstone import transformer


@transformer
def remove_duplicates(
    rows: pd.DataFrame,
    *,
    by: tuple[str, ...] = (),
    keep: Literal["first", "last"] = "first",
    order_by: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Remove duplicates

    Keeps one row for each combination of the columns of `by`, or of all columns if it is empty: the first or the
    last, in the order of `order_by` or as they come. For the newest row of each order:
    by = ["order"], order_by = ["changed_at"], keep = "last".
    """
    ordered = rows.sort_values(list(order_by), kind="stable") if order_by else rows
    kept = ordered.drop_duplicates(list(by) or None, keep=keep)
    return kept.sort_index().reset_index(drop=True)
