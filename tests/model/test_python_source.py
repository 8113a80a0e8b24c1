"""A block's text is read and never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstone.errors.base import SourceError
from flowstone.model.block import BlockKind, Language
from flowstone.model.imports import imported_modules
from flowstone.model.pipeline import ParamType
from flowstone.model.python_source import parse_python, read_python
from flowstone.model.source import BlockSource, ConnectionUse, InputSpec, ParamSpec

TEXT = '''\
import pandas as pd
import flowstone
from datetime import date
from typing import Literal, Optional
from lib.rate import scale


@flowstone.exporter
def export(trips: pd.DataFrame, rates=None, *more, day: date = date(2024, 1, 31), least: float = 0.5,
           mode: Literal["a", "b"] = "a", limit: int | None = None, name: Optional[str], tags: list[str] = ["x"],
           factor=scale(2), run: Run, lake: Lake = connection("lake")) -> None:
    """Write trips.

    To where they belong.
    """


@check
def not_empty(output): ...
'''


def test_everything_that_a_block_says_of_itself_is_read() -> None:
    """The graph, the forms and the run all rest on this reading."""
    assert read_python(TEXT, file="x.py") == BlockSource(
        language=Language.PYTHON,
        kind=BlockKind.EXPORTER,
        function="export",
        title="Write trips.",
        description="To where they belong.",
        inputs=(InputSpec("trips", "pd.DataFrame"), InputSpec("rates", has_default=True)),
        takes_all=True,
        params=(
            ParamSpec("day", ParamType.DATE, "date", default="2024-01-31", default_text="date(2024, 1, 31)"),
            ParamSpec("least", ParamType.NUMBER, "float", default=0.5, default_text="0.5"),
            ParamSpec(
                "mode", ParamType.CHOICE, "Literal['a', 'b']", default="a", default_text="'a'", choices=("a", "b")
            ),
            ParamSpec("limit", ParamType.INTEGER, "int | None", default_text="None", nullable=True),
            ParamSpec("name", ParamType.TEXT, "Optional[str]", required=True, nullable=True),
            ParamSpec("tags", ParamType.JSON, "list[str]", default=["x"], default_text="['x']"),
            ParamSpec("factor", ParamType.JSON, default_text="scale(2)"),
        ),
        connections=(ConnectionUse("lake", "lake"),),
        run_parameter="run",
        checks=("not_empty",),
        imports=(
            "pandas",
            "flowstone",
            "datetime",
            "datetime.date",
            "typing",
            "typing.Literal",
            "typing.Optional",
            "lib.rate",
            "lib.rate.scale",
        ),
    )


@pytest.mark.parametrize(
    ("text", "package", "expected"),
    [
        ("import a.b as c, d", "", ("a.b", "d")),
        ("from a import *", "", ("a", "a.*")),
        ("from . import x", "lib", ("lib", "lib.x")),
        ("from .y import x", "lib.deep", ("lib.deep.y", "lib.deep.y.x")),
        ("from ..y import x", "lib.deep", ("lib.y", "lib.y.x")),
        ("def f():\n    import late", "", ("late",)),
        ("try:\n    import a\nexcept ImportError:\n    import b", "", ("a", "b")),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", "", ("b",)),
        ("import_module('a.b')", "", ("a.b",)),
        ("importlib.import_module('.x', package='lib')", "", ("lib.x",)),
        ("importlib.import_module('..x', 'lib.deep')", "", ("lib.x",)),
        ("__import__('a')", "", ("a",)),
        ("import_module(name)", "", ()),
        ("from ... import x", "lib", ()),
    ],
)
def test_imports_are_found_wherever_they_are(text: str, package: str, expected: tuple[str, ...]) -> None:
    """A module that is missed here can change without its blocks becoming stale."""
    assert imported_modules(parse_python(text, file="x.py"), package=package) == expected


def test_reading_runs_nothing() -> None:
    """Opening a project must be safe, whoever wrote it."""
    text = "raise SystemExit\nfrom flowstone import loader\n@loader\ndef f(*, x=exit()): ...\n"

    assert read_python(text, file="x.py").params == (ParamSpec("x", ParamType.JSON, default_text="exit()"),)


@given(st.text(st.sampled_from(list("@loader()def :\n\t*,=x#'\"\\\0\ud800é")), max_size=60))
def test_any_text_is_read_or_refused_with_its_file(text: str) -> None:
    """What a person is half-way through typing must never be a crash."""
    refused = refusal_of(text)

    assert refused is None or refused.place.file == "x.py"


def refusal_of(text: str) -> SourceError | None:
    try:
        read_python(text, file="x.py")
    except SourceError as refused:
        return refused
    return None


def test_functions_to_be_called_when_a_block_has_ended_are_found() -> None:
    """A run must know before it starts that it will have to wait for them."""
    text = (
        "import flowstone\nfrom flowstone import loader, on_failure, on_success\n"
        "@loader\ndef load():\n    return 1\n"
        "@on_success\n@flowstone.on_failure\ndef both():\n    pass\n"
        "@on_failure\ndef warn(failure):\n    pass\n"
    )

    source = read_python(text, file="loaders/load.py")

    assert source.callbacks == (("both", "success"), ("both", "failure"), ("warn", "failure"))
