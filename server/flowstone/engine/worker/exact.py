"""Whether two values are the same, type by type: the test that decides if a stored form will do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

PLAIN = {int, str, bool, bytes, date}


def is_same(one: Any, other: Any) -> bool:
    """Say whether two cells are equal in type and value, however deep; missing values are equal to their own kind."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    match one:
        case list() | tuple():
            return len(one) == len(other) and are_same(one, other)
        case dict():
            return are_same(one, other) and are_same(one.values(), other.values())
        case np.ndarray():
            return _same_arrays(one, other)
        case float() | np.floating():
            return bool(one == other or (one != one and other != other))
        case Decimal():
            return bool(one.as_tuple() == other.as_tuple())
        case datetime() | time():
            return bool(one == other and one.tzinfo == other.tzinfo and one.fold == other.fold)
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - a cell's == is user code, and what cannot be compared is not the same
        return False


def are_same(some: Iterable[Any], others: Iterable[Any]) -> bool:
    """Say whether all pairs are the same and none is left over."""
    try:
        return all(is_same(one, other) for one, other in zip(some, others, strict=True))
    except ValueError:
        return False


def same_cells(some: list[Any], others: list[Any]) -> bool:
    """Say whether all cells are the same: as `are_same` does, and quicker for plain cells and lists of them."""
    if _are_plain(some) and _are_plain(others) and set(map(type, some)) == set(map(type, others)):
        return some == others
    are_lists = {*map(type, some), *map(type, others)} == {list}
    if are_lists and some == others:
        parts, other_parts = list(chain.from_iterable(some)), list(chain.from_iterable(others))
        if _are_plain(parts) and set(map(type, parts)) == set(map(type, other_parts)):
            return True
    return are_same(some, others)


def _are_plain(cells: list[Any]) -> bool:
    """Say whether cells are of one type whose values are equal only to what is the same; some may be None."""
    kinds = set(map(type, cells)) - {type(None)}
    return len(kinds) <= 1 and kinds <= PLAIN


def _same_arrays(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype == object:
        return is_same(one.tolist(), other.tolist())
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fcmM"))


def same_frames(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Say whether two frames are the same in class, labels, index, dtypes, attributes and every cell."""
    return (
        type(one) is type(other)
        and one.shape == other.shape
        and same_indexes(one.columns, other.columns)
        and same_indexes(one.index, other.index)
        and is_same(one.attrs, other.attrs)
        and one.flags.allows_duplicate_labels == other.flags.allows_duplicate_labels
        and all(_same_values(one.iloc[:, place], other.iloc[:, place]) for place in range(one.shape[1]))
    )


def same_indexes(one: pd.Index, other: pd.Index) -> bool:
    """Say whether two indexes are the same in class, names, frequency, dtypes and labels."""
    if type(one) is not type(other) or not is_same(list(one.names), list(other.names)):
        return False
    if isinstance(one, pd.RangeIndex) and isinstance(other, pd.RangeIndex):
        return is_same([one.start, one.stop, one.step], [other.start, other.stop, other.step])
    if isinstance(one, pd.MultiIndex):
        pairs = ((one.get_level_values(place), other.get_level_values(place)) for place in range(one.nlevels))
        return one.nlevels == other.nlevels and all(_same_values(left, right) for left, right in pairs)
    return getattr(one, "freq", None) == getattr(other, "freq", None) and _same_values(one, other)


def _same_values(one: pd.Series | pd.Index, other: pd.Series | pd.Index) -> bool:
    if type(one.dtype) is not type(other.dtype) or one.dtype != other.dtype or len(one) != len(other):
        return False
    if isinstance(one.dtype, np.dtype) and one.dtype.kind == "O":
        return same_cells(one.tolist(), other.tolist())
    if isinstance(one.dtype, pd.CategoricalDtype):
        return _same_categories(one.array, other.array)
    return bool(one.array.equals(other.array))


def _same_categories(one: Any, other: Any) -> bool:
    return same_indexes(one.categories, other.categories) and np.array_equal(one.codes, other.codes)
