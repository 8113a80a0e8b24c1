"""The wire's types of connections, of how they are tried, and of secrets: no value of one is ever on it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from flowstone.web.wire_types import Id, Wire

SecretName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
TypeName = Annotated[str, Field(min_length=1, max_length=63)]
OptionValues = Annotated[dict[Annotated[str, Field(max_length=63)], Any], Field(max_length=50)]


class OptionFieldView(Wire):
    """An option in a connection's form."""

    name: str
    label: str
    kind: Literal["text", "path", "url", "integer", "boolean", "secret"]
    is_required: bool
    hint: str
    is_rare: bool


class ConnectionFormView(Wire):
    """What a connection of a type is asked for."""

    type: str
    title: str
    stores: Literal["files", "tables"]
    fields: list[OptionFieldView]


class ConnectionEntryView(Wire):
    """A connection as connections.yaml has it. Options that may hold a secret are named, and not told."""

    name: str
    type: str
    summary: str
    options: dict[str, Any]
    hidden: list[str]
    missing: list[str]
    """Variables and secrets that it needs and that are not set."""


class ConnectionProfileView(Wire):
    """A profile and its connections."""

    name: str
    is_default: bool
    connections: list[ConnectionEntryView]


class SecretView(Wire):
    """A secret by its name: whether it is there, and which connections ask for it."""

    name: str
    is_set: bool
    used_by: list[str]


class ConnectionsView(Wire):
    """The page of connections. `etag` is that of connections.yaml, None where there is none yet."""

    etag: str | None
    forms: list[ConnectionFormView]
    profiles: list[ConnectionProfileView]
    secrets: list[SecretView]


class SetConnection(Wire):
    """Put a connection into a profile, in place of `was`; options named in `keeps` stay as they are in the file."""

    op: Literal["set"]
    profile: Id
    name: Id
    was: Id | None = None
    type: TypeName
    options: OptionValues
    keeps: Annotated[tuple[str, ...], Field(max_length=50)] = ()


class RemoveConnection(Wire):
    """Take a connection out of a profile."""

    op: Literal["remove"]
    profile: Id
    name: Id


ConnectionEdit = Annotated[SetConnection | RemoveConnection, Field(discriminator="op")]


class ConnectionPlan(Wire):
    """connections.yaml before and after an edit; nothing is saved. `etag` None: there is no such file yet."""

    before: str
    after: str
    etag: str | None


class TryConnection(Wire):
    """Try a connection that is there, or with `type` one that is only written in a form."""

    profile: Id
    name: Id
    type: TypeName | None = None
    options: OptionValues = Field(default_factory=dict)
    keeps: Annotated[tuple[str, ...], Field(max_length=50)] = ()


class TrialStepView(Wire):
    """One thing that was tried: what came of it, and what to do next."""

    what: str
    state: Literal["ok", "failed", "noted"]
    message: str
    hint: str
    code: str


class ConnectionTried(Wire):
    """What came of trying a connection."""

    is_ok: bool
    seconds: float
    steps: list[TrialStepView]


class WriteSecret(Wire):
    """A secret's value: taken, and never given back."""

    value: Annotated[str, Field(min_length=1, max_length=65_536)]
