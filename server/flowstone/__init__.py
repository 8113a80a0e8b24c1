"""Flowstone: data pipelines as files, run and looked at block by block.

What a block file imports is here; everything else is in the rooms below.
"""

from flowstone.model.author import (
    Outputs,
    Run,
    check,
    connection,
    exporter,
    loader,
    sensor,
    transformer,
)
from flowstone.model.connections import Lake, Warehouse
from flowstone.model.output import Receipt

__all__ = [
    "Lake",
    "Outputs",
    "Receipt",
    "Run",
    "Warehouse",
    "check",
    "connection",
    "exporter",
    "loader",
    "sensor",
    "transformer",
]
__version__ = "0.1.0"
