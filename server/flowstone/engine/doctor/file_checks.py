"""What must hold of the files of a project and of what Flowstone keeps beside them."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from flowstone.disk.leftovers import abandoned_drafts
from flowstone.disk.living import is_running
from flowstone.engine.doctor.findings import Finding, Level, Patient
from flowstone.engine.log_capture import MAX_HEAD_BYTES, MAX_TAIL_BYTES
from flowstone.errors.base import FlowstoneError
from flowstone.store.drafts import is_abandoned
from flowstone.store.leftovers import abandoned_snapshots
from flowstone.store.project_files import validate
from flowstone.store.sealing_key import FILE as SEALING_KEY

SECRET_FILES = ("server.json", "sessions.json", SEALING_KEY)
MAX_LOG_BYTES = 6 * (MAX_HEAD_BYTES + MAX_TAIL_BYTES)
"""What an attempt's head and tail come to where JSON writes each of their bytes as six, as it does with controls."""
CLEARED = "It is cleared away when the project is next opened."


def drafts_are_alive(patient: Patient) -> Iterable[Finding]:
    """Find what processes that are gone have left half written."""
    for draft in abandoned_drafts(patient.root):
        yield Finding("A file that was being written is left over", str(draft), CLEARED, Level.NOTE)
    for draft in (patient.artifacts.root / "drafts").glob("*-*"):
        if is_abandoned(draft):
            yield Finding("An output that was being written is left over", str(draft), CLEARED, Level.NOTE)
    for draft in abandoned_snapshots(patient.state.snapshots):
        yield Finding("A copy of the code that was being made is left over", str(draft), CLEARED, Level.NOTE)


def logs_are_ordered(patient: Patient) -> Iterable[Finding]:
    """Find logs whose lines are out of order, or longer than what is kept of a block."""
    has_attempts = patient.ledger is not None and patient.ledger.version is not None
    attempts = patient.ledger.attempts() if patient.ledger is not None and has_attempts else {}
    for path in sorted(patient.state.logs.glob("*/*.jsonl")):
        mend = f"What was printed is not to be trusted; the run's result is. Remove {path.name} to be rid of it."
        limit = MAX_LOG_BYTES * max(1, attempts.get((path.parent.name, path.stem), 1))
        if path.stat().st_size > limit:
            yield Finding(f"It is larger than {limit:,} bytes, which is all that is kept", str(path), mend)
        if wrong := _disorder_in(path):
            yield Finding(wrong, str(path), mend)


def _disorder_in(path: Path) -> str:
    """Say where a log's numbers do not rise; lines that a crash tore have none."""
    newest = -1
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            seq = _row(line).get("seq")
            if seq is None:
                continue
            if not isinstance(seq, int) or seq <= newest:
                return f"Line {number} is numbered {seq} after {newest}"
            newest = seq
    return ""


def _row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def secrets_are_private(patient: Patient) -> Iterable[Finding]:
    """Find files with keys in them that others of this machine can read."""
    for name in SECRET_FILES:
        path = patient.state.path / name
        try:
            facts = path.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(facts.st_mode) or stat.S_IMODE(facts.st_mode) & 0o077:
            mode = stat.S_IMODE(facts.st_mode)
            mend = f"`chmod 600 {path}`, and start the server again, so that it has another key."
            yield Finding(f"Its mode is {mode:04o}: others can read a key in it", str(path), mend)


def files_can_be_read(patient: Patient) -> Iterable[Finding]:
    """Find what `flowstone validate` finds, and torn files, which no edit makes."""
    try:
        problems = validate(patient.root)
    except (FlowstoneError, OSError) as wrong:
        yield Finding(str(wrong), str(patient.root), getattr(wrong, "hint", ""))
        return
    for problem in problems:
        if not problem.is_warning:
            yield Finding(problem.message, str(problem.place), problem.hint, Level.NOTE)


def holder_is_alive(patient: Patient) -> Iterable[Finding]:
    """Find a project that is held by nobody who lives, and a file that tells of a server that is gone."""
    if patient.holder is not None and patient.holder.pid is not None and not is_running(patient.holder.pid):
        mend = "A process that it started still has the lock open: end it."
        yield Finding(f"It is held by {patient.holder.words}, which is gone", str(patient.state.lock), mend)
    told = _told_pid(patient.state.server)
    if told is not None and patient.holder is None and not is_running(told):
        mend = "The next server writes its own."
        yield Finding(
            f"It tells of a server (process {told}) that is gone", str(patient.state.server), mend, Level.NOTE
        )


def _told_pid(path: Path) -> int | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, encoding="utf-8") as file:
            return int(json.loads(file.read(4_096))["pid"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
