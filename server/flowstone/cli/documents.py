"""The JSON documents of the command line. Fields may be added to them; those that are here stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flowstone.errors.base import Problem
from flowstone.model.columns import data_columns
from flowstone.model.forecast import Forecast
from flowstone.model.ids import BlockId
from flowstone.model.output import Output, Receipt
from flowstone.model.run import BlockRun, Callback, Failure, RunRecord, Try, Usage, tries_of
from flowstone.model.status import BlockStatus

Document = dict[str, Any]


def run_document(run: RunRecord, status: Mapping[BlockId, BlockStatus]) -> Document:
    """Return a run as it ended. Units: seconds; bytes as stored."""
    return {
        "run": run.id,
        "pipeline": run.pipeline,
        "state": run.state.value,
        "seconds": _seconds(run),
        "profile": run.profile,
        "params": dict(run.params),
        "blocks": [_block(block, status.get(block.id)) for block in run.blocks],
    }


def _seconds(run: RunRecord) -> float | None:
    return None if run.seconds is None else round(run.seconds, 6)


def _block(block: BlockRun, status: BlockStatus | None) -> Document:
    result = block.result
    return {
        "id": block.id,
        "state": block.state.value,
        "seconds": None if block.seconds is None else round(block.seconds, 6),
        "attempts": block.attempt,
        "freshness": None if status is None else status.freshness.value,
        "outputs": [_output(output) for output in result.outputs] if result else [],
        "receipts": [receipt_document(receipt) for receipt in result.receipts] if result else [],
        "checks": [{"name": c.name, "passed": c.passed, "message": c.message} for c in result.checks] if result else [],
        "error": None if block.failure is None else error_document(block.failure),
        "because": block.because,
        "usage": _usage(block.usage),
        "tries": tries_document(block),
        "item": None if block.item is None else {"index": block.item.index, "label": block.item.label},
        "callback": None if block.callback is None else _callback(block.callback),
    }


def tries_document(block: BlockRun) -> list[Document]:
    """Return all attempts of a block, oldest first."""
    return [_try(one) for one in tries_of(block)]


def _try(one: Try) -> Document:
    took = None if one.started_at is None or one.ended_at is None else round(one.ended_at - one.started_at, 6)
    return {
        "attempt": one.attempt,
        "state": one.state.value,
        "started": None if one.started_at is None else moment(one.started_at),
        "seconds": took,
        "error": None if one.failure is None else error_document(one.failure),
    }


def _callback(callback: Callback) -> Document:
    error = None if callback.failure is None else error_document(callback.failure)
    return {"outcome": callback.outcome.value, "state": callback.state.value, "error": error}


def moment(at: float) -> str:
    """Return a time in ISO 8601, in UTC. Units: at in seconds since the epoch."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _usage(usage: Usage | None) -> Document | None:
    """Return what the last attempt took. Units: bytes, and seconds of the processor."""
    if usage is None:
        return None
    return {
        "cpu_seconds": round(usage.cpu_s, 6),
        "peak_memory_bytes": usage.peak_memory_bytes,
        "rows": usage.rows,
        "bytes": usage.bytes,
    }


def _usual(forecast: Forecast | None) -> Document | None:
    """Return what a block's next run will probably take, and how many runs say so."""
    if forecast is None:
        return None
    return {
        "seconds": round(forecast.seconds, 6),
        "peak_memory_bytes": forecast.peak_memory_bytes,
        "runs": forecast.runs,
    }


def _output(output: Output) -> Document:
    return {
        "name": output.name,
        "kind": output.kind.value,
        "rows": output.rows,
        "columns": data_columns(output.columns),
        "bytes": output.size_bytes,
        "hash": output.hash,
    }


def receipt_document(receipt: Receipt) -> Document:
    """Return what an exporter's write did."""
    return {
        "target": receipt.target,
        "action": receipt.action,
        "rows": receipt.rows,
        "bytes": receipt.size_bytes,
        "seconds": round(receipt.seconds, 6),
        "job_ids": list(receipt.job_ids),
        "generations": dict(receipt.generations),
        "facts": dict(receipt.facts),
    }


def error_document(failure: Failure) -> Document:
    """Return why a block failed, with the frames of the project's own code."""
    return {
        "code": failure.code,
        "message": failure.message,
        "hint": failure.hint,
        "exception": failure.exception,
        "frames": [{"file": f.file, "line": f.line, "function": f.function, "text": f.text} for f in failure.frames],
    }


def status_document(pipeline: str, status: tuple[BlockStatus, ...], attempts: tuple[RunRecord, ...] = ()) -> Document:
    """Return which outputs still count, and why the others do not, and how each block did last."""
    last = {part.id: (run, part) for run in reversed(attempts) for part in run.blocks}
    return {
        "pipeline": pipeline,
        "blocks": [
            {
                "id": block.id,
                "freshness": block.freshness.value,
                "reasons": [{"kind": r.kind.value, "what": r.what, "was": r.was, "now": r.now} for r in block.reasons],
                "output": block.result.outputs[0].hash if block.result and block.result.outputs else None,
                "usual": _usual(block.usual),
                "last": _last(*last[block.id]) if block.id in last else None,
            }
            for block in status
        ],
    }


def _last(run: RunRecord, part: BlockRun) -> Document:
    error = None if part.failure is None else error_document(part.failure)
    return {"run": run.id, "state": part.state.value, "error": error}


def runs_document(runs: tuple[RunRecord, ...]) -> Document:
    """Return past runs, newest first. Units: started in ISO 8601 UTC, seconds of duration."""
    return {
        "runs": [
            {
                "run": run.id,
                "pipeline": run.pipeline,
                "state": run.state.value,
                "started": moment(run.started_at),
                "seconds": _seconds(run),
                "trigger": run.trigger,
                "profile": run.profile,
                "logical_date": run.logical_date,
            }
            for run in runs
        ]
    }


def problems_document(problems: tuple[Problem, ...]) -> Document:
    """Return what is wrong with a project's files; warnings leave it valid."""
    return {
        "valid": all(problem.is_warning for problem in problems),
        "problems": [
            {
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "code": problem.code,
                "message": problem.message,
                "hint": problem.hint,
                "is_warning": problem.is_warning,
            }
            for problem in problems
        ],
    }
