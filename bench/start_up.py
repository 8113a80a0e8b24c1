"""How long it takes until something answers."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure, median_of

COMMAND = str(Path(sys.executable).with_name("flowstone"))
PATIENCE_S = 30.0


@contextmanager
def served(project: Path, *, port: int) -> Iterator[subprocess.Popen[str]]:
    """Serve a project in a process of its own, without waiting for it."""
    server = subprocess.Popen(
        [COMMAND, "start", str(project), "--no-browser", "--port", str(port)], stderr=subprocess.PIPE, text=True
    )
    try:
        yield server
    finally:
        server.terminate()
        server.wait(timeout=20)


def sign_in_link(server: subprocess.Popen[str]) -> str:
    """Return the link that a server prints first."""
    assert server.stderr is not None
    found = re.search(r"http://\S+", server.stderr.readline())
    assert found is not None, "the server printed no link"
    return found[0]


def until_answered(port: int) -> None:
    """Ask for the first page until there is an answer."""
    deadline = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.002)
        finally:
            connection.close()
    raise TimeoutError(f"nothing answers at port {port}")


def first_answer(project: Path, *, port: int) -> float:
    """Return how long a cold server takes to its first 200. Units: seconds."""
    began = time.perf_counter()
    with served(project, port=port):
        until_answered(port)
        return time.perf_counter() - began


def took(*command: str) -> float:
    """Return how long a command takes as a whole. Units: seconds."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def import_ms() -> float:
    """Return how long `import flowstone` takes in a new interpreter. Units: milliseconds."""
    code = "import time; t = time.perf_counter(); import flowstone; print((time.perf_counter() - t) * 1000)"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def figures(project: Path) -> list[Figure]:
    """Measure everything about starting."""
    bare = median_of(lambda: took(sys.executable, "-c", "pass"))
    tornado = median_of(lambda: took(sys.executable, "-c", "import tornado.web, tornado.httpserver"))
    ports = iter(range(8950, 8990))
    return [
        Figure("import flowstone", median_of(import_ms), "ms", 50),
        Figure("flowstone --help", median_of(lambda: took(COMMAND, "--help")) * 1000, "ms", 200, bare * 1000),
        Figure(
            "flowstone start to first 200",
            median_of(lambda: first_answer(project, port=next(ports))),
            "s",
            0.6,
            tornado,
        ),
    ]
