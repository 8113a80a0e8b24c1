"""`run_block`: the one way a block runs, whoever asks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyarrow as pa

from flowstone.disk.failpoints import reach
from flowstone.engine.jobs import BlockJob, BlockOutcome, Task
from flowstone.engine.worker.arguments import bind, run_context
from flowstone.engine.worker.code import block_function, check_functions, load_module
from flowstone.engine.worker.failures import failure_of
from flowstone.engine.worker.forms import Form, annotations_of, form_of
from flowstone.engine.worker.inputs import Opening
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.outputs import Destination, Stored, store_returned
from flowstone.engine.worker.pickles import Pickles
from flowstone.engine.worker.sql import run_sql
from flowstone.engine.worker.surroundings import block_surroundings
from flowstone.engine.worker.tasks import call_back, gathered, parts_of_input
from flowstone.errors.engine import CheckFailed, ExitedWithoutResult
from flowstone.model.block import Language
from flowstone.model.output import OutputKind
from flowstone.model.run import BlockResult, CheckResult, Failure
from flowstone.store.artifact_places import open_artifacts


class Stopped(KeyboardInterrupt):
    """Somebody asked the block to stop; `except Exception` in a block lets it pass, and libraries know its base."""


Report = Callable[[int, int | None], None]
Interruptible = Callable[[], AbstractContextManager[None]]


def run_block(
    job: BlockJob, *, memory: Memory, report: Report, interruptible: Interruptible = nullcontext
) -> BlockOutcome:
    """Run one attempt of a block and commit its output.

    Whatever goes wrong in it comes back as a failure; `interruptible` is entered where a stop may raise Stopped.
    """
    code_root = Path(job.code_root)
    try:
        with ExitStack() as ending:
            ending.enter_context(block_surroundings(code_root, Path(job.project_root)))
            ending.enter_context(interruptible())
            reach("worker.called")
            store = open_artifacts(job.artifacts)
            pickles = Pickles(store, job.sealing_key.encode(), code_root)
            if job.task is not None and job.task.kind in ("success", "failure"):
                call_back(load_module(code_root, job.file), job.task, run_context(job, report))
                return BlockOutcome(BlockResult())
            returned, module = (
                _returned(job, Opening(memory, pickles), report, ending)
                if job.task is None
                else (_apart_or_together(job, job.task, Opening(memory, pickles)), None)
            )
            is_listing = job.task is not None and job.task.mapped is not None
            to = Destination(pickles, memory)
            stored = store_returned(returned, kind=job.source.kind, to=to, may_be_empty=is_listing)
            reach("worker.stored")
            checks = _run_checks(module, _Checked(returned, stored, Opening(memory, pickles)), code_root)
    except Stopped:
        return BlockOutcome(was_stopped=True)
    except SystemExit as left:
        return BlockOutcome(failure=_exited(left, code_root))
    except BaseException as wrong:  # noqa: BLE001 - user code may raise anything, and the failure is handed on whole
        return BlockOutcome(failure=failure_of(wrong, code_root=code_root, file=job.file))
    return _outcome(stored, checks)


def _returned(job: BlockJob, opening: Opening, report: Report, ending: ExitStack) -> tuple[Any, ModuleType | None]:
    """Call the block; its connections stay open until `ending`, for a generator is still to be drawn from."""
    if job.source.language is Language.SQL:
        return run_sql(job), None
    module = load_module(Path(job.code_root), job.file)
    function = block_function(module, job.source)
    call = bind(job, function, opening=opening, report=report)
    ending.enter_context(call.closing)
    return function(*call.positional, **call.keyword), module


def _apart_or_together(job: BlockJob, task: Task, opening: Opening) -> Any:
    """Return what a mapped block's input is made of, or what its items gave as one."""
    if task.mapped is not None:
        return parts_of_input(job, task.mapped, opening)
    return gathered(task.parts, opening)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A block's output, as each of its checks is to be given it."""

    returned: Any
    stored: Stored
    opening: Opening

    def value(self, annotation: Any) -> Any:
        """Return what the block returned, in the form that a check asks for.

        What can be read only once is opened again from the store, and so is a table for another form.
        Raises: InputUnfit.
        """
        form = form_of(annotation)
        if isinstance(self.returned, pd.DataFrame) and form in (Form.AS_IT_IS, Form.PANDAS):
            return self.returned.copy(deep=False)
        is_gone = isinstance(self.returned, Iterator | pa.RecordBatchReader)
        if self._is_one_table and (is_gone or form not in (Form.AS_IT_IS, Form.OTHER)):
            return self.opening.open(self.opening.pickles.store.find(self.stored.outputs[0].hash), annotation)
        return self.returned

    @property
    def _is_one_table(self) -> bool:
        return [output.kind for output in self.stored.outputs] == [OutputKind.TABLE]


def _run_checks(
    module: ModuleType | None, checked: _Checked, code_root: Path
) -> tuple[tuple[CheckResult, Failure | None], ...]:
    if module is None:
        return ()
    return tuple(_run_check(check, checked, code_root) for check in check_functions(module))


def _run_check(check: Callable[[Any], Any], checked: _Checked, code_root: Path) -> tuple[CheckResult, Failure | None]:
    try:
        asked = [kind for name, kind in annotations_of(check).items() if name != "return"]
        answer = check(checked.value(asked[0] if asked else Any))
    except Exception as wrong:  # noqa: BLE001 - a check is user code
        failure = failure_of(wrong, code_root=code_root)
        return CheckResult(check.__name__, passed=False, message=failure.message), failure
    if answer is False:
        message = (check.__doc__ or "").partition("\n")[0].strip() or "it returned False"
        return CheckResult(check.__name__, passed=False, message=message), Failure.of(CheckFailed(message))
    return CheckResult(check.__name__, passed=True), None


def _outcome(stored: Stored, checks: tuple[tuple[CheckResult, Failure | None], ...]) -> BlockOutcome:
    result = BlockResult(stored.outputs, stored.receipts, tuple(check for check, _ in checks))
    failures = [(check, failure) for check, failure in checks if failure is not None]
    if not failures:
        return BlockOutcome(result)
    first, failure = failures[0]
    others = f", and {len(failures) - 1} more" if len(failures) > 1 else ""
    message = f"The check {first.name} failed{others}: {first.message}"
    hint = "Look at the output below: it was kept, and nothing downstream has read it."
    return BlockOutcome(result, replace(failure, code=CheckFailed.code, message=message, hint=hint))


def _exited(left: SystemExit, code_root: Path) -> Failure:
    failure = failure_of(left, code_root=code_root)
    return replace(
        failure,
        code=ExitedWithoutResult.code,
        message=f"The block called sys.exit({_code(left)}) and exited without a result",
        hint="Return the result instead; an exit code of 0 does not make a block done.",
    )


def _code(left: SystemExit) -> str:
    return "" if left.code is None else repr(left.code)


def flush_output() -> None:
    """Let whatever the block printed leave the process, if its streams still are streams: a block may replace them."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
