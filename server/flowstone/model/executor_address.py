"""Which executor an address names."""

from __future__ import annotations

import re

from flowstone.errors.cluster import ExecutorUnknown

LOCAL = "local"
ADDRESS = re.compile(r"(?P<scheme>dask|dask\+tls)://(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})/?")
TRANSPORTS = {"dask": "tcp", "dask+tls": "tls"}


def scheduler_address(executor: str) -> str | None:
    """Return the address of the Dask scheduler that an executor names, None where blocks run on this machine.

    `dask://host:port` is plain TCP; `dask+tls://host:port` uses the certificates of Dask's own configuration.
    Raises: ExecutorUnknown.
    """
    if executor in ("", LOCAL):
        return None
    found = ADDRESS.fullmatch(executor)
    if found is None or not 0 < int(found["port"]) < 1 << 16:
        raise ExecutorUnknown(executor[:200])
    return f"{TRANSPORTS[found['scheme']]}://{found['host']}:{found['port']}"
