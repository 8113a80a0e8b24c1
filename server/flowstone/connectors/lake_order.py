"""What a lake was asked to write, checked, and what every kind of write has in common."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flowstone.connectors.lake_paths import chosen_format, clean_path, is_visible
from flowstone.connectors.object_store import ObjectStore, StoredObject
from flowstone.errors.connectors import InputEmpty, OptionInvalid, TargetChanged, TargetExists
from flowstone.model.connections import FileFormat, IfExists

ACTIONS: dict[IfExists, str] = {
    "fail": "created",
    "append": "appended",
    "replace": "replaced",
    "replace_partition": "partitions replaced",
}
"""What a receipt says of a write to something that was there."""


@dataclass(frozen=True, slots=True)
class Order:
    """One call of write, checked. Units: started in seconds of the monotonic clock."""

    path: str
    format: FileFormat
    partition_by: tuple[str, ...]
    if_exists: IfExists
    started: float

    @property
    def keeps_others(self) -> bool:
        """Whether files of earlier writes stay in the dataset."""
        return self.if_exists in ("append", "replace_partition")


def checked_order(
    path: str, format: FileFormat | None, partition_by: str | Sequence[str] | None, if_exists: IfExists
) -> Order:
    """Check what can be checked before there are rows. Raises: OptionInvalid."""
    if if_exists not in ACTIONS:
        hint = "Use 'fail', 'append', 'replace' or 'replace_partition'."
        raise OptionInvalid(f"A lake has no if_exists={if_exists!r}", hint=hint)
    columns = (partition_by,) if isinstance(partition_by, str) else tuple(partition_by or ())
    if if_exists == "replace_partition" and not columns:
        raise OptionInvalid(
            "if_exists='replace_partition' does not say what a partition is",
            hint="Name the columns whose values name the folders: partition_by='day'.",
        )
    clean = clean_path(path)
    if not is_visible(clean):
        raise OptionInvalid(
            f"Nothing can be written to {path!r}: names that begin with a dot or an underscore are hidden from readers",
            hint="Choose another name.",
        )
    return Order(clean, chosen_format(clean, format), columns, if_exists, time.monotonic())


def check_target(order: Order, *, rows: int, exists: bool, target: str) -> None:
    """Check that what is there may be written. Raises: TargetExists; InputEmpty."""
    if exists and order.if_exists == "fail":
        raise TargetExists(
            f"{target} is there already",
            hint="Choose what shall happen to it with if_exists: 'replace', 'append' or 'replace_partition'.",
            details={"target": target},
        )
    if exists and order.if_exists == "replace" and rows == 0:
        raise InputEmpty(
            f"A frame without rows was to replace {target}",
            hint="If nothing is right today, skip the write; what was there is untouched.",
            details={"target": target},
        )


def action_of(order: Order, *, exists: bool) -> str:
    """Return the receipt's word for what was done."""
    return ACTIONS[order.if_exists] if exists else "created"


def put_once(store: ObjectStore, staged: Path, path: str, *, write: str, expected: int | None = None) -> StoredObject:
    """Put a file; when something is there by now, it may be this very write, whose answer got lost.

    Raises: TargetChanged, when it is somebody else's; ConnectorError.
    """
    try:
        return store.put(staged, path, write=write, expected=expected)
    except TargetChanged:
        now = store.stat(path)
        if now is not None and now.write == write:
            return now
        raise
