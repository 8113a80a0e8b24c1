"""Texts as they stand in an editor: checked and formatted, without saving them."""

from __future__ import annotations

import asyncio

from flowstone.engine.language.findings import Finding
from flowstone.errors.web import RequestRefused
from flowstone.model.block import DUCKDB
from flowstone.web.call import Call, Reply
from flowstone.web.open_project import OpenProject
from flowstone.web.views.language import finding_view
from flowstone.web.wire.language import CodeText, FormattedCode, LintReport


async def lint(call: Call[CodeText]) -> Reply[LintReport]:
    """Say what is wrong in a text. One that is neither Python nor SQL has no flaws.

    Raises: NotFound; PathRefused; ToolUnusable.
    """
    opened = await call.project()
    await asyncio.to_thread(_check_path, opened, call.body.path)
    found = await _findings(opened, call.body)
    return Reply(LintReport(findings=[finding_view(finding) for finding in found]))


async def format_code(call: Call[CodeText]) -> Reply[FormattedCode]:
    """Format a Python text. Raises: NotFound; PathRefused; RequestRefused, for another; FormatRefused; ToolUnusable."""
    from flowstone.engine.language.python_lint import format_python

    opened = await call.project()
    await asyncio.to_thread(_check_path, opened, call.body.path)
    if not call.body.path.endswith(".py"):
        raise RequestRefused("Only Python can be formatted")
    return Reply(FormattedCode(text=await format_python(opened.root, call.body.path, call.body.text)))


async def _findings(opened: OpenProject, code: CodeText) -> tuple[Finding, ...]:
    if code.path.endswith(".py"):
        from flowstone.engine.language.python_lint import lint_python

        return await lint_python(opened.root, code.path, code.text)
    if code.path.endswith(".sql"):
        from flowstone.engine.language.sql_syntax import lint_sql

        return await lint_sql(code.text, engine=_engine_type(opened, code.engine))
    return ()


def _engine_type(opened: OpenProject, engine: str) -> str:
    """Return the type of a SQL block's engine: DuckDB, or that of the connection it names."""
    if engine == DUCKDB:
        return engine
    entries = (entry for profile in opened.project.profiles for entry in profile.connections)
    return next((entry.type for entry in entries if entry.name == engine), "")


def _check_path(opened: OpenProject, path: str) -> None:
    from flowstone.store.paths import resolve_beneath

    resolve_beneath(opened.root, path)
