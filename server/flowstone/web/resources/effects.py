"""What an edit would change, tried before it is run."""

from __future__ import annotations

from flowstone.model.ids import BlockId, PipelineId
from flowstone.web.call import Call, Reply
from flowstone.web.resources.projects import profile_checked
from flowstone.web.views.effects import effect_view
from flowstone.web.wire import effects as wire


async def try_block(call: Call[wire.EffectQuery]) -> Reply[wire.EffectView]:
    """Try a block as it is saved, and what lies below. Raises: NotFound; SourceError, for a wrong param too."""
    opened = await call.project()
    effect = await opened.workbench.effects.of_edit(
        PipelineId(call.path["pipeline"]),
        BlockId(call.path["block"]),
        profile=await profile_checked(opened, call.body.profile),
        params=call.body.params,
    )
    return Reply(effect_view(effect))
