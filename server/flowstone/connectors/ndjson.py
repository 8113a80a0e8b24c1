"""Rows as lines of JSON: every value as it is, or an error, never a shortened one.

Source: RFC 8259 has no infinity and no NaN; dates and times are ISO 8601, decimals are texts, as most readers expect.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa

from flowstone.errors.connectors import ValueNotStorable

HINT = "Use format='parquet', which keeps every value."


def json_lines(batch: pa.RecordBatch) -> Iterator[str]:
    """Give one line for each row. Raises: ValueNotStorable, for what JSON has no words for."""
    for row in batch.to_pylist():
        try:
            yield json.dumps(row, ensure_ascii=False, allow_nan=False, default=_word) + "\n"
        except ValueError as refused:
            raise ValueNotStorable(f"The frame cannot be written as ndjson: {refused}", hint=HINT) from refused


def _word(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise ValueNotStorable(f"The frame cannot be written as ndjson: it has a {type(value).__name__}", hint=HINT)
