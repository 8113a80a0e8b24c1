"""Which columns a stored table has."""

from __future__ import annotations

import json

import pyarrow as pa

from flowstone.model.output import Column


def columns_of(schema: pa.Schema) -> tuple[Column, ...]:
    """Return a stored table's columns; which of them are a pandas index, its notes say."""
    levels = _index_columns(schema)
    return tuple(Column(field.name, str(field.type), is_index=field.name in levels) for field in schema)


def _index_columns(schema: pa.Schema) -> frozenset[str]:
    try:
        described = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
        return frozenset(name for name in described.get("index_columns", ()) if isinstance(name, str))
    except (ValueError, AttributeError, TypeError):
        return frozenset()  # notes that another tool wrote, or damaged ones: then it has none
