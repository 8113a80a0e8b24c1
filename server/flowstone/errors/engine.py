"""What can go wrong while blocks run."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class BlockFailure(FlowstoneError):
    """A block did not give its result; the run keeps this with the block."""

    code = "block_failed"


class UserCodeRaised(BlockFailure):
    """The block's own code raised."""

    code = "user_code"


class CheckFailed(BlockFailure):
    """A @check of the block refused its output."""

    code = "check_failed"


class InputUnfit(BlockFailure):
    """An input cannot be given in the form that the block's annotation asks for."""

    code = "input_unfit"


class ParamInvalid(BlockFailure):
    """A param's value does not fit its annotation."""

    code = "param_invalid"


class OutputUnfit(BlockFailure):
    """A block returned something that cannot be stored."""

    code = "output_unfit"


class SqlInvalid(BlockFailure):
    """A SQL block's statement was refused; `line`, from 1, is where, if the engine says so."""

    code = "sql_invalid"

    def __init__(self, message: str, *, line: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint, details={"line": line})
        self.line = line


class NothingReturned(BlockFailure):
    """A loader or transformer returned None."""

    code = "returned_nothing"


class ExitedWithoutResult(BlockFailure):
    """A block ended its process, with whatever exit code, before its result was committed."""

    code = "exited_without_result"


class WorkerLost(BlockFailure):
    """The process that ran the block is gone."""

    code = "worker_lost"


class TimedOut(BlockFailure):
    """A block ran longer than its timeout."""

    code = "timeout"


class ConnectionUnknown(BlockFailure):
    """A block asks for a connection that the profile does not have."""

    code = "connection_unknown"


class RunNotActive(FlowstoneError):
    """A run that has ended already was asked to stop."""

    code = "run_not_active"


class ExecutorUnavailable(FlowstoneError):
    """No worker can be started."""

    code = "executor_unavailable"


class QueryRefused(FlowstoneError):
    """A window, sort or filter of an output cannot be answered."""

    code = "query_refused"
