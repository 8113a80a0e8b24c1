"""What the doctor says of a project, for tests that have just done their worst to it."""

from __future__ import annotations

from pathlib import Path

from flowstone.engine.doctor.examination import examine
from flowstone.engine.doctor.findings import Level


def broken(root: Path, *, deep: bool = False) -> list[str]:
    """Return every invariant that does not hold, in words."""
    return [said for said in findings(root, deep=deep) if said.startswith(Level.BROKEN)]


def findings(root: Path, *, deep: bool = False) -> list[str]:
    """Return all that the doctor says, notes included."""
    return [
        f"{finding.level}: {check.invariant.name}: {finding.what} ({finding.where})"
        for check in examine(root, deep=deep)
        for finding in check.findings
    ]
