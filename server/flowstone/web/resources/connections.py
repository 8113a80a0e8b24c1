"""Connections and secrets: shown without a secret, planned, tried in a process of their own."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any

from flowstone.errors.store import NotFound
from flowstone.model.connection_forms import CONNECTION_FORMS
from flowstone.model.project import ConnectionEntry
from flowstone.web.call import Call, Reply
from flowstone.web.views.connections import connections_view, form_view
from flowstone.web.wire import connections as wire

if TYPE_CHECKING:
    from flowstone.store.texts import TextFile
    from flowstone.web.open_project import OpenProject

TRIED_WITHIN_S = 25.0
FILE = "connections.yaml"


async def read_connections(call: Call[None]) -> Reply[wire.ConnectionsView]:
    """Show every profile's connections. Raises: SourceError; SecretsUnreadable."""
    return Reply(await _view(await call.project()))


async def _view(opened: OpenProject) -> wire.ConnectionsView:
    from flowstone.store.secrets import secret_names

    project = await opened.load_project()
    names = await asyncio.to_thread(secret_names, opened.root)
    file = await asyncio.to_thread(_file, opened)
    profiles, secrets = connections_view(project, names, environment=os.environ)
    return wire.ConnectionsView(
        etag=None if file is None else file.etag,
        forms=[form_view(form) for form in CONNECTION_FORMS],
        profiles=profiles,
        secrets=secrets,
    )


def _file(opened: OpenProject) -> TextFile | None:
    from flowstone.store.texts import read_text

    try:
        return read_text(opened.root, FILE)
    except NotFound:
        return None


async def plan_connection(call: Call[wire.ConnectionEdit]) -> Reply[wire.ConnectionPlan]:
    """Say how connections.yaml would read. Raises: NotFound; BadId; DuplicateKey; WrongValue; EditImpossible."""
    from flowstone.store.connection_edits import remove_connection, set_connection

    opened = await call.project()
    file = await asyncio.to_thread(_file, opened)
    before = None if file is None else file.text
    edit = call.body
    if isinstance(edit, wire.RemoveConnection):
        after = remove_connection(before, edit.profile, edit.name)
    else:
        await opened.load_project()
        kept = _kept(opened, edit.profile, edit.was, edit.keeps)
        entry = ConnectionEntry(edit.name, edit.type, {**edit.options, **kept})
        after = set_connection(before, edit.profile, entry, was=edit.was)
    return Reply(wire.ConnectionPlan(before=before or "", after=after, etag=None if file is None else file.etag))


def _kept(opened: OpenProject, profile: str, name: str | None, keeps: tuple[str, ...]) -> dict[str, Any]:
    """Return options that the browser was not told, as the file has them."""
    try:
        entries = opened.project.connections(profile)
    except KeyError:
        return {}
    found = next((entry for entry in entries if entry.name == name), None)
    return {} if found is None else {key: found.options[key] for key in keeps if key in found.options}


async def try_connection(call: Call[wire.TryConnection]) -> Reply[wire.ConnectionTried]:
    """Try a connection, within 25 s. Raises: NotFound; QueryRefused; SourceError."""
    from flowstone.engine.errands import run_errand

    opened = await call.project()
    asked = call.body
    question: dict[str, Any] = {"root": str(opened.root), "profile": asked.profile, "name": asked.name}
    if asked.type is not None:
        await opened.load_project()
        kept = _kept(opened, asked.profile, asked.name, asked.keeps)
        question |= {"type": asked.type, "options": {**asked.options, **kept}}
    began = time.monotonic()
    answer = await run_errand("connection", question, within_s=TRIED_WITHIN_S)
    steps = [wire.TrialStepView(**step) for step in answer.said.get("steps", [])]
    if not answer.is_whole:
        message = f"It did not answer within {TRIED_WITHIN_S:g} s"
        hint = "Check the address, the network and the firewall."
        steps.append(wire.TrialStepView(what="Answer", state="failed", message=message, hint=hint, code="timeout"))
    is_ok = all(step.state != "failed" for step in steps)
    return Reply(wire.ConnectionTried(is_ok=is_ok, seconds=time.monotonic() - began, steps=steps))


async def write_secret(call: Call[wire.WriteSecret]) -> Reply[wire.ConnectionsView]:
    """Keep a secret. Raises: SecretRefused; SecretsUnreadable; DiskFull."""
    from flowstone.store.secrets import write_secret as written

    opened = await call.project()
    await asyncio.to_thread(written, opened.root, call.path["secret"], call.body.value)
    return Reply(await _view(opened))


async def delete_secret(call: Call[None]) -> Reply[wire.ConnectionsView]:
    """Forget a secret. Raises: SecretsUnreadable; DiskFull."""
    from flowstone.store.secrets import delete_secret as deleted

    opened = await call.project()
    await asyncio.to_thread(deleted, opened.root, call.path["secret"])
    return Reply(await _view(opened))
