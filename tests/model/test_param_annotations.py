"""Which form a param's annotation asks for."""

from __future__ import annotations

import pytest

from flowstone.model.pipeline import ParamType
from flowstone.model.python_source import read_python


@pytest.mark.parametrize(
    ("annotation", "kind", "choices"),
    [
        ("Annotated[int, Field(ge=1, le=10)]", ParamType.INTEGER, ()),
        ("Annotated[date | None, 'any day']", ParamType.DATE, ()),
        ("IfExists", ParamType.CHOICE, ("fail", "append", "replace", "replace_partition", "merge")),
        ("flowstone.Granularity", ParamType.CHOICE, ("hour", "day", "month", "year")),
        ("Annotated[Literal['a', 'b'], 'which']", ParamType.CHOICE, ("a", "b")),
        ("list[str]", ParamType.JSON, ()),
    ],
)
def test_an_annotation_picks_the_form_s_field(annotation: str, kind: ParamType, choices: tuple[str, ...]) -> None:
    """A bound or an option of a write must not turn a number or a choice into a field of JSON."""
    text = f"@exporter\ndef out(rows, *, value: {annotation} = None):\n    pass\n"

    source = read_python(text, file="exporters/out.py")

    assert (source.params[0].type, source.params[0].choices) == (kind, choices)
