"""`retention:` of a project: how long history and outputs are kept."""

from __future__ import annotations

from flowstone.errors.source import WrongValue
from flowstone.model.retention import Retention
from flowstone.store.rules_yaml import count, size
from flowstone.store.yaml_nodes import Node
from flowstone.store.yaml_values import Reading

RETENTION_KEYS = ("keep_runs", "keep_days", "max_size")
MAX_RUNS = 10_000_000
MAX_DAYS = 36_500


def read_retention(reading: Reading, node: Node | None) -> Retention:
    """Read `retention:`; without it everything is kept."""
    found = None if node is None else reading.mapping(node, "retention", RETENTION_KEYS)
    if found is None:
        return Retention()
    fields = {each.key.text: each.value for each in found.entries}
    return Retention(
        keep_runs=count(reading, fields["keep_runs"], "keep_runs", most=MAX_RUNS) if "keep_runs" in fields else None,
        keep_days=_days(reading, fields["keep_days"]) if "keep_days" in fields else None,
        max_size_bytes=size(reading, fields.get("max_size"), "max_size"),
    )


def _days(reading: Reading, node: Node) -> float | None:
    found = reading.value(node)
    if isinstance(found, int | float) and not isinstance(found, bool) and 0 < found <= MAX_DAYS:
        return float(found)
    reading.wrong(WrongValue, f"keep_days must be a number of days up to {MAX_DAYS}", node, hint="Half a day is 0.5.")
    return None
