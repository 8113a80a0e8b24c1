"""What a block does to its input, by whatever way, nobody else sees: not a sibling, not the editor, not the store."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.kit.outputs import Shelf

from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.outputs import Destination, store_returned
from flowstone.model.author import Outputs
from flowstone.model.block import BlockKind


def made() -> pd.DataFrame:
    """Return a frame with something of every kind that can be changed in place."""
    return pd.DataFrame(
        {
            "n": np.arange(1000, dtype="int64"),
            "x": np.arange(1000) / 8,
            "day": pd.date_range("2024-01-01", periods=1000, freq="min"),
            "kind": pd.Categorical(["a", "b"] * 500),
            "text": [f"t{number}" for number in range(1000)],
            "flag": [True, False] * 500,
        },
        index=pd.Index(np.arange(1000, 2000), name="id"),
    )


def _by_address(*numbers: Any) -> None:
    """Write zeros over numbers as native code does, which knows of no flags."""
    for array in numbers:
        view = np.asarray(array)
        ctypes.memset(view.ctypes.data, 0, view.nbytes)


def _set(numbers: Any, value: object) -> None:
    """Write to numbers past the flag that pandas sets to keep people from it; those that refuse are as they were."""
    view = np.asarray(numbers)
    with suppress(ValueError):
        view.flags.writeable = True
        view[...] = value


NASTY: dict[str, Callable[[Any], object]] = {
    "a cell": lambda frame: frame.__setitem__("n", frame["n"].where(frame["n"] > 5, -1)),
    "loc": lambda frame: frame.loc.__setitem__((slice(None), "x"), -1.0),
    "iloc": lambda frame: frame.iloc.__setitem__((0, 0), -7),
    "inplace fill": lambda frame: frame.replace(1.0, 9.0, inplace=True),
    "a column taken out": lambda frame: frame.pop("n"),
    "update": lambda frame: frame.update(pd.DataFrame({"x": [9.0]}, index=frame.index[:1])),
    "values": lambda frame: _set(frame["n"].values, -1),
    "to_numpy": lambda frame: _set(frame["x"].to_numpy(), -1),
    "an array's own array": lambda frame: _set(frame["n"].array._ndarray, -1),
    "dates' own array": lambda frame: _set(frame["day"].array._ndarray, np.datetime64("1999-01-01")),
    "codes of categories": lambda frame: _set(frame["kind"].cat.codes.values, 0),
    "codes' own array": lambda frame: _set(frame["kind"].array._codes, 0),
    "names of categories": lambda frame: frame.__setitem__("kind", frame["kind"].cat.rename_categories(["p", "q"])),
    "flags": lambda frame: _set(frame["flag"].values, value=False),
    "the index's numbers": lambda frame: _set(frame.index.values, -1),
    "the index's name": lambda frame: setattr(frame.index, "name", "other"),
    "the columns": lambda frame: setattr(frame, "columns", list("abcdef")),
    "native code, on integers": lambda frame: _by_address(frame["n"].values),
    "native code, on floats": lambda frame: _by_address(frame["x"].values),
    "native code, on the index": lambda frame: _by_address(frame.index.values),
    "native code, on codes": lambda frame: _by_address(frame["kind"].array._codes),
    "native code, on text": lambda frame: _by_address_of_text(frame["text"]),
    "a block's own manager": lambda frame: _by_address(*_numbers_of(frame)),
}


def _numbers_of(frame: Any) -> list[Any]:
    return [block.values for block in frame._mgr.blocks if isinstance(block.values, np.ndarray)]


def _by_address_of_text(column: pd.Series[Any]) -> None:
    for chunk in column.array._pa_array.chunks:
        content = chunk.buffers()[-1]
        ctypes.memset(content.address, ord("?"), content.size)


@pytest.mark.parametrize("how", NASTY)
@pytest.mark.parametrize("is_first", [True, False], ids=["from memory", "from the store"])
def test_what_a_block_changes_in_place_nobody_else_sees(tmp_path: Path, how: str, is_first: bool) -> None:
    """A result that depends on which sibling ran first cannot be trusted, nor found out."""
    shelf, memory = Shelf(tmp_path), Memory()
    output = shelf.put(made(), memory)
    if not is_first:
        shelf.get(output, memory=memory)
    mine = shelf.get(output, memory=memory)

    NASTY[how](mine)

    pd.testing.assert_frame_equal(shelf.get(output, memory=memory), made(), check_freq=False)
    pd.testing.assert_frame_equal(shelf.get(output), made(), check_freq=False)
    shelf.pickles.store.verify(output.hash)


def test_two_outputs_of_a_block_that_share_their_numbers_do_not_when_they_are_read(tmp_path: Path) -> None:
    """`assign` copies no column, so two outputs are often views of the same."""
    shelf, memory = Shelf(tmp_path), Memory()
    frame = made()
    returned = Outputs(whole=frame, more=frame.assign(y=1))
    outputs = store_returned(returned, kind=BlockKind.LOADER, to=Destination(shelf.pickles, memory)).outputs
    whole, more = outputs
    mine = shelf.get(whole, memory=memory)

    _by_address(mine["n"].values)

    assert shelf.get(more, memory=memory)["n"].tolist() == list(range(1000))


def test_a_block_may_change_its_input_as_pandas_lets_it(tmp_path: Path) -> None:
    """Nobody is to be kept from cleaning data in place."""
    shelf, memory = Shelf(tmp_path), Memory()
    output = shelf.put(made(), memory)

    for _ in range(2):
        mine = shelf.get(output, memory=memory)
        mine.loc[1000, "n"] = -5
        mine.iloc[1, 1] = 0.5
        mine["text"] = "new"

        assert (mine.loc[1000, "n"], mine.iloc[1, 1], set(mine["text"])) == (-5, 0.5, {"new"})
