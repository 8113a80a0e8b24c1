"""Changes of a BigQuery table that stays: partitions replaced, rows merged; from a stage, by jobs with names.

Each partition is replaced by a copy job of its own, which is free and atomic; a run that was cut off between two
of them goes on where it was. A merge is one statement.
"""

from __future__ import annotations

from typing import Any

from flowstone.connectors.bigquery_jobs import is_applied
from flowstone.connectors.bigquery_partitions import partitions_of, span_of
from flowstone.connectors.bigquery_steps import Steps, TableWrite, copy_step, stage_of
from flowstone.connectors.merging import merge_statement
from flowstone.errors.connectors import OptionInvalid
from flowstone.model.output import Receipt

MERGE = "merge"


def replace_partitions(steps: Steps, write: TableWrite, there: Any) -> Receipt:
    """Put the rows in place of those partitions that they belong to. Raises: SchemaMismatch; JobFailed."""
    if not write.rows:
        return steps.receipt(write, [], "skipped")
    there = steps.fit(write, there)
    partitions = partitions_of(write.file, write.order.partition_by or "", write.order.granularity)
    if not _is_published(steps, write, *map(copy_step, partitions)):
        steps.load_stage(write, there, columns_of=there)  # a partition is only copied between equal columns
    done = [steps.copy(write, partition=name) for name in partitions]
    steps.clear_stage(write)
    return steps.receipt(write, done, "partitions replaced", partitions=list(partitions))


def merge(steps: Steps, write: TableWrite, there: Any | None) -> Receipt:
    """Bring the rows in by their keys, in one statement. Raises: SchemaMismatch; OptionInvalid; JobFailed."""
    if there is None:
        table = steps.make_table(write)
    elif write.rows:
        table = steps.fit(write, there)
    if not write.rows:
        return steps.receipt(write, [], "created" if there is None else "skipped")
    statement = merge_statement(
        f"`{write.target}`",
        f"`{stage_of(write)}`",
        write.schema.names,
        write.order,
        quote=_quoted,
        also=narrowed(write, table),
    )
    if not _is_published(steps, write, MERGE):
        steps.load_stage(write, table)
    done = steps.execute(write, statement, step=MERGE)
    steps.clear_stage(write)
    return steps.receipt(write, [done], "created" if there is None else "merged", **_counts(done.job))


def _is_published(steps: Steps, write: TableWrite, *published_by: str) -> bool:
    return all(is_applied(steps.find_job(write, step)) for step in published_by)


def _counts(job: Any) -> dict[str, int]:
    """Return what a merge did, where the service says so."""
    stats = getattr(job, "dml_stats", None)
    if stats is None:
        return {}
    return {word: getattr(stats, f"{word}_row_count") for word in ("inserted", "updated", "deleted")}


def _quoted(name: str) -> str:
    """Write a column's name as BigQuery does; those it takes have no back-tick in them."""
    return f"`{name}`"


def narrowed(write: TableWrite, table: Any) -> str:
    """Return the condition that keeps a merge from reading every partition, where there may be one.

    Only where the partitions' column is a key can a row be found in its own partition alone: elsewhere it may have
    moved, and what is not looked at would be added once more.
    Raises: OptionInvalid, when the table cannot be read as a whole and the keys do not say where to look.
    """
    layout = table.time_partitioning
    if layout is not None and layout.field in write.order.keys:
        first, last = span_of(write.file, layout.field)
        return f"t.{_quoted(layout.field)} BETWEEN {first} AND {last}"
    if layout is not None and table.require_partition_filter:
        raise OptionInvalid(
            f"The table {write.name} may not be read without a filter on {layout.field}, which is not among the keys",
            hint=f"Add {layout.field!r} to keys, if a row never changes it.",
        )
    return ""
