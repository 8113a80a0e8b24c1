"""A project's connection tried out, in the process of an errand: secrets are filled in here and told to nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from flowstone.engine.redaction import Redactor
from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound
from flowstone.model.connections import ConnectionSettings
from flowstone.model.project import ConnectionEntry, Profile, Project
from flowstone.store.project_files import load_project
from flowstone.store.secret_values import secrets_to_hide
from flowstone.store.settings import connection_settings


def try_connection(question: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Try the connection that a question names, or that it writes out; give each step as it is done.

    Raises: NotFound, when the profile or connection is not there; SourceError, for files that cannot be read.
    """
    project = load_project(Path(question["root"]))
    redactor = Redactor(secrets_to_hide(Path(project.root), os.environ))
    entry = _entry(project, question)
    try:
        settings = _filled(project, entry)
    except FlowstoneError as missing:
        yield {
            "what": "Settings",
            "state": "failed",
            "message": missing.message,
            "hint": missing.hint,
            "code": missing.code,
        }
        return
    trial = import_module("flowstone.connectors.trial").trial
    for step in trial(settings):
        told = asdict(step)
        yield {key: redactor.text(value) for key, value in told.items()}


def _entry(project: Project, question: Mapping[str, Any]) -> ConnectionEntry:
    if question.get("type"):
        return ConnectionEntry(question["name"], question["type"], question["options"])
    profile = question.get("profile") or project.profile
    try:
        entries = project.connections(profile)
    except KeyError as gone:
        raise NotFound("profile", profile) from gone
    for entry in entries:
        if entry.name == question["name"]:
            return entry
    known = ", ".join(entry.name for entry in entries) or "none"
    raise NotFound("connection", question["name"], hint=f"The profile {profile} has: {known}.")


def _filled(project: Project, entry: ConnectionEntry) -> ConnectionSettings:
    alone = replace(project, profiles=(Profile("trial", (entry,)),), profile="trial")
    return connection_settings(alone, "trial", environment=os.environ)[0]
