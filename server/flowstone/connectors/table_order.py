"""What every warehouse checks before it writes, in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flowstone.errors.connectors import InputEmpty, OptionInvalid, SchemaMismatch, TargetExists, TargetMissing
from flowstone.model.connections import IfExists

ACTIONS: dict[IfExists, str] = {
    "append": "appended",
    "replace": "replaced",
    "replace_partition": "partitions replaced",
    "merge": "merged",
}
"""What a receipt says of a write to a table that was there."""
TABLE_PART = re.compile(r"[^\W\d][\w$-]{0,254}")


def table_parts(table: str, *, most: int = 2) -> tuple[str, ...]:
    """Split a table's name at its dots. Raises: OptionInvalid, when it is none."""
    parts = tuple(table.split("."))
    if len(parts) > most or not all(TABLE_PART.fullmatch(part) for part in parts):
        raise OptionInvalid(f"{table!r} is no table's name", hint="Write table, or schema.table.")
    return parts


def decided(if_exists: IfExists, *, exists: bool, is_noted: bool, rows: int, target: str) -> str:
    """Return what a write is to do, in a receipt's word.

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
    return ACTIONS[if_exists] if rows else "skipped"


def select_text(parts: Sequence[str], columns: Sequence[str] | None, *, there: Iterable[str]) -> str:
    """Return the query for a whole table or some columns. Raises: OptionInvalid, when one is not there."""
    known = list(there)
    missing = [name for name in columns or () if name not in known]
    if missing:
        raise OptionInvalid(f"{'.'.join(parts)} has no column {missing[0]!r}", hint=f"It has {', '.join(known)}.")
    wanted = ", ".join(quoted([name]) for name in columns) if columns else "*"
    return f"SELECT {wanted} FROM {quoted(parts)}"


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
        hint="Choose what shall happen to it with if_exists: 'replace', 'append', 'replace_partition' or 'merge'.",
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
        hint="Bring the frame to the table's columns; for new or missing ones, evolution='add' changes the table.",
        details={"differences": list(differences)},
    )
