"""What people read: answers on stdout, where they can be piped, and all else on stderr; and what programs read."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console

from flowstone.errors.base import FlowstoneError, InvalidProject, Problem
from flowstone.model.forecast import Forecast
from flowstone.model.run import Failure

if TYPE_CHECKING:
    from rich.table import Table

MAX_TABLE_WIDTH = 10_000
SHOWN_FRAMES = 3
WORTH_TELLING_BYTES = 10_000_000
MAX_CELL_CHARACTERS = 60
STATE_STYLES = {
    "done": "green",
    "reused": "cyan",
    "fresh": "green",
    "failed": "red",
    "unknown": "red",
    "stale": "yellow",
    "retrying": "yellow",
    "skipped": "yellow",
    "cancelled": "yellow",
}


def console() -> Console:
    """Return where people see how it goes and what is wrong: stderr, in colour where it is a terminal."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def answers() -> Console:
    """Return where what was asked for goes: stdout, so that `| less` and `| grep` find it.

    Source: decision 0030, "An answer goes to stdout, in words too".
    """
    return Console(highlight=False, soft_wrap=True)


def print_table(table: Table) -> None:
    """Print a table at its natural width: an id that is cut is worth nothing, and a terminal can scroll or wrap."""
    Console(highlight=False, width=MAX_TABLE_WIDTH).print(table)


def print_json(document: dict[str, Any]) -> None:
    """Print the one document of `--json`."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def print_value(value: object) -> None:
    """Print a value that is JSON, as JSON: on one line, unless it has names."""
    indent = 2 if isinstance(value, dict) else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def tell_error(wrong: FlowstoneError, *, as_json: bool) -> None:
    """Say what went wrong, where, and what to do; with `--json`, on stdout too."""
    if as_json:
        error = {"code": wrong.code, "message": wrong.message, "hint": wrong.hint, "details": wrong.details}
        print_json({"error": error})
    screen = console()
    if isinstance(wrong, InvalidProject):
        tell_problems(screen, wrong.problems)
        return
    screen.print(f"[red]✗[/red] {escaped(str(wrong))}")
    if wrong.hint:
        screen.print(f"  {escaped(wrong.hint)}", style="dim")


def said_of(failure: Failure) -> str:
    """Return what a failure says, with the exception's name where it is the block's own."""
    return f"{failure.exception}: {failure.message}" if _is_own(failure) else failure.message


def _is_own(failure: Failure) -> bool:
    return bool(failure.exception) and failure.code == "user_code"


def tell_failure(screen: Console, failure: Failure) -> None:
    """Say why a block failed: what, where in the project's own code, and what to do."""
    screen.print(f"         {said_of(failure)}", markup=False, style="red")
    for frame in failure.frames[-SHOWN_FRAMES:]:
        screen.print(f"           {frame.file}:{frame.line}  {frame.text}", markup=False)
    if failure.hint:
        screen.print(f"         {failure.hint}", style="dim", markup=False)


def tell_problems(screen: Console, problems: tuple[Problem, ...]) -> None:
    """List problems, each with its place and what to do."""
    for problem in problems:
        mark = "[yellow]![/yellow]" if problem.is_warning else "[red]✗[/red]"
        screen.print(f"{mark} {escaped(str(problem.place))}  {escaped(problem.message)}")
        if problem.hint:
            screen.print(f"    {escaped(problem.hint)}", style="dim")


def styled(state: str) -> str:
    """Return a state in its colour, for rich."""
    style = STATE_STYLES.get(state)
    return f"[{style}]{state}[/{style}]" if style else state


def escaped(text: str) -> str:
    """Return a text as rich prints it as it is: brackets in it are no markup."""
    return text.replace("[", r"\[")


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural where there is not just one."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def short_text(text: str) -> str:
    """Return a cell's text on one line, cut where it would push the other columns away."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_CELL_CHARACTERS else line[: MAX_CELL_CHARACTERS - 1] + "…"


def local_time(at: float) -> str:
    """Return a moment as every command says it to people: by this machine's clock, to the second."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"


def short_duration(seconds: float | None) -> str:
    """Return a duration as people say it. Units: seconds."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def short_size(count: int) -> str:
    """Return a size as people say it. Units: bytes."""
    if count < 1_000_000:
        return f"{count / 1_000:.0f} kB"
    return f"{count / 1_000_000:.0f} MB" if count < 1_000_000_000 else f"{count / 1_000_000_000:.1f} GB"


def usual_text(usual: Forecast | None) -> str:
    """Return what a block usually takes; a memory that nobody would miss is left out."""
    if usual is None:
        return ""
    memory = usual.peak_memory_bytes or 0
    return short_duration(usual.seconds) + (f", {short_size(memory)}" if memory >= WORTH_TELLING_BYTES else "")
