import pandas as pd

from flowstone import check, loader


@loader
def weather() -> pd.DataFrame:
    """Hourly weather at the three airports

    Temperature in °F, wind in miles per hour, precipitation in inches, visibility in miles.
    """
    return pd.read_parquet("data/weather.parquet")


@check
def each_hour_is_there_once(output: pd.DataFrame) -> None:
    """A second row for an hour would double the flights of that hour in the join below."""
    doubled = output.duplicated(["origin", "time_hour"]).sum()
    assert doubled == 0, f"{doubled} hours are there more than once"
