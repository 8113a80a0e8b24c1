"""Code on the wire: a text as it stands in an editor, and what is wrong in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowstone.engine.language.findings import Severity
from flowstone.web.wire_types import Wire

MAX_CODE_CHARACTERS = 262_144
"""Code that a person writes is far below it; a longer text is checked when it runs."""
MAX_CODE_BODY_BYTES = 6 * MAX_CODE_CHARACTERS + 8_192


class CodeText(Wire):
    """A text, the file that it is or will be, and the engine that a SQL text is written for."""

    path: Annotated[str, Field(min_length=1, max_length=300)]
    text: Annotated[str, Field(max_length=MAX_CODE_CHARACTERS)]
    engine: Annotated[str, Field(max_length=100)] = "duckdb"


class TextEditView(Wire):
    """Other text in place of what is between two offsets. Units: UTF-16 code units from the text's beginning."""

    start: int
    end: int
    text: str


class FixView(Wire):
    """What mends a finding; one that is not safe may change what the code does."""

    title: str
    edits: list[TextEditView]
    is_safe: bool


class FindingView(Wire):
    """One thing that is wrong. Units: UTF-16 code units from the text's beginning."""

    start: int
    end: int
    code: str
    message: str
    severity: Severity
    url: str | None
    fix: FixView | None


class LintReport(Wire):
    """Everything that is wrong in a text, as far as it can be seen without running it."""

    findings: list[FindingView]


class FormattedCode(Wire):
    """A text as it is after formatting."""

    text: str
