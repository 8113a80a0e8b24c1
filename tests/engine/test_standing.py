"""What is shown of a block after edits are taken back, profiles change and notes stand between."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import replace_in, write, write_project, write_three
from tests.kit.small_runs import LINE, block_of, freshness, rows, run_line, states, why

from flowstone.engine.workbench import Workbench
from flowstone.model.ids import ArtifactHash, BlockId
from flowstone.model.run import Reuse

NUMBERS = "loaders/numbers.py"


async def shown(bench: Workbench, block: str) -> ArtifactHash:
    """Return the output on a block's card."""
    found = {status.id: status for status in await bench.status(LINE)}
    result = found[BlockId(block)].result
    assert result is not None
    return result.outputs[0].hash


async def with_an_abandoned_experiment(bench: Workbench, root: Path) -> ArtifactHash:
    """Run, run an experiment, and take it back; return what the first run gave."""
    await run_line(bench)
    before = await shown(bench, "numbers")
    replace_in(root, NUMBERS, "range(rows)", "range(7)")
    await run_line(bench)
    replace_in(root, NUMBERS, "range(7)", "range(rows)")
    return before


async def test_a_stale_card_never_shows_what_an_abandoned_experiment_gave(opened: Opener, tmp_path: Path) -> None:
    """Taking an edit back needs no run, and yet what counted then is what the next edit is compared with."""
    bench = await opened(write_three(tmp_path))
    before = await with_an_abandoned_experiment(bench, tmp_path)
    assert await freshness(bench) == {"numbers": "fresh", "doubled": "fresh", "total": "fresh"}

    replace_in(tmp_path, NUMBERS, "range(rows)", "range(rows + 1)")

    assert await freshness(bench) == {"numbers": "stale", "doubled": "stale", "total": "stale"}
    assert await shown(bench, "numbers") == before


async def test_a_run_that_reuses_makes_what_it_reused_the_newest(opened: Opener, tmp_path: Path) -> None:
    """Nobody need have looked at the graph between."""
    bench = await opened(write_three(tmp_path))
    before = await with_an_abandoned_experiment(bench, tmp_path)

    run = await run_line(bench)
    replace_in(tmp_path, NUMBERS, "range(rows)", "range(rows + 1)")

    assert states(run)["numbers"] == "reused"
    assert await shown(bench, "numbers") == before


async def test_one_block_runs_on_what_counts_and_not_on_what_was_made_last(opened: Opener, tmp_path: Path) -> None:
    """Ctrl+Enter after taking an experiment back must not compute on the experiment's rows."""
    bench = await opened(write_three(tmp_path))
    await with_an_abandoned_experiment(bench, tmp_path)

    run = await run_line(bench, blocks=(BlockId("doubled"),), only=True)

    assert [row["n"] for row in await rows(bench, run, "doubled")] == [0, 2, 4]


DOUBLED = "@transformer\ndef doubled(n):\n    return n * 2\n"
EXPORTED = """
    blocks:
      numbers: {file: loaders/numbers.py}
      kept: {file: exporters/kept.py, upstream: [numbers]}
"""
EXPORTED_BLOCKS = {
    NUMBERS: "@loader\ndef numbers():\n    return pd.DataFrame({'n': [1]})\n",
    "exporters/kept.py": """
        @exporter
        def kept(numbers, *, lake=connection("lake")):
            return lake.write(numbers, "kept", if_exists="replace")
    """,
}
TWO_PROFILES = """
profiles:
  local:
    lake: {type: local, path: lake}
  other:
    lake: {type: local, path: other_lake}
"""


async def test_an_export_stands_for_its_profile_whatever_another_profile_exports(
    opened: Opener, tmp_path: Path
) -> None:
    """Two worlds: what is written to one leaves the other as it was."""
    bench = await opened(write_project(tmp_path, EXPORTED, EXPORTED_BLOCKS, {"connections.yaml": TWO_PROFILES}))
    await run_line(bench, reuse=Reuse.PURE, profile="local")

    await run_line(bench, reuse=Reuse.PURE, profile="other")

    assert await freshness(bench, profile="local") == {"numbers": "fresh", "kept": "fresh"}
    assert await freshness(bench, profile="other") == {"numbers": "fresh", "kept": "fresh"}


async def test_an_export_that_was_written_over_no_longer_stands(opened: Opener, tmp_path: Path) -> None:
    """After an edit is taken back the lake still holds what the edit wrote."""
    bench = await opened(write_project(tmp_path, EXPORTED, EXPORTED_BLOCKS))
    await run_line(bench)
    replace_in(tmp_path, NUMBERS, "[1]", "[2]")
    await run_line(bench)

    replace_in(tmp_path, NUMBERS, "[2]", "[1]")

    assert await freshness(bench) == {"numbers": "fresh", "kept": "stale"}


