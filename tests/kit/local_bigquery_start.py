# mypy: ignore-errors
"""Start local-bigquery in an environment of its own; run by that environment's Python, never imported.

Prints one line of JSON with its two ports, and ends when its standard input is closed, so that it
cannot outlive the tests. DuckDB's extensions come from wheels, so that nothing is downloaded.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import threading
import time

import duckdb
from duckdb_extensions import import_extension

for extension in ("icu", "ducklake", "httpfs", "spatial"):
    import_extension(extension)

_connect = duckdb.connect


def connect(*args: object, config: dict | None = None, **rest: object) -> duckdb.DuckDBPyConnection:
    """Connect with the time zone set afterwards: as an option it is unknown until icu is loaded."""
    settings = dict(config or {})
    zone = settings.pop("TimeZone", None)
    connection = _connect(*args, config=settings, **rest)
    if zone:
        connection.execute("LOAD icu")
        connection.execute(f"SET TimeZone = '{zone}'")
    return connection


duckdb.connect = connect

import uvicorn  # noqa: E402
from local_bigquery import app  # noqa: E402
from local_bigquery.grpc import server  # noqa: E402
from local_bigquery.settings import settings  # noqa: E402


def main() -> None:
    """Serve both ports until standard input ends."""
    settings.data_dir = pathlib.Path(sys.argv[1])
    settings.default_project_id = sys.argv[2]
    settings.storage_emulator_host = os.environ.get("STORAGE_EMULATOR_HOST")
    _, grpc_port = server.start("127.0.0.1", 0)
    rest = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    threading.Thread(target=rest.run, daemon=True).start()
    while not rest.started:
        time.sleep(0.01)
    port = rest.servers[0].sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "grpc_port": grpc_port}), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
