"""`flowstone doctor --connection NAME`: a connection tried as the browser tries it, in a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from flowstone.cli.terminal import console, escaped, print_json
from flowstone.engine.errands import Answer, run_errand

WITHIN_S = 25.0
BROKEN = 1
MARKS = {"ok": "[green]✓[/green]", "failed": "[red]✗[/red]", "noted": "[yellow]•[/yellow]"}


def show_trial(project: Path, connection: str, *, profile: str | None, as_json: bool) -> int:
    """Try a connection and say what came of each step; return 1 when it does not work. Raises: QueryRefused."""
    question = {"root": str(project.resolve()), "name": connection, "profile": profile}
    document = trial_document(connection, asyncio.run(run_errand("connection", question, within_s=WITHIN_S)))
    if as_json:
        print_json(document)
    else:
        for step in document["steps"]:
            _tell(step)
    return 0 if document["works"] else BROKEN


def trial_document(connection: str, answer: Answer) -> dict[str, Any]:
    """Return what was tried and what came of it."""
    steps = list(answer.said.get("steps", []))
    if not answer.is_whole:
        steps.append(
            {
                "what": "Answer",
                "state": "failed",
                "message": f"It did not answer within {WITHIN_S:g} s",
                "hint": "Check the address, the network and the firewall.",
                "code": "timeout",
            }
        )
    return {"connection": connection, "works": all(step["state"] != "failed" for step in steps), "steps": steps}


def _tell(step: dict[str, str]) -> None:
    screen = console()
    screen.print(f"{MARKS[step['state']]} {escaped(step['what'])}: {escaped(step['message'])}")
    if step["hint"]:
        screen.print(f"    {step['hint']}", style="dim", markup=False)
