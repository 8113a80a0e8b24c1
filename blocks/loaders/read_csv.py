from glob import glob

import pandas as pd

from flowstone import loader


@loader
def read_csv(
    *,
    path: str = "data/*.csv",
    separator: str = ",",
    encoding: str = "utf-8-sig",
    dates: tuple[str, ...] = (),
    text: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Read CSV files

    Reads a file of the project, or all that a pattern such as data/2024-*.csv matches, one below the other.
    Name the columns that hold dates in `dates`, and those to keep as text, such as codes with leading zeros,
    in `text`. List the files under `files:` in the pipeline, so that the block becomes stale when they change.
    """
    files = sorted(glob(path, recursive=True))
    if not files:
        raise FileNotFoundError(f"No file matches {path!r}; the path starts at the project's folder")
    frames = [
        pd.read_csv(file, sep=separator, encoding=encoding, parse_dates=list(dates), dtype=dict.fromkeys(text, "str"))
        for file in files
    ]
    return pd.concat(frames, ignore_index=True)
