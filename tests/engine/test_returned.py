"""What blocks return that is nearly right, and disks that are nearly full."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import write_project
from tests.kit.small_runs import block_of, failure_of, only_block, run_line, states

from flowstone.model.run import Reuse

ONE = "blocks:\n  b: {file: loaders/b.py}\n"


async def test_numpys_numbers_are_numbers_in_receipts_and_values(opened: Opener, tmp_path: Path) -> None:
    """`rows=frame.n.sum()` is what people write, and it is no Python integer."""
    pipeline = "blocks:\n  a: {file: loaders/a.py}\n  x: {file: exporters/x.py, upstream: [a]}\n"
    blocks = {
        "loaders/a.py": "@loader\ndef a():\n    return {'n': pd.Series([1, 2]).sum()}\n",
        "exporters/x.py": (
            "@exporter\ndef x(a):\n"
            "    return Receipt(target='t', rows=pd.Series([a['n']]).sum(), facts={'m': pd.Series([0.5]).mean()})\n"
        ),
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    of_a, of_x = block_of(run, "a").result, block_of(run, "x").result
    assert of_a is not None
    assert of_x is not None
    assert json.loads(await bench.value(of_a.outputs[0].hash)) == {"n": 3}
    assert (of_x.receipts[0].rows, of_x.receipts[0].facts) == (3, {"m": 0.5})


async def test_a_receipt_that_json_cannot_hold_fails_its_block_and_not_its_worker(
    opened: Opener, tmp_path: Path
) -> None:
    """The failure must name what is wrong, not call the worker dead."""
    text = "@exporter\ndef b():\n    return Receipt(target='t', facts={'x': object()})\n"
    run = await only_block(opened, tmp_path, text)

    assert failure_of(run, "b").code == "output_unfit"
    assert "receipt" in failure_of(run, "b").message


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes; needs root, as continuous integration has."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a disk of its own size cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


async def test_a_full_disk_is_named_loses_nothing_and_is_recovered_from(opened: Opener, small_disk: Path) -> None:
    """A big output must not leave its half behind, nor a run that never ends."""
    text = "@loader\ndef b(*, rows: int = 3):\n    return pd.DataFrame({'n': range(rows)})\n"
    bench = await opened(
        write_project(small_disk, "params:\n  rows: {type: integer, default: 3}\n" + ONE, {"loaders/b.py": text})
    )
    assert states(await run_line(bench)) == {"b": "done"}

    full = await run_line(bench, params={"rows": 2_000_000})
    again = await run_line(bench, reuse=Reuse.NEVER)

    assert failure_of(full, "b").code == "disk_full"
    assert states(again) == {"b": "done"}
    assert list((small_disk / ".flowstone/artifacts/drafts").iterdir()) == []


async def test_a_worker_that_is_killed_while_it_writes_leaves_no_draft_for_long(opened: Opener, tmp_path: Path) -> None:
    """Drafts of ten gigabytes each fill a disk in a day of pressing Stop."""
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": "@loader\ndef b():\n    return 1\n"}))
    await run_line(bench)
    drafts = tmp_path / ".flowstone/artifacts/drafts"
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    (drafts / f"{gone.pid}-left").write_bytes(b"half")
    (drafts / "1-going").write_bytes(b"half")

    await opened(tmp_path)

    assert [draft.name for draft in drafts.iterdir()] == ["1-going"]
