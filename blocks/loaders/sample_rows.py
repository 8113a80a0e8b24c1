import pandas as pd

from flowstone import loader


@loader
def sample_rows(*, rows: int = 100) -> pd.DataFrame:
    """Sample rows

    Makes a small table of orders, the same each time, to try a pipeline with before its real data is there.
    """
    number = pd.Series(range(rows))
    return pd.DataFrame(
        {
            "order": number + 1,
            "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(number * 7, unit="h"),
            "country": [("DE", "FR", "IT", "JP", "US")[n * 3 % 5] for n in number],
            "quantity": number * 7 % 9 + 1,
            "price": (number * 37 % 500 + 99) / 10,
            "note": [None if n % 4 else "gift" for n in number],
        }
    )
