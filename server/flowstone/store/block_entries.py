"""A block's entry in a pipeline's YAML, written anew."""

from __future__ import annotations

from collections.abc import Mapping

from flowstone.model.block import DUCKDB, Block
from flowstone.model.rules import MAX_DELAY_S, MEMORY, Backoff, Isolation, MapOver, OnFailure, Retries
from flowstone.store.charts_yaml import charts_text
from flowstone.store.durations import write_duration
from flowstone.store.sizes import write_size
from flowstone.store.yaml_scalars import write_text, write_value
from flowstone.store.yaml_splice import STEP, flow

MAX_LINE = 110
"""An entry that is longer gets a line a key."""


def block_fields(block: Block) -> dict[str, str]:
    """Return what a block's entry says, each value written on one line."""
    fields = {
        "file": write_text(block.file),
        "description": write_text(block.description) if block.description else None,
        "upstream": write_value(list(block.upstream)) if block.upstream else None,
        "params": write_value(block.params) if block.params else None,
        "retries": write_retries(block.retries) if block.retries != Retries() else None,
        "timeout": duration_text(block.timeout_s),
        "uses": _uses_text(block.uses) if block.uses else None,
        "map": _map_text(block.mapped) if block.mapped else None,
        "isolation": str(block.isolation) if block.isolation is not Isolation.SHARED else None,
        "when": write_text(block.when.text) if block.when else None,
        "on_failure": str(block.on_failure) if block.on_failure is not OnFailure.SKIP else None,
        "memory": None if block.memory_bytes is None else write_size(block.memory_bytes),
        "ttl": duration_text(block.ttl_s),
        "engine": write_text(block.engine) if block.engine != DUCKDB else None,
        "files": write_value(list(block.files)) if block.files else None,
        "charts": charts_text(block.charts) if block.charts else None,
    }
    return {key: value for key, value in fields.items() if value is not None}


def duration_text(seconds: float | None) -> str | None:
    """Return a duration as it is written; None stays None."""
    return None if seconds is None else write_duration(seconds)


def write_retries(retries: Retries) -> str:
    """Return `retries:` on one line, with what differs from no retries."""
    fields = {
        "attempts": str(retries.attempts),
        "delay": write_duration(retries.delay_s) if retries.delay_s else None,
        "backoff": str(retries.backoff) if retries.backoff is not Backoff.CONSTANT else None,
        "max_delay": write_duration(retries.max_delay_s) if retries.max_delay_s != MAX_DELAY_S else None,
        "jitter": write_value(retries.jitter) if retries.jitter else None,
        "only_on": write_value(list(retries.only_on)) if retries.only_on else None,
    }
    return flow({key: value for key, value in fields.items() if value is not None})


def _uses_text(uses: Mapping[str, int]) -> str:
    return flow({write_text(name): write_size(n) if name == MEMORY else str(n) for name, n in uses.items()})


def _map_text(mapped: MapOver) -> str:
    fields = {
        "over": write_text(mapped.over),
        "as": write_text(mapped.into) if mapped.into else None,
        "by": write_text(mapped.by) if mapped.by else None,
        "rows": None if mapped.rows is None else str(mapped.rows),
        "width": None if mapped.width is None else str(mapped.width),
        "on_failure": str(mapped.on_failure) if mapped.on_failure is not OnFailure.CONTINUE else None,
    }
    return flow({key: value for key, value in fields.items() if value is not None})


def entry_lines(name: str, fields: Mapping[str, str], *, as_lines: bool) -> list[str]:
    """Return a block's entry as lines: one, or one for each key where that is too long or its neighbours are so."""
    on_one = f"{name}: {flow(fields)}"
    if not as_lines and len(on_one) <= MAX_LINE:
        return [on_one]
    return [f"{name}:", *(f"{STEP}{key}: {value}" for key, value in fields.items())]
