"""Whatever is edited and put back: what is reused is what would have been computed, and nothing runs for nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.edited_graphs import Editor
from tests.kit.pure_runs import PureProject
from tests.kit.small_projects import write
from tests.kit.small_runs import freshness, rows, run_line, states

from flowstone.model.freshness import Freshness

SEQUENCES = 1_000
AT_ONCE = 50
EDITS = 5


@pytest.mark.parametrize("first", range(0, SEQUENCES, AT_ONCE))
def test_after_any_edits_a_run_gives_what_running_everything_gives_and_runs_no_more_than_it_must(
    tmp_path: Path, first: int
) -> None:
    """The promise behind every green mark: skipping is never seen in the data, and never missed where it could be."""
    for seed in range(first, first + AT_ONCE):
        _follow(seed, tmp_path / str(seed))


def _follow(seed: int, root: Path) -> None:
    editor, project, chance = Editor(seed), PureProject(root), random.Random(-seed)
    write(root, "flowstone.yaml", "name: edited\n")
    known: dict[str, set[object]] = {}
    written: dict[str, str] = {}
    for turn in range(EDITS):
        edits = [editor.edit() for _ in range(chance.randint(1, 3))] if turn else []
        where = f"seed {seed}, turn {turn}, after {edits}"
        written = editor.graph.write(root, before=written)
        project.look()
        before = project.status()

        run = project.run()

        assert run.values == project.run_everything(), where
        needs = {block: editor.graph.depends_on(block, run.values) for block in editor.graph.steps}
        assert run.ran == {block for block, need in needs.items() if need not in known.setdefault(block, set())}, where
        fresh = {str(block) for block, found in before.items() if found.status.freshness is Freshness.FRESH}
        assert not fresh & run.ran, where
        assert all(found.status.reasons for found in before.values() if found.status.freshness is Freshness.STALE), (
            where
        )
        assert {found.status.freshness for found in project.status().values()} == {Freshness.FRESH}, where
        for block, need in needs.items():
            known[block].add(need)


@pytest.mark.parametrize("seed", range(20))
async def test_the_same_holds_with_real_workers_and_the_ledger(opened: Opener, tmp_path: Path, seed: int) -> None:
    """The rules above, as a person meets them: files, processes, tables."""
    root, editor, chance = tmp_path, Editor(10_000 + seed), random.Random(-seed)
    write(root, "flowstone.yaml", "name: edited\n")
    written = editor.graph.write(root, before={})
    bench = await opened(root)
    pure = PureProject(root)
    known: dict[str, set[object]] = {}
    for turn in range(3):
        edits = [editor.edit() for _ in range(chance.randint(1, 2))] if turn else []
        where = f"seed {seed}, turn {turn}, after {edits}"
        written = editor.graph.write(root, before=written)

        run = await run_line(bench)

        pure.look()
        values = pure.run_everything()
        assert {block: (await rows(bench, run, block))[0]["v"] for block in values} == values, where
        needs = {block: editor.graph.depends_on(block, values) for block in values}
        wanted = {b: "reused" if need in known.setdefault(b, set()) else "done" for b, need in needs.items()}
        assert states(run) == wanted, where
        assert set((await freshness(bench)).values()) == {"fresh"}, where
        for block, need in needs.items():
            known[block].add(need)
