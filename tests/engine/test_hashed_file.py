"""A file that knows its hash: the same as if it were read again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from flowstone.engine.worker.hashed_file import PIECE_BYTES, WORTH_RESERVING_BYTES, HashedFile
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


@pytest.mark.parametrize("difference", [-PIECE_BYTES - 5, 0, 3 * PIECE_BYTES])
def test_room_that_was_asked_for_is_no_part_of_the_file(tmp_path: Path, difference: int) -> None:
    """How large a table becomes on disk is known about, and not to the byte."""
    content = bytes(range(256)) * (WORTH_RESERVING_BYTES // 128)

    with HashedFile(tmp_path / "f", expected_bytes=len(content) + difference) as file:
        file.write(content)

    assert (tmp_path / "f").read_bytes() == content
    assert (file.hash, file.size_bytes) == (hash_file(tmp_path / "f"), len(content))


def test_a_file_larger_than_the_disk_is_begun_all_the_same(tmp_path: Path) -> None:
    """An estimate that is too high must fail no block."""
    with HashedFile(tmp_path / "f", expected_bytes=1 << 60) as file:
        file.write(b"small")

    assert (tmp_path / "f").read_bytes() == b"small"


def test_a_table_is_written_under_the_hash_of_its_file(tmp_path: Path) -> None:
    """Arrow writes in pieces of its own, some of them out of turn if it may."""
    import pyarrow as pa

    table = pa.Table.from_pandas(pd.DataFrame({"n": range(200_000), "text": ["é"] * 200_000}))
    store = ArtifactStore(tmp_path)

    made = write_table(store, table.to_batches(), table.schema, name="output", warnings=())

    store.verify(made.output.hash)
    assert open_table(made.path).equals(table)
