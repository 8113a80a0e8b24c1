"""Flowstone: data pipelines as files, run and looked at block by block.

What a block file imports is here; everything else is in the rooms below.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowstone.model.author import (
        Outputs,
        Run,
        check,
        connection,
        exporter,
        loader,
        on_failure,
        on_success,
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
    "on_failure",
    "on_success",
    "sensor",
    "transformer",
]
__version__ = "0.1.0"

_MADE_IN = {
    "Lake": "flowstone.model.connections",
    "Warehouse": "flowstone.model.connections",
    "Receipt": "flowstone.model.output",
}


def __getattr__(name: str) -> object:
    """Import a name when a block file asks for it: the `flowstone` command begins before it needs any."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_MADE_IN.get(name, "flowstone.model.author")), name)
    globals()[name] = found  # each block file asks for some, and the next time they are simply there
    return found
