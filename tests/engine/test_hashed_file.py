"""A file that knows its hash: the same as if it were read again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from flowstone.engine.worker.hashed_file import PIECE_BYTES, HashedFile
from flowstone.engine.worker.tables import open_table, write_table
from flowstone.store.artifacts import ArtifactStore, hash_file


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 7])
def test_the_hash_is_that_of_the_file(tmp_path: Path, size: int) -> None:
    """An output's name vouches for every byte of it."""
    content = bytes(range(256)) * (size // 256 + 1)

    with HashedFile(tmp_path / "f") as file:
        file.write(b"head")
        file.write(content[:size])

    assert (tmp_path / "f").read_bytes() == b"head" + content[:size]
    assert (file.hash, file.size_bytes) == (hash_file(tmp_path / "f"), size + 4)


def test_a_table_is_written_under_the_hash_of_its_file(tmp_path: Path) -> None:
    """Arrow writes in pieces of its own, some of them out of turn if it may."""
    import pyarrow as pa

    table = pa.Table.from_pandas(pd.DataFrame({"n": range(200_000), "text": ["é"] * 200_000}))
    store = ArtifactStore(tmp_path)

    made = write_table(store, table.to_batches(), table.schema, name="output", warnings=())

    store.verify(made.output.hash)
    assert open_table(made.path).equals(table)
