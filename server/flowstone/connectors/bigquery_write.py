"""One write to a BigQuery table: planned, staged where readers could notice, published by one job.

Source: decision 0010, "A BigQuery job has its name before it starts".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from flowstone.connectors.bigquery_changes import merge, replace_partitions
from flowstone.connectors.bigquery_jobs import is_applied
from flowstone.connectors.bigquery_steps import LOAD, Steps, TableWrite, copy_step
from flowstone.connectors.table_order import input_empty, target_exists
from flowstone.model.output import Receipt

EDITED_AFTER = dt.timedelta(seconds=1)
"""How long after a copy job's end a table may still show a change that was the job's own."""


def write_table(steps: Steps, write: TableWrite) -> Receipt:
    """Do it and say what was done.

    Raises: TargetExists; InputEmpty; SchemaMismatch; OptionInvalid; JobFailed; the ConnectorError that fits.
    """
    there = steps.find_table(write)
    if there is not None:
        steps.check_layout_kept(write, there)
    if write.order.if_exists == "replace":
        return _replace(steps, write, there)
    if write.order.if_exists == "merge":
        return merge(steps, write, there)
    has_made_it = is_applied(steps.find_job(write, LOAD))
    if write.order.if_exists == "replace_partition" and there is not None and not has_made_it:
        return replace_partitions(steps, write, there)
    if there is None and has_made_it:
        write = replace(write, occasion="_gone")  # adopting that job would not bring the table back
    return _append(steps, write, there) if write.order.if_exists == "append" else _create(steps, write, there)


def _create(steps: Steps, write: TableWrite, there: Any | None) -> Receipt:
    if there is not None and steps.find_job(write, LOAD) is None:
        raise target_exists(write.name)
    return steps.receipt(write, [steps.load(write, "WRITE_EMPTY", None)], "created")


def _append(steps: Steps, write: TableWrite, there: Any | None) -> Receipt:
    if there is not None:
        if not write.rows:
            return steps.receipt(write, [], "skipped")
        there = steps.fit(write, there)
    done = steps.load(write, "WRITE_APPEND", there)
    return steps.receipt(write, [done], "created" if there is None else "appended")


def _replace(steps: Steps, write: TableWrite, there: Any | None) -> Receipt:
    """Load beside the table, compare the count, then let one copy job put it in place."""
    if there is not None and not write.rows:
        raise input_empty(write.name)
    published = steps.find_job(write, copy_step())
    if published is not None and was_edited_since(there, published):
        write = replace(write, occasion=f"_{there.modified:%Y%m%d%H%M%S%f}" if there is not None else "_gone")
        published = None
    if published is None:
        steps.load_stage(write, there)
    copied = steps.copy(write)
    steps.clear_stage(write)
    return steps.receipt(write, [copied], "created" if there is None else "replaced")


def was_edited_since(there: Any | None, published: Any) -> bool:
    """Say whether a table no longer holds what a finished copy job put there."""
    if not is_applied(published) or published.ended is None:
        return False
    return there is None or (there.modified is not None and there.modified > published.ended + EDITED_AFTER)
