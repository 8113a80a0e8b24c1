from glob import glob

import pyarrow as pa
import pyarrow.parquet as pq

from flowstone import loader


@loader
def read_parquet(*, path: str = "data/airports.parquet", columns: tuple[str, ...] = ()) -> pa.Table:
    """Read Parquet files

    Reads a file of the project, a folder of `column=value/` folders, or all files that a pattern such as
    data/2024-*.parquet matches, one below the other. Name the columns that you need: the others are not read.
    List the files under `files:` in the pipeline, so that the block becomes stale when they change.
    """
    found = sorted(glob(path, recursive=True))
    if not found:
        raise FileNotFoundError(f"No file matches {path!r}; the path starts at the project's folder")
    tables = [pq.read_table(file, columns=list(columns) or None) for file in found]
    return pa.concat_tables(tables, promote_options="default")
