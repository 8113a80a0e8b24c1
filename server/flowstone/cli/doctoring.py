"""`flowstone doctor`: whether a project is whole, and what mends it where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowstone.cli.terminal import answers, console, counted, escaped, print_json
from flowstone.engine.doctor.examination import examine
from flowstone.engine.doctor.findings import Checked, Finding, Level
from flowstone.store.ledger.renewal import set_aside
from flowstone.store.state import StateFolder

BROKEN = 1


def show_health(project: Path, *, deep: bool, as_json: bool) -> int:
    """Say of each invariant whether it holds; return 1 when one does not. Raises: NotFound; OSError."""
    checks = examine(project, deep=deep)
    if as_json:
        print_json(health_document(checks))
    else:
        for check in checks:
            _tell(check)
    broken = sum(not check.is_whole for check in checks)
    screen = console() if as_json else answers()
    if broken:
        screen.print(f"{counted(broken, 'invariant')} broken", style="red")
    else:
        screen.print("[green]✓[/green] the project is whole")
    return BROKEN if broken else 0


def renew_ledger(project: Path) -> None:
    """Set a ledger aside, so that the next command begins a new one. Raises: ProjectBusy; OSError."""
    kept = set_aside(StateFolder(project.resolve()))
    screen = console()
    if kept is None:
        screen.print("There is no ledger to set aside.")
        return
    screen.print(f"[green]✓[/green] the ledger is kept as {escaped(str(kept))}; the next command begins a new one")
    screen.print(
        "  Past runs are not listed any more. Code is as it was, and no output is collected while that file is there.",
        style="dim",
    )


def health_document(checks: tuple[Checked, ...]) -> dict[str, Any]:
    """Return what was checked and found."""
    return {
        "whole": all(check.is_whole for check in checks),
        "checks": [
            {
                "name": check.invariant.name,
                "holds": check.invariant.holds,
                "whole": check.is_whole,
                "findings": [_finding(finding) for finding in check.findings],
            }
            for check in checks
        ],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {"level": finding.level.value, "what": finding.what, "where": finding.where, "mend": finding.mend}


def _tell(check: Checked) -> None:
    screen = answers()
    mark = "[green]✓[/green]" if check.is_whole else "[red]✗[/red]"
    screen.print(f"{mark} {escaped(check.invariant.holds)}")
    for finding in check.findings:
        style = "yellow" if finding.level is Level.NOTE else "red"
        screen.print(f"    [{style}]{finding.level.value}[/{style}]  {escaped(finding.what)}")
        screen.print(f"      {finding.where}", markup=False)
        if finding.mend:
            screen.print(f"      {finding.mend}", style="dim", markup=False)
