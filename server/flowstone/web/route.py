"""What a route is: a row of the table from which the application and its OpenAPI document are both made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE

MAX_BODY_BYTES = 256 * KIBIBYTE
"""The largest body of a request that carries no file."""
MAX_FILE_BODY_BYTES = 13 * MEBIBYTE
"""2 MiB of text, every byte of it written as a six-character JSON escape, and the words around it."""

MAX_UPLOAD_BYTES = 64 << 30
"""The largest file that is taken in; it goes to disk as it comes."""

ARROW_STREAM = "application/vnd.apache.arrow.stream"
JSON = "application/json"
BYTES = "application/octet-stream"

Method = Literal["GET", "POST", "PUT", "DELETE"]


class Precondition(Enum):
    """Which condition a request must state about what it changes."""

    NONE = "none"
    MATCH = "If-Match"
    MATCH_OR_NEW = "If-Match, or If-None-Match: *"


@dataclass(frozen=True, slots=True)
class PathPart:
    """A variable of a path: the pattern that its text has, whole."""

    pattern: str
    summary: str
    takes_slashes: bool = False


PATH_PARTS = {
    "project": PathPart(r"[a-z][a-z0-9_]{0,62}", "A project's id."),
    "pipeline": PathPart(r"[a-z][a-z0-9_]{0,62}", "A pipeline's id."),
    "block": PathPart(r"[a-z][a-z0-9_]{0,62}(-[0-9]{1,6})?", "The id of a block, or of an item of a mapped one."),
    "run": PathPart(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}", "A run's id."),
    "hash": PathPart(r"[a-zA-Z0-9][a-zA-Z0-9_-]{7,127}", "The hash of an output's content."),
    "before": PathPart(r"[a-zA-Z0-9][a-zA-Z0-9_-]{7,127}", "The hash of an earlier output's content."),
    "secret": PathPart(r"[A-Za-z_][A-Za-z0-9_]{0,62}", "A secret's name."),
    "path": PathPart(r".+", "A file's path below the project's root.", takes_slashes=True),
}


@dataclass(frozen=True, slots=True)
class IntegerQuery:
    """A whole number in a query string."""

    name: str
    summary: str
    default: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A text in a query string; left out is None. Units: max_length in characters."""

    name: str
    summary: str
    max_length: int = 200
    pattern: str | None = None


QueryPart = IntegerQuery | TextQuery


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path.

    `action` names the function that answers, as `module.function` below `flowstone.web.resources`: it is imported
    when the route is first asked for, so that a server starts without what it does not need yet.
    Units: max_body_bytes in bytes.
    """

    method: Method
    path: str
    action: str
    summary: str
    answer: Any = None
    """A wire type; None is an answer without a body, or one that is no wire type: see `media_type`."""
    request: Any = None
    status: int = 200
    query: tuple[QueryPart, ...] = ()
    precondition: Precondition = Precondition.NONE
    gives_etag: bool = False
    media_type: str = JSON
    is_open: bool = False
    """Whether it answers without a session. Only the exact paths of `routes.OPEN_PATHS` may."""
    takes_control: bool = False
    """Whether it answers to the server's control key, and not to a session: those of `routes.CONTROL_PATHS`."""
    max_body_bytes: int = MAX_BODY_BYTES
    takes_file: bool = False
    """Whether the body is a file's content, written to disk as it comes: see `uploading.UploadHandler`."""

    @property
    def name(self) -> str:
        """The operation's name in the document: its action's function."""
        return self.action.split(".")[-1]

    @property
    def path_names(self) -> tuple[str, ...]:
        """The names of the path's variables, in order."""
        return tuple(re.findall(r"{(\w+)}", self.path))


def path_pattern(path: str) -> str:
    """Return the regular expression of a path. Each variable takes any text: whether it may is said later, in words."""
    pieces = re.split(r"({\w+})", path)
    return "".join(_piece_pattern(piece) for piece in pieces)


def _piece_pattern(piece: str) -> str:
    if not piece.startswith("{"):
        return re.escape(piece)
    name = piece[1:-1]
    return f"(?P<{name}>.+)" if PATH_PARTS[name].takes_slashes else f"(?P<{name}>[^/]+)"
