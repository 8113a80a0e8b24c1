"""The wire's types of notebooks that come in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowstone.web.wire_types import Id, Wire


class ImportNotebook(Wire):
    """A notebook's file to make a pipeline of; without a name, the pipeline is called after the file."""

    file: Annotated[str, Field(min_length=1, max_length=255)]
    content: str
    name: Id | None = None


class NotebookImported(Wire):
    """The pipeline that was made, its files, and what its author should know."""

    pipeline: str
    files: list[str]
    warnings: list[str]
