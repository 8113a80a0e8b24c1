"""What a tried block gave, held against what it gave last."""

from __future__ import annotations

from flowstone.engine.effects.bench import TryingBench
from flowstone.engine.questions import DifferenceQuestion, Stored
from flowstone.errors.base import FlowstoneError
from flowstone.model.columns import shown_columns
from flowstone.model.effect import ColumnEffect, OutputEffect
from flowstone.model.output import Output
from flowstone.model.run import BlockResult


async def output_effects(bench: TryingBench, last: BlockResult, now: BlockResult) -> tuple[OutputEffect, ...]:
    """Return how each output would differ; one that would be gone has no rows after."""
    before = {output.name: output for output in last.outputs}
    after = {output.name: output for output in now.outputs}
    gone = [OutputEffect(name, is_same=False, rows_before=before[name].rows, rows_after=None) for name in before]
    return (
        *[await _output_effect(bench, before.get(name), output) for name, output in after.items()],
        *[effect for effect in gone if effect.name not in after],
    )


async def _output_effect(bench: TryingBench, before: Output | None, after: Output) -> OutputEffect:
    if before is not None and before.hash == after.hash:
        return OutputEffect(after.name, is_same=True, rows_before=before.rows, rows_after=after.rows)
    if before is None or before.rows is None or after.rows is None:
        rows = None if before is None else before.rows
        return OutputEffect(after.name, is_same=False, rows_before=rows, rows_after=after.rows)
    if bench.is_sampled:
        columns = _columns(before, after, (), ())
        return OutputEffect(after.name, not columns, rows_before=None, rows_after=after.rows, columns=columns)
    return await _compared(bench, before, after)


async def _compared(bench: TryingBench, before: Output, after: Output) -> OutputEffect:
    """Compare two whole tables cell by cell. What cannot be compared is told by its columns and rows alone."""
    root = str(bench.root)
    try:
        bench.lay_last(before)
        found = await bench.queries.difference(DifferenceQuestion(root, before.hash, after.hash))
        missing = [await bench.queries.missing(Stored(root, each.hash)) for each in (before, after)]
    except FlowstoneError:
        columns = _columns(before, after, (), ())
        return OutputEffect(after.name, is_same=False, rows_before=before.rows, rows_after=after.rows, columns=columns)
    columns = _columns(before, after, *missing)
    is_same = not (columns or found.added or found.removed or found.changed)
    return OutputEffect(
        after.name,
        is_same,
        rows_before=before.rows,
        rows_after=after.rows,
        columns=columns,
        added=found.added,
        removed=found.removed,
        changed=found.changed,
    )


def _columns(
    before: Output, after: Output, missing_before: tuple[int, ...], missing_after: tuple[int, ...]
) -> tuple[ColumnEffect, ...]:
    """Return the columns that would be others, in the order of the later table; an index is no column of its own."""
    shown = [shown_columns(each.columns) for each in (before, after)]
    types = [{column.key: column.type for column in each if not column.is_index} for each in shown]
    counts = [
        {column.key: count for column, count in zip(each, missing, strict=False)}
        for each, missing in ((shown[0], missing_before), (shown[1], missing_after))
    ]
    found = [
        ColumnEffect(name, types[0].get(name), types[1].get(name), counts[0].get(name), counts[1].get(name))
        for name in dict.fromkeys((*types[1], *types[0]))
    ]
    return tuple(each for each in found if each.before != each.after or each.missing_before != each.missing_after)
