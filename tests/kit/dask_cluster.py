"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

READY_WITHIN_S = 60
LOOPBACK = ("--dashboard-address", "127.0.0.1:0")
QUIET = {"DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "30s", "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "false"}


@dataclass
class Cluster:
    """A scheduler's address, and its workers by name."""

    folder: Path
    environment: Mapping[str, str]
    scheduler: subprocess.Popen[bytes] = field(repr=False)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The scheduler's address as an executor."""
        said: str = json.loads(self._scheduler_file.read_text())["address"]
        return said.replace("tcp://", "dask://").replace("tls://", "dask+tls://")

    @property
    def _scheduler_file(self) -> Path:
        return self.folder / "scheduler.json"

    def log(self, name: str) -> str:
        """Return what a process of the cluster printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def begin_worker(self, name: str, *, threads: int = 2, under: tuple[str, ...] = ()) -> None:
        """Start a worker, by another command if need be, and do not wait for it."""
        command = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(self._scheduler_file)]
        command += ["--name", name, "--nthreads", str(threads), "--no-nanny", *LOOPBACK]
        command += ["--host", "127.0.0.1", "--local-directory", str(self.folder / name)]
        self.workers[name] = _started([*under, *command], self.folder / f"{name}.log", self.environment)

    def wait_for(self, *names: str) -> None:
        """Wait until workers have joined."""
        for name in names:
            self._wait_for(name)

    def _wait_for(self, name: str) -> None:
        _until(lambda: "Registered to" in self.log(name), self.workers[name], lambda: self.log(name))

    def kill(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        """Kill a worker as the system would, or by another signal."""
        process = self.workers.pop(name)
        process.send_signal(by)
        process.wait(timeout=READY_WITHIN_S)

    def restart_scheduler(self) -> None:
        """Kill the scheduler and start another at its address; workers of the first are gone with it."""
        self.scheduler.kill()
        self.scheduler.wait()
        while self.workers:
            self.kill(next(iter(self.workers)))
        port = self.address.rpartition(":")[2]
        self._scheduler_file.unlink()
        self.scheduler = begun_scheduler(self.folder, self.environment, port=port)

    def freeze(self, name: str) -> None:
        """Let a worker stand still, as one does whose machine has lost its network."""
        self.workers[name].send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """End everything."""
        for process in (*self.workers.values(), self.scheduler):
            process.send_signal(signal.SIGKILL)
            process.wait()


@contextmanager
def dask_cluster(*workers: str, threads: int = 2, environment: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Run a scheduler on a free port of the loopback interface, and workers."""
    with tempfile.TemporaryDirectory(prefix="dask-", ignore_cleanup_errors=True) as folder:
        surroundings = {**os.environ, **QUIET, "FLOWSTONE_CACHE": f"{folder}/cache", **(environment or {})}
        cluster = Cluster(Path(folder), surroundings, begun_scheduler(Path(folder), surroundings))
        try:
            for name in workers:
                cluster.begin_worker(name, threads=threads)
            cluster.wait_for(*workers)
            yield cluster
        finally:
            cluster.close()


def begun_scheduler(folder: Path, environment: Mapping[str, str], *, port: str = "0") -> subprocess.Popen[bytes]:
    """Start a scheduler, and wait until it listens."""
    file, log = folder / "scheduler.json", folder / "scheduler.log"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", str(file)]
    process = _started([*command, "--host", "127.0.0.1", "--port", port, *LOOPBACK], log, environment)
    try:
        _until(file.exists, process, lambda: log.read_text(errors="replace"))
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


def _started(command: list[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, env=dict(environment))


def _until(is_so: Any, process: subprocess.Popen[bytes], log: Any) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not is_so():
        assert process.poll() is None, log()
        assert time.monotonic() < deadline, log()
        time.sleep(0.05)


def certified(folder: Path) -> dict[str, str]:
    """Make a certificate for the loopback address; return the variables by which Dask uses it and refuses all else."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    _write_certificate(key, certificate)
    comm = "DASK_DISTRIBUTED__COMM__"
    found = {f"{comm}TLS__{part}__KEY": str(key) for part in ("SCHEDULER", "WORKER", "CLIENT")}
    found |= {f"{comm}TLS__{part}__CERT": str(certificate) for part in ("SCHEDULER", "WORKER", "CLIENT")}
    found[f"{comm}TLS__CA_FILE"] = str(certificate)
    return found | {f"{comm}DEFAULT_SCHEME": "tls", f"{comm}REQUIRE_ENCRYPTION": "true"}


def _write_certificate(key_file: Path, certificate_file: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "flowstone-test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
