"""What counts of a project run before: what is reused, what is stale, and why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import replace_in, write, write_project, write_three
from tests.kit.small_runs import (
    LINE,
    block_of,
    freshness,
    run_line,
    states,
    why,
)

from flowstone.engine.workbench import Workbench
from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.freshness import sentence
from flowstone.model.ids import ArtifactHash, BlockId
from flowstone.model.run import Reuse
from flowstone.model.window import Window


async def test_what_nothing_changed_is_reused_and_a_second_run_computes_nothing(opened: Opener, tmp_path: Path) -> None:
    """Waiting for what is known already is what people leave other tools for."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    again = await run_line(bench)

    assert states(again) == {"numbers": "reused", "doubled": "reused", "total": "reused"}
    assert await freshness(bench) == {"numbers": "fresh", "doubled": "fresh", "total": "fresh"}


async def test_a_scheduled_run_always_loads_and_reuses_what_follows_from_the_same_data(
    opened: Opener, tmp_path: Path
) -> None:
    """The outside world may have changed; what depends on it is computed again only if it has."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench, reuse=Reuse.PURE)

    again = await run_line(bench, reuse=Reuse.PURE)

    assert states(again) == {"numbers": "done", "doubled": "reused", "total": "reused"}


CHANGES: dict[str, tuple[str, str, str, str, list[str]]] = {
    "code": ("loaders/numbers.py", "range(rows)", "range(1, rows)", "numbers", ["its code changed"]),
    "a helper module": ("lib/rate.py", "2", "3", "doubled", ["lib/rate.py changed"]),
    "SQL": ("transformers/total.sql", "sum", "max", "total", ["its code changed"]),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_makes_stale_what_depends_on_it_and_says_why_and_reverting_makes_fresh(
    opened: Opener, tmp_path: Path, change: str
) -> None:
    """Exact freshness with its reason is the promise that no rival makes."""
    path, old, new, block, reasons = CHANGES[change]
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, path, old, new)
    changed, said = await freshness(bench), await why(bench, block)
    replace_in(tmp_path, path, new, old)

    order = ["numbers", "doubled", "total"]
    below = order[order.index(block) :]
    assert changed == {name: "stale" if name in below else "fresh" for name in order}
    assert said == reasons
    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_what_lies_below_a_stale_block_says_which_upstream_is_stale(opened: Opener, tmp_path: Path) -> None:
    """A person follows the reasons up to the one thing that they changed."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "loaders/numbers.py", "range(rows)", "range(1, rows)")

    assert await why(bench, "doubled") == ["upstream numbers is stale"]


async def test_comments_and_formatting_change_nothing(opened: Opener, tmp_path: Path) -> None:
    """Nobody should pay for a comment."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "loaders/numbers.py", "print(", "# as many as asked for\n    print(  ")
    replace_in(tmp_path, "transformers/total.sql", "SELECT ", "-- the sum\nSELECT\n    ")
    replace_in(tmp_path, "lib/rate.py", "RATE = 2", "# twice\nRATE  =  2")

    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_a_param_makes_stale_what_takes_it_and_shows_both_values(opened: Opener, tmp_path: Path) -> None:
    """People change params more often than code."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "pipelines/line.yaml", "default: 3", "default: 5")

    assert await why(bench, "numbers") == ["param rows 3 → 5"]


async def test_a_rerun_with_the_same_content_leaves_what_lies_below_fresh(opened: Opener, tmp_path: Path) -> None:
    """Early cut-off: an edit that changes no data costs one block, not the rest of the graph."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "loaders/numbers.py", "range(rows)", "list(range(rows))")
    run = await run_line(bench)

    assert states(run) == {"numbers": "done", "doubled": "reused", "total": "reused"}


async def test_a_declared_file_that_changes_makes_its_loader_stale(opened: Opener, tmp_path: Path) -> None:
    """Data files are inputs like any other."""
    text = '@loader\ndef b():\n    return pd.read_csv("data/in.csv")\n'
    entry = "blocks:\n  b: {file: loaders/b.py, files: [data/*.csv]}\n"
    bench = await opened(write_project(tmp_path, entry, {"loaders/b.py": text}, {"data/in.csv": "a\n1\n"}))
    await run_line(bench)

    write(tmp_path, "data/in.csv", "a\n2\n")

    assert await why(bench, "b") == ["file data/in.csv changed"]


async def test_a_damaged_output_is_named_never_used_and_its_block_is_stale(opened: Opener, tmp_path: Path) -> None:
    """A disk that lies must cost a re-run, not a wrong report."""
    bench = await opened(write_three(tmp_path))
    run = await run_line(bench)
    result = block_of(run, "numbers").result
    assert result is not None
    (path,) = (tmp_path / ".flowstone/artifacts").rglob(f"{result.outputs[0].hash}.arrow")
    path.chmod(0o644)
    os.truncate(path, 100)

    with pytest.raises(ArtifactCorrupt):
        await bench.rows(result.outputs[0].hash, Window())
    said = await why(bench, "numbers")
    again = await run_line(bench)

    assert said == ["its stored output is gone"]
    assert states(again)["numbers"] == "done"
    with pytest.raises(NotFound):
        await bench.output(ArtifactHash("0" * 32))


async def test_each_params_have_a_freshness_of_their_own(opened: Opener, tmp_path: Path) -> None:
    """Two windows with different params look at one pipeline, and neither may see the other's."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench, params={"rows": 4})

    of_four = await freshness(bench, params={"rows": 4})
    of_five = await bench.status(LINE, params={"rows": 5})

    assert set(of_four.values()) == {"fresh"}
    assert [sentence(reason) for reason in of_five[0].reasons] == ["param rows 4 → 5"]
    assert await freshness(bench, params={"rows": 4}) == of_four


async def test_a_failed_block_keeps_what_it_depended_on(opened: Opener, tmp_path: Path) -> None:
    """Once its code is mended, the graph must not call it failed as if nobody had touched it."""
    root = write_three(tmp_path)
    replace_in(root, "transformers/doubled.py", "return numbers", "raise ValueError(numbers)")
    bench = await opened(root)

    failed = block_of(await run_line(bench), "doubled")
    before = await _today(bench, "doubled")
    replace_in(root, "transformers/doubled.py", "raise ValueError(numbers)", "return numbers")
    after = await _today(bench, "doubled")

    assert (failed.state.value, failed.fingerprint) == ("failed", before)
    assert after not in (None, before)


async def test_a_reused_output_still_says_how_long_it_took_to_make(opened: Opener, tmp_path: Path) -> None:
    """What a block costs is worth knowing most where it was saved."""
    bench = await opened(write_three(tmp_path))

    first = block_of(await run_line(bench), "doubled")
    again = block_of(await run_line(bench), "doubled")

    assert again.state.value == "reused"
    assert again.result is not None
    assert again.result.seconds == first.seconds


async def _today(bench: Workbench, block: str) -> str | None:
    found = {status.id: status for status in await bench.status(LINE)}
    return found[BlockId(block)].fingerprint
