"""What can go wrong when a notebook comes in or goes out."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class NotebookUnreadable(FlowstoneError):
    """A file is no notebook that can become a pipeline."""

    code = "notebook_unreadable"

    def __init__(self, file: str, why: str, *, hint: str = "") -> None:
        super().__init__(f"{file} cannot be imported: {why}", hint=hint, details={"file": file, "why": why})
        self.file = file


class NotebookUnwritable(FlowstoneError):
    """A pipeline cannot be written as a notebook."""

    code = "notebook_unwritable"

    def __init__(self, pipeline: str, why: str) -> None:
        super().__init__(
            f"{pipeline} cannot be exported: {why}",
            hint=f"See what is wrong with `flowstone validate`, then export {pipeline} again.",
            details={"pipeline": pipeline, "why": why},
        )
        self.why = why
