"""Read a SQL or Markdown block's text: its title and params, and its text without what changes nothing."""

from __future__ import annotations

import re

from flowstone.errors.base import Place
from flowstone.errors.source import NoBlockFunction
from flowstone.model.block import BlockKind, Language
from flowstone.model.pipeline import ParamType
from flowstone.model.source import BlockSource, ParamSpec

TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\$.*?\$\$)
      | (?P<param>\$[A-Za-z_]\w*)
      | (?P<space>\s+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


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
    names = dict.fromkeys(match["param"][1:] for match in TOKEN.finditer(text) if match["param"])
    return BlockSource(
        language=Language.SQL,
        kind=BlockKind.TRANSFORMER if has_upstream else BlockKind.LOADER,
        title=title,
        description=description,
        takes_all=True,
        params=tuple(ParamSpec(name, ParamType.JSON, required=True) for name in names),
    )


def read_markdown(text: str) -> BlockSource:
    """Take a note as it is; its first heading is its title."""
    heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.strip()), "")
    return BlockSource(language=Language.MARKDOWN, kind=BlockKind.NOTE, title=heading)


def normal_sql(text: str) -> str:
    """Return the text without comments and with single spaces outside quotes, so that formatting changes nothing."""
    words: list[str] = []
    for match in TOKEN.finditer(text):
        is_blank = bool(match["comment"] or match["space"])
        if not is_blank:
            words.append(match[0])
        elif words and words[-1] != " ":
            words.append(" ")
    return "".join(words).rstrip("; ").strip()


def _leading_comment(text: str) -> tuple[str, str]:
    lines = []
    for line in text.splitlines():
        if not line.strip().startswith("--"):
            break
        lines.append(line.strip().lstrip("-").strip())
    return (lines[0], "\n".join(lines[1:]).strip()) if lines else ("", "")
