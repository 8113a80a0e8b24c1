"""The wire's types of the project's file tree: what is done to files as a whole, search, and data files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flowstone.web.wire_types import Wire

Path = Annotated[str, Field(min_length=1, max_length=1_024)]


class TreeEntryView(Wire):
    """A file or folder of the project."""

    path: str
    is_folder: bool
    size_bytes: int
    modified_at: float
    is_editable: bool
    """Whether it is opened as a text."""


class FileTree(Wire):
    """The project's files and folders in order of path; `truncated` when there were more than the bound."""

    entries: list[TreeEntryView]
    truncated: bool


class MoveFile(Wire):
    """Give a file or folder another path; pipelines whose blocks use it name the new one."""

    op: Literal["move"]
    path: Path
    to: Path


class DeleteFile(Wire):
    """Put a file or folder into the trash."""

    op: Literal["delete"]
    path: Path


class RestoreFile(Wire):
    """Put something from the trash back where it was."""

    op: Literal["restore"]
    deleted: Annotated[str, Field(pattern=r"^[0-9]{13}-[0-9a-f]{12}$")]
    path: str = ""


class MakeFolder(Wire):
    """Make a folder."""

    op: Literal["make_folder"]
    path: Path


FileEditRequest = Annotated[MoveFile | DeleteFile | RestoreFile | MakeFolder, Field(discriminator="op")]


class FilesEdited(Wire):
    """What was done: the edit that takes it back, and the pipelines that name what was moved or deleted."""

    undo: FileEditRequest
    pipelines: list[str]


class DeletedFile(Wire):
    """Something in the trash."""

    id: str
    path: str
    at: float


class Uploaded(Wire):
    """A file that came in whole; `undo` takes it away again, `replaced` is what made way for it."""

    path: str
    size_bytes: int
    undo: FileEditRequest
    replaced: DeletedFile | None


class FoundLineView(Wire):
    """A line in which something was found, from `start` to `end` of its text."""

    line: int
    text: str
    start: int
    end: int


class FoundFileView(Wire):
    """A file in whose name or lines something was found."""

    path: str
    is_named: bool
    lines: list[FoundLineView]


class FileFindings(Wire):
    """What was found; `is_cut` when there was more."""

    files: list[FoundFileView]
    is_cut: bool
