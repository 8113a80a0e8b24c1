"""`flowstone run`: a pipeline from start to end, with progress for people and a document for programs."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowstone.cli.documents import run_document
from flowstone.cli.terminal import console, escaped, print_json, short_duration, styled, tell_failure
from flowstone.cli.twice import tell_differences, twice_document
from flowstone.engine.launch import Launched
from flowstone.engine.notices import BlockChanged, Notice
from flowstone.engine.workbench import Workbench
from flowstone.errors.base import FlowstoneError, Place
from flowstone.errors.source import WrongValue
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.run import ENDED, BlockRun, BlockState, Reuse, RunRecord, RunRequest, RunState, tries_of
from flowstone.model.status import BlockStatus


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a person asked for."""

    params: tuple[str, ...] = ()
    from_block: str | None = None
    only: str | None = None
    everything: bool = False
    profile: str | None = None
    executor: str | None = None
    to_block: str | None = None
    twice: bool = False


def run_pipeline(
    project: Path, pipeline: str, options: RunOptions, *, as_json: bool, launched: Launched | None = None
) -> int:
    """Run a pipeline and return the exit code: 0 done, 1 failed, 130 interrupted.

    Raises: NotFound; InvalidProject; SourceError: the command then ends with 2.
    """
    opening = Workbench.open(project, launched=launched, executor=options.executor)
    request = _request(pipeline, options)

    async def begin(bench: Workbench) -> RunId:
        if request.only:
            from flowstone.cli.stale_inputs import tell_stale_inputs

            await tell_stale_inputs(bench, project, request)
        return await bench.start_run(request)

    return asyncio.run(_run(opening, begin, as_json=as_json, runs_twice=options.twice))


def resume_run(
    project: Path, run: str, executor: str | None, *, as_json: bool, launched: Launched | None = None
) -> int:
    """Take a run up to its end, and return the exit code as `run_pipeline` does.

    Raises: NotFound; RunNotResumable; SourceError: the command then ends with 2.
    """
    opening = Workbench.open(project, launched=launched, executor=executor)
    return asyncio.run(_run(opening, lambda bench: bench.resume_run(RunId(run)), as_json=as_json))


def _request(pipeline: str, options: RunOptions) -> RunRequest:
    if options.from_block and options.only:
        raise WrongValue("--from and --only exclude each other", place=Place("--only"))
    if options.to_block and options.only:
        raise WrongValue("--to and --only exclude each other", place=Place("--only"))
    named = options.from_block or options.only or options.to_block
    return RunRequest(
        pipeline=PipelineId(pipeline),
        blocks=(BlockId(named),) if named else (),
        only=options.only is not None,
        downstream=options.from_block is not None,
        up_to=(BlockId(options.to_block),) if options.to_block and options.from_block else (),
        reuse=Reuse.NEVER if options.everything or options.twice else Reuse.PURE,
        params=dict(_param(text) for text in options.params),
        profile=options.profile,
        trigger="command",
    )


def _param(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise WrongValue(f"{text!r} has no value", place=Place("--param"), hint="Write --param NAME=VALUE.")
    return name, value


async def _run(
    opening: Coroutine[Any, Any, Workbench],
    begin: Callable[[Workbench], Awaitable[RunId]],
    *,
    as_json: bool,
    runs_twice: bool = False,
) -> int:
    bench = await opening
    try:
        screen = _Screen(bench)
        twice = bench.run_blocks_twice() if runs_twice else None
        run = await begin(bench)
        interrupted = _stop_on_interrupt(bench, run)
        record = await bench.wait(run)
        screen.tell_end(record)
        if twice is not None:
            tell_differences(twice)
        if as_json:
            document = run_document(record, await _status(bench, record))
            print_json(document if twice is None else {**document, "twice": twice_document(twice)})
    finally:
        await bench.close()
    if interrupted.is_set():
        return 130
    is_same = twice is None or not twice.differences
    return 0 if record.state is RunState.DONE and is_same else 1


async def _status(bench: Workbench, run: RunRecord) -> dict[BlockId, BlockStatus]:
    """Return how the blocks stand; nothing where the files were broken meanwhile: the run has ended all the same."""
    try:
        status = await bench.status(run.pipeline, profile=run.profile, params=run.params)
    except FlowstoneError:
        return {}
    return {block.id: block for block in status}


def _stop_on_interrupt(bench: Workbench, run: RunId) -> asyncio.Event:
    interrupted = asyncio.Event()
    stops: set[asyncio.Task[None]] = set()

    async def stop() -> None:
        try:
            await bench.stop_run(run)
        except FlowstoneError:
            return  # it has just ended by itself

    def on_interrupt() -> None:
        interrupted.set()
        stops.add(asyncio.create_task(stop()))

    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, on_interrupt)
    return interrupted


class _Screen:
    """Tells people how a run goes: a line when a block ends."""

    def __init__(self, bench: Workbench) -> None:
        self._console = console()
        self._begun_at = time.time()
        self._told_tries: dict[BlockId, int] = {}
        bench.listen(self._hear)

    def _hear(self, notice: Notice) -> None:
        if isinstance(notice, BlockChanged):
            self._tell_tries(notice.block)
            if notice.block.state in ENDED:
                self._tell_block(notice.block)

    def _tell_tries(self, block: BlockRun) -> None:
        """Tell of attempts that failed and are followed by another; a quick one may be news only with what follows."""
        past = tries_of(block) if block.state is BlockState.RETRYING else block.earlier
        begun = [one for one in past if (one.started_at or 0) >= self._begun_at]
        for one in begun[self._told_tries.get(block.id, 0) :]:
            if one.failure is not None:
                self._console.print(f"{styled('retrying')}  {block.id}  [dim]attempt {one.attempt} failed[/dim]")
                tell_failure(self._console, one.failure)
        self._told_tries[block.id] = len(begun)

    def _tell_block(self, block: BlockRun) -> None:
        facts = [fact for fact in (short_duration(block.seconds), _size(block), block.because) if fact]
        if block.attempt > 1:
            facts.append(f"attempt {block.attempt}")
        if self._console.is_terminal:
            self._console.print(f"{styled(block.state.value)}  {block.id}  [dim]{escaped(', '.join(facts))}[/dim]")
        else:  # nobody sees colours, and rich takes as long for a line as a small block does
            self._console.file.write(f"{block.state.value}  {block.id}  {', '.join(facts)}\n")
        if block.failure is not None:
            tell_failure(self._console, block.failure)
        for receipt in block.result.receipts if block.result else ():
            self._console.print(f"         → {receipt.target}", style="dim", markup=False)

    def tell_end(self, record: RunRecord) -> None:
        """Say how the run ended."""
        self._console.print(f"{styled(record.state.value)}  run {record.id}, {short_duration(record.seconds)}")


def _size(block: BlockRun) -> str:
    outputs = block.result.outputs if block.result else ()
    return ", ".join(f"{output.rows:,} rows × {len(output.columns)}" for output in outputs if output.rows is not None)
