"""What can go wrong with the repository that a project lies in."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class GitRefused(FlowstoneError):
    """Git does not do what was asked, or what was asked is not done with Git here."""

    code = "git_refused"


class GitMissing(FlowstoneError):
    """There is no `git` on this machine."""

    code = "git_missing"

    def __init__(self) -> None:
        super().__init__("There is no git on this machine", hint="Install it, and start Flowstone again.")


class NoRepository(FlowstoneError):
    """A project lies in no repository."""

    code = "no_repository"

    def __init__(self) -> None:
        super().__init__(
            "The project is in no Git repository", hint="Make one: it takes one click, and changes no file."
        )
