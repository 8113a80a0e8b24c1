"""What a workbench says, as the socket's messages, each with its topic."""

from __future__ import annotations

from typing import TypeAlias

from flowstone.engine import notices
from flowstone.engine.notices import Notice
from flowstone.model.ids import ProjectId
from flowstone.web import wire_types as wire
from flowstone.web.views.runs import block_run_view, log_line_view, run_view

FromWorkbench: TypeAlias = (
    wire.RunChanged | wire.BlockRunChanged | wire.LogAppended | wire.ProgressChanged | wire.StatusChanged
)


def topic_of(project: ProjectId, notice: Notice) -> str:
    """Return the topic of a notice: logs have one for each run, since they are many."""
    if isinstance(notice, notices.LogAppended):
        return f"logs:{project}/{notice.run}"
    return f"project:{project}"


def happening_of(project: ProjectId, notice: Notice) -> FromWorkbench:
    """Return a notice as it travels."""
    match notice:
        case notices.RunChanged(run):
            return wire.RunChanged(project=project, run=run_view(run))
        case notices.BlockChanged(pipeline, run_id, block):
            return wire.BlockRunChanged(project=project, pipeline=pipeline, run=run_id, block=block_run_view(block))
        case notices.LogAppended(run_id, block_id, lines):
            return wire.LogAppended(
                project=project, run=run_id, block=block_id, lines=[log_line_view(line) for line in lines]
            )
        case notices.Progressed(pipeline, run_id, block_id, done, total):
            return wire.ProgressChanged(
                project=project, pipeline=pipeline, run=run_id, block=block_id, done=done, total=total
            )
        case notices.StatusChanged(pipeline):
            return wire.StatusChanged(project=project, pipeline=pipeline)
