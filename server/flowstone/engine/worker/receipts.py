"""The receipts that an exporter returns, fit for the ledger."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flowstone.engine.worker.json_values import as_python
from flowstone.errors.engine import OutputUnfit
from flowstone.model.output import Receipt
from flowstone.store.codec import decode


def receipts_in(value: Any) -> tuple[Receipt, ...]:
    """Return the receipt that a value is, or those that it is a list of; none for anything else.

    Raises: OutputUnfit, for a receipt that JSON cannot hold.
    """
    if isinstance(value, Receipt):
        return (_told(value),)
    if isinstance(value, list | tuple) and value and all(isinstance(item, Receipt) for item in value):
        return tuple(_told(item) for item in value)
    return ()


def _told(receipt: Receipt) -> Receipt:
    """Return a receipt that JSON can hold: numpy's numbers in it become Python's. Raises: OutputUnfit."""
    try:
        return decode(Receipt, json.dumps(asdict(receipt), default=as_python))
    except (TypeError, ValueError, RecursionError) as wrong:
        raise OutputUnfit(
            f"The receipt cannot be kept: {wrong}", hint="Put numbers, text, lists and dicts into it."
        ) from wrong
