import pandas as pd

from flowstone import check, loader


@loader
def flights() -> pd.DataFrame:
    """All scheduled departures

    Every flight that was to leave Newark, Kennedy or LaGuardia in January 2013, cancelled ones included.

    A loader brings data in. It runs in the project's folder, so paths start there. Whatever it returns
    is kept and shown beside the code. The pipeline lists this file under `files:`, so the block
    becomes stale when the file changes.
    """
    return pd.read_parquet("data/flights.parquet")


@check
def all_are_in_january_2013(output: pd.DataFrame) -> None:
    """A check is given the block's output. When an assertion in it fails, the block fails with its words."""
    outside = output[(output.year != 2013) | (output.month != 1)]
    assert outside.empty, f"{len(outside)} flights lie outside January 2013"


@check
def origins_are_known(output: pd.DataFrame) -> None:
    unknown = set(output.origin) - {"EWR", "JFK", "LGA"}
    assert not unknown, f"unknown origins: {', '.join(sorted(unknown))}"
