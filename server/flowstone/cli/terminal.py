"""What people read on stderr, and what programs read on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

from flowstone.errors.base import FlowstoneError, InvalidProject, Problem

STATE_STYLES = {
    "done": "green",
    "reused": "cyan",
    "fresh": "green",
    "failed": "red",
    "unknown": "red",
    "stale": "yellow",
    "skipped": "yellow",
    "cancelled": "yellow",
}


def console() -> Console:
    """Return a console for people: stderr, in colour where it is a terminal."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: dict[str, Any]) -> None:
    """Print the one document of `--json`."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def tell_error(wrong: FlowstoneError, *, as_json: bool) -> None:
    """Say what went wrong, where, and what to do; with `--json`, on stdout too."""
    if as_json:
        error = {"code": wrong.code, "message": wrong.message, "hint": wrong.hint, "details": wrong.details}
        print_json({"error": error})
    screen = console()
    if isinstance(wrong, InvalidProject):
        tell_problems(wrong.problems)
        return
    screen.print(f"[red]✗[/red] {escaped(str(wrong))}")
    if wrong.hint:
        screen.print(f"  {escaped(wrong.hint)}", style="dim")


def tell_problems(problems: tuple[Problem, ...]) -> None:
    """List problems, each with its place and what to do."""
    screen = console()
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


def short_duration(seconds: float | None) -> str:
    """Return a duration as people say it. Units: seconds."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
