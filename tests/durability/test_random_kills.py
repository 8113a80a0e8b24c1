"""`kill -9` at moments that nobody chose: of the server, of a worker, of a command, alone and beside each other.

Points that are enumerated carry the claim; these guard what nobody thought of. No failure in n kills bounds the
rate at which kills break something at 3 in n, with 95 % confidence.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx
import psutil
import pytest
from tests.kit.commands import flowstone
from tests.kit.health import broken, findings
from tests.kit.killed_projects import SAVED, block_states, run_states, version, write_killed
from tests.kit.served_project import ServedProject

SERVER_KILLS = 34
WORKER_KILLS = 110
COMMAND_KILLS = 60
RESUMED_COMMANDS = 8
pytestmark = pytest.mark.timeout(1_200)
"""Two hundred kills take a minute or two, and on a busy machine many."""
ENDED = {"done", "failed", "cancelled"}
ORDER = {"waiting": 0, "running": 1, "retrying": 1}
"""How far a block is; all that is not named here is an end."""


@pytest.fixture
def chance() -> random.Random:
    """Return where moments come from; its seed is printed, to be set again with FLOWSTONE_SEED."""
    seed = int(os.environ.get("FLOWSTONE_SEED", "0")) or int.from_bytes(os.urandom(4))
    print(f"FLOWSTONE_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServedProject]:
    """Return a server on a small project; it is not started yet, and ends with the test."""
    served = ServedProject(write_killed(tmp_path / "p"))
    yield served
    served.kill()


@dataclass
class Person:
    """Somebody who saves and runs without a pause, and remembers all that was acknowledged."""

    server: ServedProject
    first_save: int
    first_run: int
    saved: int = 0
    runs: list[str] = field(default_factory=list)
    blocks: dict[tuple[str, str], str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)

    def work(self, stop: Event) -> list[Thread]:
        threads = [Thread(target=self._until, args=(stop, work)) for work in (self._save, self._run)]
        for thread in threads:
            thread.start()
        return threads

    def _until(self, stop: Event, work: object) -> None:
        assert callable(work)
        with suppress(httpx.TransportError):
            number = 0
            while not stop.is_set():
                work(number)
                number += 1

    def _save(self, number: int) -> None:
        _, etag = self.server.read(SAVED)
        answer = self.server.save(SAVED, version(self.first_save + number), etag)
        assert answer.status_code == 200, answer.text
        self.saved = self.first_save + number

    def _run(self, number: int) -> None:
        name = f"r{self.first_run + number}"
        assert self.server.start_run(name).status_code < 300
        self.runs.append(name)
        while (found := self.server.run(name))["state"] not in ENDED:
            self._seen(name, found)
        self._seen(name, found)
        self.ended[name] = found["state"]

    def _seen(self, name: str, found: dict[str, object]) -> None:
        blocks = found["blocks"]
        assert isinstance(blocks, list)
        for block in blocks:
            self.blocks[name, block["id"]] = block["state"]


def test_a_server_that_is_killed_has_kept_all_that_it_acknowledged(
    server: ServedProject, chance: random.Random
) -> None:
    """Promises 1 and 2, and whatever ran ends: nobody watches a run that nothing drives."""
    root = server.root
    saved, runs = 0, 0
    ends: dict[str, str] = {}
    for _ in range(SERVER_KILLS):
        server.start()
        person = Person(server, saved + 1, runs, saved=saved)
        stop = Event()
        threads = person.work(stop)
        time.sleep(chance.uniform(0.0, 0.9))
        server.kill()
        stop.set()
        for thread in threads:
            thread.join(timeout=30)

        found = (root / SAVED).read_text()
        assert found in (version(person.saved), version(person.saved + 1)), found[:80]
        assert broken(root) == []
        states, blocks = run_states(root), block_states(root)
        assert set(person.runs) <= states.keys()
        assert {run: states[run] for run in ends | person.ended} == ends | person.ended
        behind = {seen: (blocks[seen], was) for seen, was in person.blocks.items() if _is_behind(blocks[seen], was)}
        assert behind == {}
        ends |= person.ended
        saved, runs = int(found.rpartition(" = ")[2]), runs + len(person.runs) + 1
    server.start()
    for run in run_states(root):
        if server.ended(run)["state"] != "done":  # a server takes a run up three times, and then leaves it to a person
            assert flowstone("resume", run, "--project", str(root)).returncode == 0
    assert set(run_states(root).values()) == {"done"}
    assert broken(root, deep=True) == []
    assert not [said for said in findings(root) if ": owners:" in said]
    print(f"{SERVER_KILLS} kills of a server, {saved} saves, {len(run_states(root))} runs")


def _is_behind(now: str, was: str) -> bool:
    return ORDER.get(now, 2) < ORDER.get(was, 2)


def test_a_worker_that_is_killed_ends_its_block_and_nothing_else(tmp_path: Path, chance: random.Random) -> None:
    """Promise 4: it is noticed in five seconds, the run ends, and the next finds a worker."""
    root = write_killed(tmp_path / "p")
    kills = 0
    with ServedProject(root) as server:
        for number in range(WORKER_KILLS * 3):
            if kills == WORKER_KILLS:
                break
            name = f"r{number}"
            server.start_run(name)
            time.sleep(chance.uniform(0.0, 0.12))
            kills += _kill_one(server.workers(), chance)
            ended = server.ended(name, within_s=10)
            assert all(ORDER.get(block["state"]) is None for block in ended["blocks"]), ended
            if kills % 10 == 0:
                assert broken(root) == []
        assert kills == WORKER_KILLS
        assert broken(root, deep=True) == []
        server.start_run("last")
        assert server.ended("last")["state"] == "done"
    print(f"{kills} kills of a worker")


def _kill_one(processes: list[psutil.Process], chance: random.Random) -> int:
    if processes:
        with suppress(psutil.NoSuchProcess):
            chance.choice(processes).kill()
            return 1
    return 0


def test_a_command_that_is_killed_beside_a_server_leaves_a_whole_project(tmp_path: Path, chance: random.Random) -> None:
    """Promise 10: commands go through the ledger, and the server beside them goes on as if nothing had been."""
    root = write_killed(tmp_path / "p")
    program = str(Path(sys.executable).with_name("flowstone"))
    with ServedProject(root) as server:
        began = time.monotonic()
        assert flowstone("run", "line", "--project", str(root), "--all").returncode == 0
        whole_s = time.monotonic() - began
        for number in range(COMMAND_KILLS):
            command = subprocess.Popen(
                [program, "run", "line", "--project", str(root), "--all"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            with suppress(subprocess.TimeoutExpired):
                command.wait(timeout=chance.uniform(0.3, 1.0) * whole_s)
            below = _descendants(command.pid)
            command.send_signal(signal.SIGKILL)
            command.wait()
            _, alive = psutil.wait_procs(below, timeout=30)
            assert not alive
            if number % 10 == 0:
                server.start_run(f"beside{number}")
                assert server.ended(f"beside{number}")["state"] == "done"
            assert broken(root) == []
        until(lambda: "running" not in run_states(root).values(), within_s=5)
    assert flowstone("runs", "--project", str(root)).returncode == 0
    left = [run for run, state in run_states(root).items() if state != "done"]
    for run in left[:RESUMED_COMMANDS]:
        assert flowstone("resume", run, "--project", str(root)).returncode == 0
    assert broken(root, deep=True) == []
    assert {run_states(root)[run] for run in left[:RESUMED_COMMANDS]} <= {"done"}
    print(f"{COMMAND_KILLS} kills of a command, {len(run_states(root))} runs")


def until(is_so: Callable[[], bool], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _descendants(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []
