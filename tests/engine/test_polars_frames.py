"""polars frames come back to polars exactly as they went in, and can be shown."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes
from tests.kit.outputs import Shelf

from flowstone.engine.worker.answers import to_stream
from flowstone.engine.worker.windows import read_window
from flowstone.model.window import Window

NOT_IN_ARROW: list[Any] = [pl.Object, pl.Unknown]


@given(frame=dataframes(max_cols=4, max_size=5, excluded_dtypes=NOT_IN_ARROW))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_polars_frame_comes_back_exactly_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, frame: pl.DataFrame
) -> None:
    """Who works in polars on both sides must not notice that there is a file between."""
    shelf = Shelf(tmp_path_factory.mktemp("store", numbered=True))

    output = shelf.put(frame)
    found = shelf.get(output, pl.DataFrame)

    assert found.schema == frame.schema
    assert_frame_equal(found, frame, check_exact=True)
    assert len(to_stream(read_window(shelf.find(output).path, Window()))) > 0
