"""SQL blocks: in DuckDB over the stored tables with no copy, or on a warehouse through its connection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flowstone.engine.jobs import BlockJob
from flowstone.engine.worker.arguments import open_connection
from flowstone.engine.worker.tables import open_table
from flowstone.errors.engine import InputUnfit, SqlInvalid
from flowstone.model.block import DUCKDB
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifact_places import open_artifacts

EXPLAIN = "EXPLAIN "
_WORDS = {OutputKind.RICH: "a figure", OutputKind.OBJECT: "an object"}


def run_sql(job: BlockJob) -> Any:
    """Run a SQL block's statement and return its rows.

    Upstream ids are table names; `$name` params are bound, never pasted in.
    Raises: InputUnfit, when an upstream gave no table; ConnectionUnknown; SqlInvalid, with the line, for wrong SQL.
    """
    text = (Path(job.code_root) / job.file).read_text(encoding="utf-8-sig")
    if job.engine != DUCKDB:
        return _on_warehouse(job, text)
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
        database.execute("SET errors_as_json = true")
        for ref in job.inputs:
            for output in ref.outputs:
                name = ref.upstream if len(ref.outputs) == 1 else f"{ref.upstream}_{output.name}"
                database.register(name, _table(job, output))
        try:
            relation: Any = database.sql(text, params=dict(job.params) or None)
            return None if relation is None else relation.to_arrow_table()
        except duckdb.Error as wrong:
            raise _refused(database, wrong, text, job) from wrong


def _refused(database: Any, wrong: Exception, text: str, job: BlockJob) -> SqlInvalid:
    """Return DuckDB's error with its line apart, and with the tables that there are where one is missing."""
    import duckdb

    facts = _facts(wrong)
    if not facts:  # a relation's errors come without their place; the plan's do not
        try:
            database.execute(EXPLAIN + text, dict(job.params) or None)
        except duckdb.Error as again:
            facts = _facts(again, shift=len(EXPLAIN))
    said = facts.get("exception_message") or str(wrong)
    hint = ""
    if isinstance(wrong, duckdb.CatalogException):
        tables = ", ".join(ref.upstream for ref in job.inputs) or "none, for the block has no upstream"
        said = said.partition("\nDid you mean")[0]
        hint = f"Tables are named after the blocks above: {tables}."
    position = facts.get("position")
    line = None if position is None else text.count("\n", 0, max(0, int(position))) + 1
    return SqlInvalid(said, line=line, hint=hint)


def _facts(wrong: Exception, *, shift: int = 0) -> dict[str, Any]:
    """Read an error that DuckDB wrote as JSON, its position that much further left; nothing where it did not."""
    try:
        facts: dict[str, Any] = json.loads(str(wrong).partition(": ")[2])
    except ValueError:
        return {}
    if "position" in facts:
        facts["position"] = int(facts["position"]) - shift
    return facts


def _table(job: BlockJob, output: Output) -> Any:
    if output.kind is not OutputKind.TABLE:
        raise InputUnfit(
            f"A SQL block can read tables only, and an upstream gave {_WORDS.get(output.kind, 'a JSON value')}",
            hint="Turn it into a frame in a Python block between them.",
        )
    return open_table(open_artifacts(job.artifacts).find(output.hash).path)


def _on_warehouse(job: BlockJob, text: str) -> Any:
    if job.inputs:
        raise InputUnfit(
            f"A SQL block that runs on {job.engine!r} cannot read upstream outputs",
            hint="Leave `engine:` out, so that it runs in DuckDB beside them, or read a table of the warehouse.",
        )
    warehouse = open_connection(job, job.engine)
    try:
        return warehouse.query(text, dict(job.params))
    finally:
        if hasattr(warehouse, "close"):
            warehouse.close()
