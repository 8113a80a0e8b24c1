"""What an edit would change, as it travels."""

from __future__ import annotations

from dataclasses import asdict

from flowstone.model.effect import BlockEffect, Effect, OutputEffect
from flowstone.web.views.runs import failure_view
from flowstone.web.wire import effects as wire


def effect_view(effect: Effect) -> wire.EffectView:
    """Return what an edit would change."""
    return wire.EffectView(
        blocks=[_block_view(block) for block in effect.blocks],
        sampled=effect.sampled,
        is_superseded=effect.is_superseded,
    )


def _block_view(effect: BlockEffect) -> wire.BlockEffectView:
    return wire.BlockEffectView(
        id=effect.block,
        outlook=effect.outlook,
        why=effect.why,
        failure=None if effect.failure is None else failure_view(effect.failure),
        outputs=[_output_view(output) for output in effect.outputs],
    )


def _output_view(effect: OutputEffect) -> wire.OutputEffectView:
    return wire.OutputEffectView(
        name=effect.name,
        is_same=effect.is_same,
        rows_before=effect.rows_before,
        rows_after=effect.rows_after,
        columns=[wire.ColumnEffectView(**asdict(column)) for column in effect.columns],
        added=effect.added,
        removed=effect.removed,
        changed=effect.changed,
    )
