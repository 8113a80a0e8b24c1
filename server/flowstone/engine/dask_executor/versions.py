"""Which packages must be the same on two machines for a block to give the same result on both."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from flowstone.engine.dask_executor.messages import PROTOCOL
from flowstone.errors.cluster import VersionMismatch

PACKAGES = ("flowstone", "distributed", "numpy", "pandas", "pyarrow", "duckdb", "polars")
"""Frames, their form on disk, SQL, and what carries them; a package that one machine lacks is its blocks' concern."""


@cache
def own_versions() -> Mapping[str, str]:
    """Return the versions that count of this machine."""
    found = {"python": ".".join(platform.python_version_tuple()[:2]), "protocol": str(PROTOCOL)}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def compare_versions(where: str, theirs: Mapping[str, str], ours: Mapping[str, str] | None = None) -> None:
    """Compare another machine's versions with this one's. Raises: VersionMismatch."""
    own = own_versions() if ours is None else ours
    differences = {name: (own[name], theirs[name]) for name in own if name in theirs and theirs[name] != own[name]}
    if differences:
        raise VersionMismatch(where, differences)
