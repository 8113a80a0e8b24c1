"""Runs, outputs, freshness and logs, as they travel."""

from __future__ import annotations

from flowstone.model.forecast import Forecast
from flowstone.model.freshness import Reason, sentence
from flowstone.model.logs import LogLine, LogPage
from flowstone.model.output import Output, Receipt
from flowstone.model.run import BlockResult, BlockRun, CheckResult, Failure, RunRecord, Try, Usage
from flowstone.model.status import BlockStatus
from flowstone.web import wire_types as wire
from flowstone.web.views.tables import column_views


def output_view(output: Output) -> wire.OutputView:
    """Return a stored output."""
    return wire.OutputView(
        name=output.name,
        kind=output.kind,
        hash=output.hash,
        size_bytes=output.size_bytes,
        rows=output.rows,
        columns=column_views(output.columns),
        warnings=list(output.warnings),
        type=None if output.exact is None else output.exact.type,
        content_types=list(output.content_types),
    )


def receipt_view(receipt: Receipt) -> wire.ReceiptView:
    """Return what a write did."""
    return wire.ReceiptView(
        target=receipt.target,
        action=receipt.action,
        rows=receipt.rows,
        size_bytes=receipt.size_bytes,
        seconds=receipt.seconds,
        job_ids=list(receipt.job_ids),
        generations=dict(receipt.generations),
        facts=dict(receipt.facts),
    )


def block_run_view(block: BlockRun) -> wire.BlockRunView:
    """Return a block's part of a run."""
    result = block.result or BlockResult()
    return wire.BlockRunView(
        id=block.id,
        state=block.state,
        attempt=block.attempt,
        started_at=block.started_at,
        ended_at=block.ended_at,
        outputs=[output_view(output) for output in result.outputs],
        receipts=[receipt_view(receipt) for receipt in result.receipts],
        checks=[_check_view(check) for check in result.checks],
        failure=None if block.failure is None else failure_view(block.failure),
        because=block.because,
        fingerprint=block.fingerprint,
        usage=None if block.usage is None else _usage_view(block.usage),
        earlier=[_try_view(attempt) for attempt in block.earlier],
        item=None if block.item is None else wire.ItemView(index=block.item.index, label=block.item.label),
    )


def _try_view(attempt: Try) -> wire.TryView:
    return wire.TryView(
        attempt=attempt.attempt,
        state=attempt.state,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        failure=None if attempt.failure is None else failure_view(attempt.failure),
        because=attempt.because,
    )


def _usage_view(usage: Usage) -> wire.UsageView:
    return wire.UsageView(
        cpu_s=usage.cpu_s, peak_memory_bytes=usage.peak_memory_bytes, rows=usage.rows, bytes=usage.bytes
    )


def _check_view(check: CheckResult) -> wire.CheckView:
    return wire.CheckView(name=check.name, passed=check.passed, message=check.message)


def failure_view(failure: Failure) -> wire.FailureView:
    """Return why a block failed."""
    return wire.FailureView(
        code=failure.code,
        message=failure.message,
        hint=failure.hint,
        exception=failure.exception,
        frames=[
            wire.FrameView(
                file=frame.file, line=frame.line, column=frame.column, function=frame.function, text=frame.text
            )
            for frame in failure.frames
        ],
    )


def run_summary(run: RunRecord) -> wire.RunSummary:
    """Return a run as lists have it."""
    return wire.RunSummary(
        id=run.id,
        pipeline=run.pipeline,
        state=run.state,
        trigger=run.trigger,
        profile=run.profile,
        started_at=run.started_at,
        ended_at=run.ended_at,
        logical_date=run.logical_date,
        is_pinned=run.is_pinned,
        has_outputs=run.has_outputs,
        pauses=[wire.PauseView(began_at=pause.began_at, ended_at=pause.ended_at) for pause in run.pauses],
        seconds=run.seconds,
    )


def run_view(run: RunRecord) -> wire.RunView:
    """Return a run with its blocks."""
    return wire.RunView(
        **run_summary(run).model_dump(),
        snapshot=run.snapshot,
        params=dict(run.params),
        blocks=[block_run_view(block) for block in run.blocks],
    )


def freshness_view(status: BlockStatus) -> wire.FreshnessView:
    """Return how a block stands."""
    result = status.result or BlockResult()
    return wire.FreshnessView(
        id=status.id,
        freshness=status.freshness,
        reasons=[_reason_view(reason) for reason in status.reasons],
        outputs=[output_view(output) for output in result.outputs],
        receipts=[receipt_view(receipt) for receipt in result.receipts],
        checks=[_check_view(check) for check in result.checks],
        run=status.run,
        made_at=status.made_at,
        seconds=result.seconds,
        fingerprint=status.fingerprint,
        usual=None if status.usual is None else _forecast_view(status.usual),
    )


def _forecast_view(forecast: Forecast) -> wire.ForecastView:
    return wire.ForecastView(seconds=forecast.seconds, peak_memory_bytes=forecast.peak_memory_bytes, runs=forecast.runs)


def _reason_view(reason: Reason) -> wire.ReasonView:
    return wire.ReasonView(
        kind=reason.kind, what=reason.what, was=reason.was, now=reason.now, sentence=sentence(reason)
    )


def log_line_view(line: LogLine) -> wire.LogLine:
    """Return a line of a log."""
    return wire.LogLine(seq=line.seq, at=line.at, stream=line.stream, text=line.text)


def log_page_view(page: LogPage) -> wire.LogPage:
    """Return a page of a log."""
    return wire.LogPage(lines=[log_line_view(line) for line in page.lines], dropped=page.dropped, next=page.next)
