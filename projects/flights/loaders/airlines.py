import pandas as pd

from flowstone import check, loader


@loader
def airlines() -> pd.DataFrame:
    """Names of the airlines, by their two-letter code"""
    return pd.read_parquet("data/airlines.parquet")


@check
def codes_are_unique(output: pd.DataFrame) -> None:
    assert output.carrier.is_unique, "an airline's code is there twice"
