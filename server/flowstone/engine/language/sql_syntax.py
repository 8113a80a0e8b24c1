"""SQL's syntax errors at their place, as sqlglot sees them. Nothing is run, and no engine is asked."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any

from flowstone.engine.language.findings import Finding, Offsets, Severity
from flowstone.model.sql_tokens import TOKEN

DIALECTS = {"duckdb": "duckdb", "postgres": "postgres", "bigquery": "bigquery"}
"""Our types of connections, and what sqlglot calls their SQL."""
SYNTAX = "sql-syntax"
OPENING = ("'", '"', "/*")
MISSING = re.compile(r"Required keyword: '(\w+)' missing for")


async def lint_sql(text: str, *, engine: str) -> tuple[Finding, ...]:
    """Return the first syntax error of a text, written for a type of connection; nothing where all is well."""
    return await asyncio.to_thread(syntax_errors, text, DIALECTS.get(engine, ""))


def syntax_errors(text: str, dialect: str) -> tuple[Finding, ...]:
    """Return the syntax errors of a text. A text that is empty, or nothing but comments, has none."""
    import sqlglot
    from sqlglot.errors import ErrorLevel, ParseError, TokenError

    # It warns of statements that it keeps as they are, which is no news to anybody.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        sqlglot.parse(text, dialect=dialect, error_level=ErrorLevel.IMMEDIATE)
    except ParseError as wrong:
        return tuple(_parse_error(found, text) for found in wrong.errors[:1])
    except TokenError:
        return _unclosed(text)
    except RecursionError:
        return (Finding(0, len(text), SYNTAX, "This is nested too deeply to be checked", Severity.WARNING),)
    return ()


def _parse_error(found: Mapping[str, Any], text: str) -> Finding:
    word = found["highlight"] or ""
    offsets = Offsets(text)
    # sqlglot says where the word ends.
    end = offsets.at(found["line"], found["col"] + 1)
    start = max(0, end - max(len(word), 1))
    return Finding(start, end, SYNTAX, _words(found["description"], word), Severity.ERROR)


def _words(description: str, word: str) -> str:
    """Say what sqlglot means, to somebody who does not know its classes."""
    if MISSING.search(description):
        return f"Something is missing after `{word}`" if word else "Something is missing here"
    if description.startswith("Expecting"):
        return f"Expected {description.removeprefix('Expecting').strip()} at `{word}`"
    if "Unexpected token" in description:
        return f"`{word}` is not expected here"
    return re.sub(r"<class '[\w.]*\.(\w+)'>", r"\1", description)


def _unclosed(text: str) -> tuple[Finding, ...]:
    """Return the quote or comment that begins and does not end."""
    offsets = Offsets(text)
    for match in TOKEN.finditer(text):
        is_comment = match["comment"] is not None and match[0].startswith("/*") and not match[0].endswith("*/")
        if is_comment or (match["other"] is not None and match[0] in OPENING):
            start = offsets.of(match.start())
            message = f"What begins here with {match[0][:2]} is never closed"
            return (Finding(start, offsets.of(len(text)), SYNTAX, message, Severity.ERROR),)
    end = offsets.of(len(text))
    return (Finding(max(0, end - 1), end, SYNTAX, "This cannot be read as SQL", Severity.ERROR),)
