"""What every warehouse checks before it writes, in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa

from flowstone.errors.connectors import InputEmpty, OptionInvalid, SchemaMismatch, TargetExists, TargetMissing
from flowstone.model.connections import IfExists

MAX_CLUSTER_COLUMNS = 4
"""Source: BigQuery, "Clustered tables"; kept by the others too, so that a rehearsal fails as the cloud would."""
TABLE_PART = re.compile(r"[^\W\d][\w$-]{0,254}")


def check_order(
    schema: pa.Schema, if_exists: IfExists, partition_by: str | None, cluster_by: str | Sequence[str]
) -> tuple[str, ...]:
    """Check the options of a write against its columns, and return the columns to cluster by.

    Raises: OptionInvalid, when one is unknown or names a column that is not there or cannot serve.
    """
    if if_exists not in {"fail", "append", "replace"}:
        raise OptionInvalid(f"There is no if_exists={if_exists!r}", hint="Use 'fail', 'append' or 'replace'.")
    clusters = (cluster_by,) if isinstance(cluster_by, str) else tuple(cluster_by)
    for column in [*([partition_by] if partition_by else []), *clusters]:
        if column not in schema.names:
            raise OptionInvalid(
                f"There is no column {column!r} to lay the table out by", hint=f"It has {', '.join(schema.names)}."
            )
    if partition_by and not pa.types.is_temporal(schema.field(partition_by).type):
        raise OptionInvalid(
            f"A table cannot be partitioned by {partition_by!r}, which is {schema.field(partition_by).type}",
            hint="Use a column of dates or timestamps.",
        )
    if len(clusters) > MAX_CLUSTER_COLUMNS:
        raise OptionInvalid(f"A table is clustered by {MAX_CLUSTER_COLUMNS} columns at most, not {len(clusters)}")
    return clusters


def table_parts(table: str, *, most: int = 2) -> tuple[str, ...]:
    """Split a table's name at its dots. Raises: OptionInvalid, when it is none."""
    parts = tuple(table.split("."))
    if len(parts) > most or not all(TABLE_PART.fullmatch(part) for part in parts):
        raise OptionInvalid(f"{table!r} is no table's name", hint="Write table, or schema.table.")
    return parts


def decided(if_exists: IfExists, *, exists: bool, is_noted: bool, rows: int, target: str) -> str:
    """Return what a write is to do, in a receipt's word: "adopted", "appended", "created" or "replaced".

    `is_noted` says that this very write was done before; it counts only while its table is there.
    Raises: TargetExists, when the table is there and that is to fail; InputEmpty, when no rows were to replace some.
    """
    if not exists:
        return "created"
    if is_noted:
        return "adopted"
    if if_exists == "fail":
        raise target_exists(target)
    if if_exists == "replace" and not rows:
        raise input_empty(target)
    return "appended" if if_exists == "append" else "replaced"


def select_text(parts: Sequence[str], columns: Sequence[str] | None, *, there: Iterable[str]) -> str:
    """Return the query for a whole table or some columns. Raises: OptionInvalid, when one is not there."""
    known = list(there)
    missing = [name for name in columns or () if name not in known]
    if missing:
        raise OptionInvalid(f"{'.'.join(parts)} has no column {missing[0]!r}", hint=f"It has {', '.join(known)}.")
    wanted = ", ".join(quoted([name]) for name in columns) if columns else "*"
    return f"SELECT {wanted} FROM {quoted(parts)}"  # noqa: S608 - names are quoted


def quoted(parts: Sequence[str]) -> str:
    """Write a name as SQL does, whatever is in it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def target_missing(target: str, place: str) -> TargetMissing:
    """Make the error for a table that is to be read and is not there."""
    return TargetMissing(
        f"There is no table {target} in {place}",
        hint="Check the name, and that the block that writes it has run with the same profile.",
        details={"target": target},
    )


def target_exists(target: str) -> TargetExists:
    """Make the error for a table that is there, when that is to fail."""
    return TargetExists(
        f"The table {target} is there already",
        hint="Choose what shall happen to it: if_exists='replace' or if_exists='append'.",
        details={"target": target},
    )


def input_empty(target: str) -> InputEmpty:
    """Make the error for a frame without rows that was to replace a table."""
    return InputEmpty(
        f"A frame without rows was to replace {target}",
        hint="If nothing is right today, skip the write; the table is untouched.",
        details={"target": target},
    )


def schema_mismatch(target: str, differences: Sequence[str]) -> SchemaMismatch:
    """Make the error for a frame that does not fit a table."""
    return SchemaMismatch(
        f"The frame does not fit the table {target}: {'; '.join(differences)}",
        hint="Bring the frame to the table's columns, or write with if_exists='replace'.",
        details={"differences": list(differences)},
    )
