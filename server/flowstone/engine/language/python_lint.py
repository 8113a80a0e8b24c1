"""Python's flaws and format, as ruff sees them: started once for a text, which takes it 20 ms."""

from __future__ import annotations

import asyncio
import json
import sysconfig
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flowstone.engine.language.findings import Finding, Fix, Offsets, Severity, TextEdit
from flowstone.engine.language.one_shot import Told, run_once
from flowstone.errors.language import FormatRefused, ToolUnusable

OWN_RULES = "E4,E7,E9,F"
"""What is checked where a project has no ruff settings: what is wrong, not what is a matter of taste."""
WILL_FAIL = ("F82", "F70", "F63", "E9", "invalid-syntax")
"""Codes of what fails when the block runs."""
SETTINGS = ("ruff.toml", ".ruff.toml")
ISOLATED = "--isolated"
FOUND_SOMETHING = 1
MAX_FINDINGS = 500


async def lint_python(root: Path, path: str, text: str) -> tuple[Finding, ...]:
    """Return what ruff finds in a text, which need not be what is on disk.

    The project's own ruff settings count, as they do on the command line. Raises: ToolUnusable.
    """
    own = await _settings(root, path)
    words = ["check", "--output-format", "json"]
    told = await _ruff([*words, *(own or ["--select", OWN_RULES, ISOLATED])], root, path, text)
    if told.code > FOUND_SOMETHING:
        # Settings that ruff cannot read must not take the help away from somebody who mends them.
        told = await _ruff([*words, "--select", OWN_RULES, ISOLATED], root, path, text)
    if told.code > FOUND_SOMETHING:
        raise ToolUnusable("ruff", told.errors.strip()[-500:])
    offsets = Offsets(text)
    return tuple(_finding(found, offsets) for found in json.loads(told.output)[:MAX_FINDINGS])


async def format_python(root: Path, path: str, text: str) -> str:
    """Return a text as ruff formats it. Raises: FormatRefused, for one that is no Python; ToolUnusable."""
    told = await _ruff(["format", *(await _settings(root, path) or [ISOLATED])], root, path, text)
    if told.code == 0:
        return told.output
    reason = next((line for line in told.errors.splitlines() if line.startswith("error:")), "")
    raise FormatRefused(reason.removeprefix("error:").strip()[:500])


async def _ruff(words: Sequence[str], root: Path, path: str, text: str) -> Told:
    command = [_ruff_path(), *words, "--quiet", "--no-cache", "--stdin-filename", str(root / path), "-"]
    try:
        return await run_once(command, text, folder=root)
    except TimeoutError as slow:
        raise ToolUnusable("ruff", "it took too long") from slow
    except OSError as missing:
        raise ToolUnusable("ruff", str(missing)) from missing


@cache
def _ruff_path() -> str:
    """Return the ruff that was installed with Flowstone; another that is on the path would know other rules."""
    beside = Path(sysconfig.get_path("scripts")) / "ruff"
    return str(beside) if beside.exists() else "ruff"


async def _settings(root: Path, path: str) -> list[str]:
    """Return how ruff is told of a file's settings; nothing where it has none."""
    found = await asyncio.to_thread(_settings_file, root, path)
    return [] if found is None else ["--config", str(found)]


def _settings_file(root: Path, path: str) -> Path | None:
    """Return the settings in a file's folder or the nearest one above: up to the project's, or its repository's top."""
    for folder in (root / path).parents:
        for candidate in (*(folder / name for name in SETTINGS), folder / "pyproject.toml"):
            if candidate.is_file() and (candidate.name in SETTINGS or _has_table(candidate)):
                return candidate
        if (folder / ".git").exists() or (folder == root and not _is_in_repository(root)):
            return None
    return None


def _is_in_repository(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in root.parents)


def _has_table(pyproject: Path) -> bool:
    try:
        return "ruff" in tomllib.loads(pyproject.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def _finding(found: Mapping[str, Any], offsets: Offsets) -> Finding:
    code = found["code"] or "invalid-syntax"
    start, end = _span(found, offsets)
    return Finding(
        start=start,
        end=end,
        code=code,
        message=found["message"],
        severity=Severity.ERROR if code.startswith(WILL_FAIL) else Severity.WARNING,
        url=found["url"],
        fix=_fix(found["fix"], offsets),
    )


def _fix(found: Mapping[str, Any] | None, offsets: Offsets) -> Fix | None:
    if found is None or found["applicability"] == "display":
        return None
    edits = tuple(TextEdit(*_span(edit, offsets), edit["content"]) for edit in found["edits"])
    return Fix(found["message"] or "Mend it", edits, is_safe=found["applicability"] == "safe")


def _span(found: Mapping[str, Any], offsets: Offsets) -> tuple[int, int]:
    first, last = found["location"], found["end_location"]
    return offsets.at(first["row"], first["column"]), offsets.at(last["row"], last["column"])
