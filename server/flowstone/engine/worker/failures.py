"""An exception of a block, as a person wants it: what, where in their own code, and what to do."""

from __future__ import annotations

import linecache
import os
import traceback
from pathlib import Path
from types import TracebackType

from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import SqlInvalid, UserCodeRaised
from flowstone.model.run import Failure, Frame

MAX_MESSAGE_CHARACTERS = 10_000
MAX_FRAMES = 50


def failure_of(wrong: BaseException, *, code_root: Path, file: str = "") -> Failure:
    """Say why a block failed, with the frames that lie in the project's code and no others.

    `file` is the block's own, for errors that know their line and not where they are.
    """
    frames = _user_frames(wrong.__traceback__, code_root) + _syntax_frame(wrong, code_root)
    if isinstance(wrong, SqlInvalid) and wrong.line is not None:
        frames = (_frame_at(code_root, file, wrong.line, None),)
    if isinstance(wrong, FlowstoneError):
        return Failure(wrong.code, _cut(wrong.message), wrong.hint, type(wrong).__name__, frames, details=wrong.details)
    message = _message(wrong)
    return Failure(UserCodeRaised.code, message, _hint(wrong), type(wrong).__qualname__, frames, kinds=_kinds(wrong))


def _kinds(wrong: BaseException) -> tuple[str, ...]:
    """Name an exception's class and those above it, as far as they tell it from any other."""
    above = (kind for kind in type(wrong).__mro__ if kind not in (BaseException, object))
    return tuple(f"{kind.__module__}.{kind.__qualname__}" for kind in above)


def _message(wrong: BaseException) -> str:
    try:
        text = str(wrong)
    except Exception as worse:  # noqa: BLE001 - the exception is user code, and so is its __str__
        text = f"(its message cannot be read: {type(worse).__name__})"
    return _cut(text or type(wrong).__name__)


def _cut(text: str) -> str:
    if len(text) <= MAX_MESSAGE_CHARACTERS:
        return text
    return f"{text[:MAX_MESSAGE_CHARACTERS]}… ({len(text):,} characters in all)"


def _hint(wrong: BaseException) -> str:
    match wrong:
        case ModuleNotFoundError(name=str(name)):
            return f"Install it where Flowstone runs: `pip install {name.split('.')[0]}`, or put it under the project."
        case KeyError():
            return "Look at the input's columns: the name may differ in case or spaces."
        case FileNotFoundError():
            return f"Paths start from the project's folder, {os.fspath(Path.cwd().name)}/."
        case MemoryError():
            return "Read fewer rows or columns at a time, or yield frames one by one."
        case RecursionError():
            return "A function calls itself without end."
        case _:
            return ""


def _user_frames(trace: TracebackType | None, code_root: Path) -> tuple[Frame, ...]:
    root = f"{code_root}{os.sep}"
    own = [frame for frame in traceback.extract_tb(trace) if frame.filename.startswith(root)]
    return tuple(
        Frame(
            file=frame.filename.removeprefix(root),
            line=frame.lineno or 1,
            function=frame.name,
            text=(frame.line or "")[:500],
            column=None if frame.colno is None else frame.colno + 1,
        )
        for frame in own[-MAX_FRAMES:]
    )


def _syntax_frame(wrong: BaseException, code_root: Path) -> tuple[Frame, ...]:
    """Return the place of a SyntaxError: one of a helper module has it in itself, not in its traceback."""
    if not isinstance(wrong, SyntaxError) or not (wrong.filename or "").startswith(f"{code_root}{os.sep}"):
        return ()
    file = Path(wrong.filename or "").relative_to(code_root).as_posix()
    return (_frame_at(code_root, file, wrong.lineno or 1, wrong.offset),)


def _frame_at(code_root: Path, file: str, line: int, column: int | None) -> Frame:
    text = linecache.getline(str(code_root / file), line).strip()
    return Frame(file, line, "<module>", text[:500], column)
