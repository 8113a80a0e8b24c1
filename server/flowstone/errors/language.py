"""What the help in the editor can fail with."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class ToolUnusable(FlowstoneError):
    """A tool that reads code could not be started, or gave no answer."""

    code = "tool_unusable"

    def __init__(self, tool: str, reason: str) -> None:
        super().__init__(
            f"{tool} gave no answer: {reason}",
            hint="It comes with Flowstone; installing Flowstone again brings it back.",
            details={"tool": tool},
        )
        self.tool = tool


class FormatRefused(FlowstoneError):
    """A text could not be formatted, for it cannot be read as code."""

    code = "format_refused"

    def __init__(self, reason: str) -> None:
        super().__init__("The code cannot be formatted before its syntax is right", hint=reason)


class AskedInVain(FlowstoneError):
    """The language service has no answer: it ended, took too long, or says that it cannot."""

    code = "asked_in_vain"

    def __init__(self, reason: str, *, is_overtaken: bool = False) -> None:
        super().__init__(f"No answer: {reason}", hint="It is started again when it is asked next.")
        self.is_overtaken = is_overtaken
        """Whether it was dropped only because something changed meanwhile."""
