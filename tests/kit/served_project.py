"""A real server in a process of its own, spoken to over HTTP, that can be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

API = "/api/v1"
READY_S = 60.0
GONE_S = 30.0
STEP_S = 0.01


class ServedProject:
    """`flowstone start` on a project, and somebody who is signed in."""

    def __init__(self, root: Path, *, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._environment = {**os.environ, **(environment or {})}
        self._log = root.with_name(f"{root.name}.server.log")
        self.process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client()
        self.project = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.http.close()

    def start(self) -> Self:
        """Start the server and sign in; when this returns, its project is open."""
        with self._log.open("wb") as log:
            program = Path(sys.executable).with_name("flowstone")
            self.process = subprocess.Popen(
                [str(program), "start", str(self.root), "--port", "0", "--no-browser"],
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        url, _, token = self._link().partition("/#token=")
        self.http.close()
        self.http = httpx.Client(base_url=url + API, timeout=60.0, trust_env=False)
        answer = self.http.post("/sign-in", json={"token": token})
        assert answer.status_code == 200, answer.text
        self.http.headers["X-Flowstone-Key"] = answer.json()["key"]
        projects = self.http.get("/projects").json()
        assert projects, "the project was not opened"
        self.project = projects[0]["id"]
        return self

    def _link(self) -> str:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            assert self.process is not None
            text = self.said()
            for word in text.rpartition("\n")[0].split():
                if "/#token=" in word:
                    return word
            assert self.process.poll() is None, text
            time.sleep(STEP_S)
        raise AssertionError(f"no link within {READY_S} s: {self.said()}")

    def said(self) -> str:
        """Return what the server has printed."""
        return self._log.read_text("utf-8", errors="replace")

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self.process is not None
        return self.process.pid

    def descendants(self) -> list[psutil.Process]:
        """Return every process that it has started, and those that they have."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.pid).children(recursive=True)
        return []

    def workers(self) -> list[psutil.Process]:
        """Return the processes that run blocks: what its forkserver has forked."""
        with suppress(psutil.NoSuchProcess):
            return [found for child in psutil.Process(self.pid).children() for found in child.children()]
        return []

    def kill(self) -> None:
        """End the server as a power cut would, and wait until all that it has started is gone, too."""
        if self.process is None:
            return
        below = self.descendants()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
        _, alive = psutil.wait_procs(below, timeout=GONE_S)
        assert not alive, f"left behind: {alive}"
        self.process = None

    def stop(self) -> int:
        """Ask the server to end, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=GONE_S * 3)
        self.process = None
        return code

    # --- What a person does ---

    def read(self, path: str) -> tuple[str, str]:
        """Return a file's text and its ETag."""
        answer = self.http.get(f"/projects/{self.project}/files/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()["text"], answer.headers["ETag"]

    def save(self, path: str, text: str, etag: str) -> httpx.Response:
        """Save a text over the version that it is based on."""
        return self.http.put(f"/projects/{self.project}/files/{path}", json={"text": text}, headers={"If-Match": etag})

    def start_run(self, run: str, **options: Any) -> httpx.Response:
        """Start a run of the pipeline `line` under an id."""
        path = f"/projects/{self.project}/pipelines/line/runs"
        return self.http.post(path, json={"run": run, "reuse": "never", **options})

    def run(self, run: str) -> dict[str, Any]:
        """Return how a run is doing."""
        answer = self.http.get(f"/projects/{self.project}/runs/{run}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ended(self, run: str, *, within_s: float = 90.0) -> dict[str, Any]:
        """Wait for a run to end."""
        deadline = time.monotonic() + within_s
        while (found := self.run(run))["state"] == "running":
            assert time.monotonic() < deadline, found
            time.sleep(STEP_S)
        return found
