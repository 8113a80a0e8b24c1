"""What every error of Flowstone's own has: a code for programs, a message and a hint for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something is. Units: line and column count from 1; None is the whole file."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, *(str(part) for part in (self.line, self.column) if part is not None)]
        return ":".join(parts)


class FlowstoneError(Exception):
    """A failure that a person can meet, with what happened and what to do next.

    A subclass sets `code`, keeps its facts as attributes and passes them as `details`,
    so that a program can read what the message says.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details: dict[str, Any] = details or {}

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a project's files, as `flowstone validate` and the browser show it."""

    place: Place
    code: str
    message: str
    hint: str = ""
    is_warning: bool = False


class SourceError(FlowstoneError):
    """Something in a file of the project is wrong, at a known place."""

    code = "source_invalid"

    def __init__(self, message: str, *, place: Place, hint: str = "") -> None:
        super().__init__(message, hint=hint, details={"file": place.file, "line": place.line, "column": place.column})
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    def problem(self) -> Problem:
        """Return this error as an entry of a list of problems."""
        return Problem(self.place, self.code, self.message, self.hint)


class InvalidProject(FlowstoneError):
    """A project, or the part of it that is needed, cannot be used until its files are mended."""

    code = "project_invalid"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        first = f"{problems[0].place}: {problems[0].message}" if problems else "unknown"
        super().__init__(
            f"{count}, first: {first}",
            hint=problems[0].hint if problems else "",
            details={"problems": [{"place": str(p.place), "message": p.message} for p in problems]},
        )
        self.problems = problems
