"""Read a SQL or Markdown block's text: its title and params."""

from __future__ import annotations

from flowstone.errors.base import Place
from flowstone.errors.source import NoBlockFunction
from flowstone.model.block import BlockKind, Language
from flowstone.model.pipeline import ParamType
from flowstone.model.source import BlockSource, ParamSpec
from flowstone.model.sql_tokens import named_params, normal_sql


def read_sql(text: str, *, file: str, has_upstream: bool) -> BlockSource:
    """Say what a SQL text is and which `$name` params it takes.

    With no upstream it brings data in, so it is a loader; else a transformer.
    The first comment is its title and description. Raises: NoBlockFunction, when there is no statement.
    """
    if not normal_sql(text):
        raise NoBlockFunction(
            "there is no statement here",
            place=Place(file, 1, 1),
            hint="Write a SELECT, ended or not by a semicolon.",
        )
    title, description = _leading_comment(text)
    return BlockSource(
        language=Language.SQL,
        kind=BlockKind.TRANSFORMER if has_upstream else BlockKind.LOADER,
        title=title,
        description=description,
        takes_all=True,
        params=tuple(ParamSpec(name, ParamType.JSON, required=True) for name in named_params(text)),
    )


def read_markdown(text: str) -> BlockSource:
    """Take a note as it is; its first heading is its title."""
    heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.strip()), "")
    return BlockSource(language=Language.MARKDOWN, kind=BlockKind.NOTE, title=heading)


def _leading_comment(text: str) -> tuple[str, str]:
    lines = []
    for line in text.splitlines():
        if not line.strip().startswith("--"):
            break
        lines.append(line.strip().lstrip("-").strip())
    return (lines[0], "\n".join(lines[1:]).strip()) if lines else ("", "")
