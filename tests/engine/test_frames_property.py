"""Any frame that pandas can make comes back as the frame it was, and what is shown of it can be shown."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from tests.kit.any_frames import COLUMNS, frames
from tests.kit.outputs import Shelf, through

from flowstone.engine.worker.answers import to_stream
from flowstone.engine.worker.exact import same_frames
from flowstone.engine.worker.windows import read_window
from flowstone.model.window import Window


@given(frame=frames())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_frame_comes_back_exactly_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame
) -> None:
    """A type, a label or an index that changes between two blocks is found a month later, in a wrong number."""
    before = frame.copy(deep=True)
    root = tmp_path_factory.mktemp("store", numbered=True)

    shelf = Shelf(root)
    output = shelf.put(frame)
    found = shelf.get(output)
    window = read_window(shelf.find(output).path, Window())

    assert same_frames(found, before)
    assert same_frames(frame, before)
    assert (output.exact is None) or output.warnings
    assert len(to_stream(window)) > 0


def frame_of(kind: str, size: int) -> pd.DataFrame:
    """Return a frame with one column of a kind."""
    found: list[pd.DataFrame] = []

    @settings(max_examples=1, database=None, deadline=None)
    @given(COLUMNS[kind](size))
    def draw(cells: object) -> None:
        found.append(pd.DataFrame({"a": cells}))

    draw()
    return found[-1]


@pytest.mark.parametrize("kind", COLUMNS)
def test_an_output_without_rows_keeps_its_types(tmp_path: Path, kind: str) -> None:
    """The day without a single order must not change the table's columns."""
    frame = frame_of(kind, 0)

    assert same_frames(through(tmp_path, frame), frame)
