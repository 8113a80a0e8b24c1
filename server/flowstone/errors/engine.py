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


class SealBroken(BlockFailure):
    """A stored pickle was not made by this installation, or has changed since: it is not opened."""

    code = "seal_broken"


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


class ProjectGone(BlockFailure):
    """The project's folder was there when the block began, and is not any more."""

    code = "project_gone"


class ControlBroken(BlockFailure):
    """Something else than the worker wrote to the connection between it and the server."""

    code = "control_broken"


class MemoryLimitPassed(BlockFailure):
    """A block's processes took more memory than they may. Units: used and limit in bytes."""

    code = "memory_limit"

    def __init__(self, message: str, *, used: int, limit: int | None, hint: str = "") -> None:
        super().__init__(message, hint=hint, details={"used": used, "limit": limit})
        self.used = used
        self.limit = limit


class TimedOut(BlockFailure):
    """A block ran longer than its timeout."""

    code = "timeout"


class ConditionUntellable(BlockFailure):
    """A block's `when` asks for what it cannot be told, such as the rows of what is no table."""

    code = "condition"

    def __init__(self, condition: str, why: str) -> None:
        super().__init__(
            f"Whether {condition!r} holds: {why}",
            hint="Mend the block's `when`, or what it asks about.",
            details={"condition": condition},
        )


class ItemsFailed(BlockFailure):
    """Of a mapped block's items, some failed."""

    code = "items_failed"

    def __init__(self, failed: int, count: int, *, first: str) -> None:
        super().__init__(
            f"{failed} of {count} items failed, first {first}",
            hint="`flowstone resume` does again only those. With `on_failure: skip` in `map` they are left out.",
            details={"failed": failed, "items": count},
        )


class CallbackStopped(BlockFailure):
    """The run was stopped while a block's callbacks were being called."""

    code = "callback_stopped"

    def __init__(self, block: str) -> None:
        super().__init__(f"The run was stopped while the callbacks of {block} were being called")


class BlockUnready(BlockFailure):
    """A block's file is missing, cannot be read as a block, or its params do not fit."""

    code = "block_unready"

    def __init__(self, block: str) -> None:
        super().__init__(
            f"{block} cannot run as it stands",
            hint="`flowstone validate` says what is wrong.",
            details={"block": block},
        )


class ConnectionUnknown(BlockFailure):
    """A block asks for a connection that the profile does not have."""

    code = "connection_unknown"


class RunNotActive(FlowstoneError):
    """A run that has ended already was asked to stop."""

    code = "run_not_active"


class RunNotResumable(FlowstoneError):
    """A run cannot be taken up again."""

    code = "run_not_resumable"

    def __init__(self, message: str, *, run: str, hint: str = "") -> None:
        super().__init__(message, hint=hint, details={"run": run})


class ExecutorUnavailable(FlowstoneError):
    """No worker can be started."""

    code = "executor_unavailable"


class QueryRefused(FlowstoneError):
    """A window, sort or filter of an output cannot be answered."""

    code = "query_refused"
