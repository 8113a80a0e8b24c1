"""One block at a time on a cluster: what it says, how it ends, and how it is ended."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import psutil
from distributed import Client
from tests.engine.cluster.conftest import Connect
from tests.kit.dask_cluster import Cluster
from tests.kit.one_block import Heard, job_of

from flowstone.engine.jobs import BlockOutcome


async def until(is_so: object, *, within_s: float = 90) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_lines_of_both_streams_and_progress_come_back_in_order(
    connect: Connect, cluster: Cluster, tmp_path: Path
) -> None:
    """A log that is out of order tells of another run."""
    text = """
        import sys

        @loader
        def b(*, run: Run):
            for number in run.progress(range(2_000)):
                print("line", number)
            print("and an error", file=sys.stderr)
            return pd.DataFrame({"n": range(3)})
    """
    heard = Heard()

    outcome = await (await connect(cluster).start(job_of(tmp_path, text), heard.observer)).outcome()

    assert outcome.failure is None
    assert heard.output["stdout"].decode().splitlines() == [f"line {number}" for number in range(2_000)]
    assert heard.output["stderr"].decode().splitlines() == ["and an error"]
    assert heard.progress[-1] == (2_000, 2_000)
    assert heard.progress == sorted(heard.progress)


async def test_a_flood_is_cut_and_what_is_missing_is_counted(
    connect: Connect, cluster: Cluster, tmp_path: Path
) -> None:
    """All output passes through the scheduler, which others use as well."""
    text = """
        @loader
        def b():
            for number in range(300_000):
                print(f"{number:08d}", "x" * 50)
            return 1
    """
    heard = Heard()

    outcome = await (await connect(cluster).start(job_of(tmp_path, text), heard.observer)).outcome()

    assert outcome.failure is None
    lines = heard.output["stdout"].decode().splitlines()
    assert len(heard.output["stdout"]) < 6 << 20
    assert lines[0].startswith("00000000 ")
    assert lines[-1].startswith("00299999 ")
    assert heard.dropped[0] == 0  # said at once
    assert abs(len(lines) + heard.dropped[-1] - 300_000) <= 2  # the gap's two ends are in the middle of lines


async def test_stop_ends_a_block_that_never_looks_up(connect: Connect, cluster: Cluster, tmp_path: Path) -> None:
    """Dask itself cannot stop what runs; whoever presses Stop does not care."""
    text = """
        import os, signal

        @loader
        def b():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print(os.getpid(), flush=True)
            while True:
                pass
    """
    heard = Heard()
    attempt = await connect(cluster).start(job_of(tmp_path, text), heard.observer)
    await until(lambda: heard.output["stdout"].endswith(b"\n"))

    began = time.monotonic()
    await attempt.stop()

    assert time.monotonic() - began < 5
    assert await attempt.outcome() == BlockOutcome(was_stopped=True)
    await until(lambda: not psutil.pid_exists(int(heard.output["stdout"])), within_s=5)


async def test_what_a_block_does_to_its_process_it_does_not_do_to_the_worker(
    connect: Connect, cluster: Cluster, tmp_path: Path
) -> None:
    """Native code crashes; a cluster that loses a machine each time does not last the day."""
    executor = connect(cluster)
    crash = job_of(tmp_path / "crash", "@loader\ndef b():\n    import ctypes; ctypes.string_at(0)\n")
    leave = job_of(tmp_path / "leave", "@loader\ndef b():\n    import os; os._exit(0)\n")
    fine = job_of(tmp_path / "fine", "@loader\ndef b():\n    return 1\n")

    outcomes = [await (await executor.start(job, Heard().observer)).outcome() for job in (crash, leave, fine)]

    assert [one.failure.code if one.failure else "" for one in outcomes] == ["worker_lost", "exited_without_result", ""]
    assert all(process.poll() is None for process in cluster.workers.values())


async def test_the_scheduler_remembers_nothing_of_a_client_that_has_left(
    connect: Connect, cluster: Cluster, tmp_path: Path
) -> None:
    """It lives for months, and each command would leave its lines behind."""
    executor = connect(cluster)
    job = job_of(tmp_path, "@loader\ndef b():\n    print('a line of this very block')\n    return 1\n")
    await (await executor.start(job, Heard().observer)).outcome()
    async with Client(cluster.address.replace("dask://", "tcp://"), asynchronous=True) as client:
        before = await client.get_events(executor._topic)

        await executor.close()

        after = await client.get_events(executor._topic)
    assert len(before) > 0
    assert len(after) == 0


async def test_an_error_of_the_block_comes_back_with_its_lines(
    connect: Connect, cluster: Cluster, tmp_path: Path
) -> None:
    """Who mends a block must see which line it was, wherever it ran."""
    text = "@loader\ndef b():\n    raise KeyError('fare')\n"

    outcome = await (await connect(cluster).start(job_of(tmp_path, text), Heard().observer)).outcome()

    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.exception) == ("user_code", "KeyError")
    assert [(frame.file, frame.function) for frame in outcome.failure.frames] == [("blocks/b.py", "b")]


async def test_a_block_that_waits_for_room_says_so_and_can_be_stopped(
    connect: Connect, cluster: Cluster, tmp_path: Path
) -> None:
    """A full cluster is no error; but nobody should wonder why nothing happens."""
    executor = connect(cluster)
    slow = job_of(tmp_path, "@loader\ndef b():\n    import time; time.sleep(600)\n")
    begun = [await executor.start(slow, Heard().observer) for _ in range(4)]  # two workers with two threads each
    heard = Heard()
    waiting = asyncio.create_task(executor.start(slow, heard.observer))
    await until(lambda: b"waits for one" in heard.output["stderr"])

    waiting.cancel()
    await asyncio.wait([waiting])
    await asyncio.gather(*(attempt.stop() for attempt in begun))

    fine = job_of(tmp_path / "fine", "@loader\ndef b():\n    return 1\n")
    outcome = await (await executor.start(fine, Heard().observer)).outcome()
    assert waiting.cancelled()
    assert outcome.failure is None
