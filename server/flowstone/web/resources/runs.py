"""Runs: started, listed, shown, stopped, and what their blocks printed."""

from __future__ import annotations

from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.run import Reuse, RunRequest, RunState
from flowstone.web import wire_types as wire
from flowstone.web.call import Call, Reply
from flowstone.web.resources.projects import profile_checked
from flowstone.web.views.runs import log_page_view, run_summary, run_view
from flowstone.web.wire import runs as wire_runs


async def start_run(call: Call[wire.StartRun]) -> Reply[wire.RunStarted]:
    """Start a run. Raises: NotFound, InvalidProject, WrongValue."""
    opened = await call.project()
    asked = call.body
    request = RunRequest(
        pipeline=PipelineId(call.path["pipeline"]),
        blocks=tuple(map(BlockId, asked.blocks)),
        only=asked.only,
        downstream=asked.downstream,
        reuse=Reuse(asked.reuse),
        params=asked.params,
        profile=await profile_checked(opened, asked.profile),
        run=None if asked.run is None else RunId(asked.run),
    )
    return Reply(wire.RunStarted(run=await opened.workbench.start_run(request)))


async def list_runs(call: Call[None]) -> Reply[wire.RunPage]:
    """List runs, newest first. Raises: NotFound; RequestRefused, for a cursor that is none."""
    opened = await call.project()
    pipeline, state = call.text("pipeline"), call.text("state")
    runs, following = await opened.workbench.runs(
        pipeline=None if pipeline is None else PipelineId(pipeline),
        state=None if state is None else RunState(state),
        before=call.text("before"),
        limit=call.number("limit"),
    )
    return Reply(wire.RunPage(runs=[run_summary(run) for run in runs], next=following))


async def read_run(call: Call[None]) -> Reply[wire.RunView]:
    """Show a run. Raises: NotFound."""
    opened = await call.project()
    return Reply(run_view(await opened.workbench.run(RunId(call.path["run"]))))


async def stop_run(call: Call[None]) -> Reply[None]:
    """Stop a run. Raises: NotFound, RunNotActive."""
    opened = await call.project()
    await opened.workbench.stop_run(RunId(call.path["run"]))
    return Reply(None)


async def resume_run(call: Call[None]) -> Reply[wire.RunView]:
    """Take a run up again. Raises: NotFound, RunNotResumable, SourceError."""
    opened = await call.project()
    run = await opened.workbench.resume_run(RunId(call.path["run"]))
    return Reply(run_view(await opened.workbench.run(run)))


async def run_again(call: Call[wire_runs.RunAgain]) -> Reply[wire.RunStarted]:
    """Do what a run did once more, on today's code. Raises: NotFound, InvalidProject, WrongValue."""
    opened = await call.project()
    new = None if call.body.run is None else RunId(call.body.run)
    return Reply(wire.RunStarted(run=await opened.workbench.run_again(RunId(call.path["run"]), new=new)))


async def keep_run(call: Call[wire.KeepRun]) -> Reply[wire.RunView]:
    """Keep a run whatever the project's limits say, or no longer. Raises: NotFound."""
    opened = await call.project()
    run = RunId(call.path["run"])
    await opened.workbench.pin_run(run, is_pinned=call.body.is_pinned)
    return Reply(run_view(await opened.workbench.run(run)))


async def read_logs(call: Call[None]) -> Reply[wire.LogPage]:
    """Read what a block printed. Raises: NotFound."""
    opened = await call.project()
    page = await opened.workbench.logs(
        RunId(call.path["run"]),
        BlockId(call.path["block"]),
        after=call.number("after"),
        limit=call.number("limit"),
    )
    return Reply(log_page_view(page))
