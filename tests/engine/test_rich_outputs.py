"""Figures and pages are kept by their content types, bounded; what they are is handed on."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair
import matplotlib as mpl
import pandas as pd
import plotly.graph_objects
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tests.kit.outputs import Shelf

from flowstone.model.output import MAX_BUNDLE_BYTES, OutputKind

mpl.use("Agg")
PNG = b"\x89PNG\r\n\x1a\n"


class Page:
    """Says how it is shown as IPython's objects do."""

    def __init__(self, **parts: Any) -> None:
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        parts = self.__dict__.get("_parts", {})
        if name in parts:
            return lambda: parts[name]
        raise AttributeError(name)


class Bundled:
    """Says it all at once."""

    def _repr_mimebundle_(self, include: Any, exclude: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"text/html": "<b>1</b>", "application/x.own+json": {"a": 1}}, {}


def figure() -> Figure:
    drawn = Figure()
    drawn.subplots().plot([1, 2])
    return drawn


def chart() -> altair.Chart:
    data = pd.DataFrame({"a": [1, 2], "b": [1, 2]})
    bars: altair.Chart = altair.Chart(data).mark_bar().encode(x="a", y="b")
    return bars


SHOWN: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "matplotlib": (figure, ("image/png", "text/plain")),
    "its axes": (lambda: figure().axes[0], ("image/png", "text/plain")),
    "plotly": (
        lambda: plotly.graph_objects.Figure(plotly.graph_objects.Bar(y=[1])),
        ("text/html", "text/plain", "application/vnd.plotly.v1+json"),
    ),
    "altair": (chart, ("text/plain", "text/html", "application/vnd.vegalite.v6+json")),
    "an image": (lambda: Image.new("RGB", (2, 2)), ("image/png", "image/jpeg", "text/plain")),
    "a page": (lambda: Page(_repr_html_="<script>alert(1)</script>"), ("text/html", "text/plain")),
    "a drawing": (lambda: Page(_repr_svg_="<svg/>"), ("image/svg+xml", "text/plain")),
    "a note": (lambda: Page(_repr_markdown_="# One"), ("text/markdown", "text/plain")),
    "a bundle": (Bundled, ("text/html", "text/plain", "application/x.own+json")),
}


def document(shelf: Shelf, value: object) -> tuple[Any, Any]:
    output = shelf.put(value)
    return output, json.loads(shelf.find(output).path.read_bytes())


@pytest.mark.parametrize("what", SHOWN)
def test_a_figure_is_kept_by_its_content_types_the_best_first(tmp_path: Path, what: str) -> None:
    """A picture that only the process which drew it can show is gone with it."""
    make, types = SHOWN[what]

    output, found = document(Shelf(tmp_path), make())

    assert (output.kind, output.content_types) == (OutputKind.RICH, types)
    assert set(found["content"]) == set(types)
    if "image/png" in types:
        assert base64.b64decode(found["content"]["image/png"]).startswith(PNG)


@pytest.mark.parametrize("what", ["matplotlib", "plotly", "altair", "an image"])
def test_the_same_figure_is_the_same_output(tmp_path: Path, what: str) -> None:
    """Else everything below it were stale after each run."""
    make, _ = SHOWN[what]
    shelf = Shelf(tmp_path)

    first, second = document(shelf, make())[1], document(shelf, make())[1]

    assert first["content"] == second["content"]


def test_a_plotly_page_needs_nothing_from_the_web(tmp_path: Path) -> None:
    """The frame it is shown in loads nothing."""
    _, found = document(Shelf(tmp_path), SHOWN["plotly"][0]())

    assert "<script src=" not in found["content"]["text/html"]
    assert "Plotly.newPlot" in found["content"]["text/html"]


def test_a_page_that_needs_the_web_says_what_to_do(tmp_path: Path) -> None:
    """An empty frame without a word would look like an empty chart."""
    output, _ = document(Shelf(tmp_path), chart())

    assert output.warnings == (
        "Its page loads scripts from the web, which is not done here: install vl-convert-python, so that it needs none",
    )


def test_what_is_too_large_is_left_out_with_a_mark(tmp_path: Path) -> None:
    """A page of a gigabyte is not for a browser; its text still is."""
    page = Page(_repr_html_="x" * MAX_BUNDLE_BYTES, _repr_markdown_="# One")

    output, found = document(Shelf(tmp_path), page)

    assert set(found["content"]) == {"text/markdown", "text/plain"}
    assert output.warnings == ("Its text/html has 16.0 MiB, and was left out",)


def test_a_figure_that_cannot_be_drawn_fails_its_block(tmp_path: Path) -> None:
    """What goes wrong while it is drawn is the author's to mend."""

    class Broken:
        def _repr_html_(self) -> str:
            raise ZeroDivisionError("no data")

    with pytest.raises(ZeroDivisionError, match="no data"):
        Shelf(tmp_path).put(Broken())


def test_the_next_block_gets_the_figure(tmp_path: Path) -> None:
    """A block below may add a title and save it as a file."""
    shelf = Shelf(tmp_path)

    found = shelf.get(shelf.put(figure()))

    assert isinstance(found, Figure)
    assert len(found.axes) == 1