async def test_a_note_is_read_and_stands_in_nobodys_way(opened: Opener, tmp_path: Path) -> None:
    """An arrow from a note explains a block; it brings no data, and there is nothing to wait for."""
    pipeline = """
        blocks:
          why: {file: notes/why.md}
          numbers: {file: loaders/numbers.py, upstream: [why]}
          doubled: {file: transformers/doubled.py, upstream: [why, numbers]}
    """
    blocks = {
        NUMBERS: EXPORTED_BLOCKS[NUMBERS],
        "transformers/doubled.py": "@transformer\ndef f(n):\n    return n * 2\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks, {"notes/why.md": "# Why\n"}))

    run = await run_line(bench)
    write(tmp_path, "notes/why.md", "# Because\n")

    assert states(run) == {"numbers": "done", "doubled": "done"}
    assert await freshness(bench) == {"why": "fresh", "numbers": "fresh", "doubled": "fresh"}
    assert await why(bench, "doubled") == []
    assert states(await run_line(bench, blocks=(BlockId("doubled"),), only=True)) == {"doubled": "done"}


DATED = """
    blocks:
      numbers: {file: loaders/numbers.py}
      dated: {file: transformers/dated.py, upstream: [numbers]}
"""


def dated(body: str) -> dict[str, str]:
    text = f"@transformer\ndef dated(numbers, *, run: Run):\n    {body}\n"
    return {NUMBERS: EXPORTED_BLOCKS[NUMBERS], "transformers/dated.py": text}


READS = {
    "by its name": ("return numbers.assign(day=run.logical_date)", "done"),
    "by handing the run on": (
        "return numbers.assign(day=str(run))",
        "done",
    ),
    "not at all": ("run.logger.info(run.id)\n    return numbers.assign(day=1)", "reused"),
}


@pytest.mark.parametrize("way", READS)
async def test_a_run_of_another_moment_runs_what_reads_the_moment(opened: Opener, tmp_path: Path, way: str) -> None:
    """Tuesday's report must not be Monday's because the rows are the same."""
    body, state = READS[way]
    bench = await opened(write_project(tmp_path, DATED, dated(body)))
    monday, tuesday = "2024-01-01T00:00:00+00:00", "2024-01-02T00:00:00+00:00"
    await run_line(bench, reuse=Reuse.PURE, logical_date=monday)

    again = await run_line(bench, reuse=Reuse.PURE, logical_date=monday)
    other = await run_line(bench, reuse=Reuse.PURE, logical_date=tuesday)

    assert (states(again)["dated"], states(other)["dated"]) == ("reused", state)


async def test_in_the_editor_what_reads_the_moment_counts_until_it_is_run_again(opened: Opener, tmp_path: Path) -> None:
    """Every click is another moment; the graph would never be fresh."""
    bench = await opened(write_project(tmp_path, DATED, dated("return numbers.assign(day=run.logical_date)")))
    await run_line(bench)

    again = await run_line(bench)

    assert states(again) == {"numbers": "reused", "dated": "reused"}
    assert block_of(again, "dated").result is not None
    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_what_failed_is_still_told_after_runs_that_leave_it_out(opened: Opener, tmp_path: Path) -> None:
    """Running one other block must not paint the graph green."""
    root = write_three(tmp_path)
    replace_in(root, "transformers/doubled.py", "return numbers", "raise ValueError(numbers)")
    bench = await opened(root)
    failed = await run_line(bench)
    other = await run_line(bench, blocks=(BlockId("numbers"),), only=True)

    found = await bench.last_attempts(LINE, [BlockId(name) for name in ("numbers", "doubled", "total")])

    assert [(run.id, states(run)) for run in found] == [
        (other.id, {"numbers": "done"}),
        (failed.id, {"doubled": "failed"}),
    ]


async def test_looking_again_and_again_writes_nothing(opened: Opener, tmp_path: Path) -> None:
    """A page that is open asks many times; what counts is written down when it begins to, and not each time."""
    bench = await opened(write_project(tmp_path, EXPORTED, EXPORTED_BLOCKS, {"connections.yaml": TWO_PROFILES}))
    for profile in ("local", "other", "local"):
        await run_line(bench, reuse=Reuse.PURE, profile=profile)
    beside = await opened(tmp_path)
    before = await beside.ledger.do(lambda ledger: ledger.changes_of_others())

    for profile in ("local", "other") * 3:
        assert set((await freshness(bench, profile=profile)).values()) == {"fresh"}

    assert await beside.ledger.do(lambda ledger: ledger.changes_of_others()) == before
