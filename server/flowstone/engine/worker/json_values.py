"""Values that JSON holds as they are: numpy's numbers in them become Python's."""

from __future__ import annotations

import json
from typing import Any

import numpy as np


def as_json(value: Any) -> bytes | None:
    """Return a value as JSON, if it is what JSON gives back; None for what would come back as something else.

    A tuple would be a list, a key that is a number would be text.
    """
    try:
        words = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"), default=as_python)
        text = words.encode()
        return text if bool(json.loads(text) == value) else None
    except (TypeError, ValueError, RecursionError):
        return None


def as_python(value: Any) -> Any:
    """Turn one of numpy's numbers into Python's. Raises: TypeError, for all else that JSON cannot say."""
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        return value.item()
    raise TypeError(f"a {type(value).__name__} is nothing that JSON can hold")
