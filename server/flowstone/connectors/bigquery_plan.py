"""What a write to a BigQuery table would do: looked up and reckoned, with no job but a dry run, which is free."""

from __future__ import annotations

from typing import Any

from flowstone.connectors.bigquery_changes import MERGE, narrowed
from flowstone.connectors.bigquery_jobs import is_applied
from flowstone.connectors.bigquery_partitions import partitions_of
from flowstone.connectors.bigquery_steps import LOAD, Steps, TableWrite, copy_step
from flowstone.connectors.bigquery_write import was_edited_since
from flowstone.connectors.table_order import decided
from flowstone.model.connections import WritePlan


def plan_write(steps: Steps, write: TableWrite) -> WritePlan:
    """Say what `write_table` would do. Raises: what it would, as far as that can be known before."""
    there = steps.find_table(write)
    if there is not None:
        steps.check_layout_kept(write, there)
    action = decided(
        write.order.if_exists,
        exists=there is not None,
        is_noted=there is not None and _is_done(steps, write, there),
        rows=write.rows,
        target=write.name,
    )
    keeps_table = action in ("appended", "partitions replaced", "merged")
    return WritePlan(
        target=f"bigquery://{write.name}",
        action=action,
        rows=write.rows,
        size_bytes=write.file.stat().st_size,
        replaced_rows=_replaced_rows(action, there),
        partitions=_partitions(write, there) if keeps_table else (),
        new_columns=tuple(steps.new_columns(write, there)) if keeps_table else (),
        read_bytes=_read_bytes(steps, write, there) if action == "merged" else 0,
    )


def _is_done(steps: Steps, write: TableWrite, there: Any) -> bool:
    """Say whether every job that publishes this write has been applied."""
    if write.order.if_exists == "replace_partition" and is_applied(steps.find_job(write, LOAD)):
        return True
    match write.order.if_exists:
        case "replace":
            copied = steps.find_job(write, copy_step())
            return is_applied(copied) and not was_edited_since(there, copied)
        case "replace_partition":
            names = [copy_step(name) for name in _partitions(write, there)]
        case "merge":
            names = [MERGE]
        case _:
            names = [LOAD]
    return bool(names) and all(is_applied(steps.find_job(write, name)) for name in names)


def _replaced_rows(action: str, there: Any | None) -> int | None:
    if action in ("partitions replaced", "merged"):
        return None  # to count them would cost a query
    return int(there.num_rows or 0) if there is not None and action == "replaced" else 0


def _partitions(write: TableWrite, there: Any) -> tuple[str, ...]:
    layout = there.time_partitioning
    if layout is None or layout.field not in write.schema.names:
        return ()
    return partitions_of(write.file, layout.field, layout.type_.lower())


def _read_bytes(steps: Steps, write: TableWrite, there: Any) -> int | None:
    where = narrowed(write, there)
    return steps.estimate(f"SELECT * FROM `{write.target}` AS t{f' WHERE {where}' if where else ''}")
