"""Connections as they travel: an option that may hold a secret is named, and its value left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flowstone.model.connection_forms import ConnectionForm, form_of
from flowstone.model.project import ConnectionEntry, Project
from flowstone.store.literal_secrets import NOT_SECRET_NAME, SECRET_NAME, SECRET_TEXT
from flowstone.store.placeholders import PLACEHOLDER
from flowstone.web.views.projects import connection_view
from flowstone.web.wire import connections as wire


def connections_view(
    project: Project, secrets: Collection[str], *, environment: Mapping[str, str]
) -> tuple[list[wire.ConnectionProfileView], list[wire.SecretView]]:
    """Return the profiles with their connections, and the secrets that there are or that somebody asks for."""
    users: dict[str, list[str]] = defaultdict(list)
    profiles = []
    for profile in project.profiles:
        for entry in profile.connections:
            for kind, name, _ in _placeholders(entry.options):
                if kind == "secret":
                    users[name].append(f"{profile.name}/{entry.name}")
        entries = [_entry(entry, secrets, environment) for entry in profile.connections]
        is_default = profile.name == project.profile
        profiles.append(wire.ConnectionProfileView(name=profile.name, is_default=is_default, connections=entries))
    names = sorted({*secrets, *users})
    shown = [wire.SecretView(name=name, is_set=name in secrets, used_by=sorted(set(users[name]))) for name in names]
    return profiles, shown


def _entry(
    entry: ConnectionEntry, secrets: Collection[str], environment: Mapping[str, str]
) -> wire.ConnectionEntryView:
    shown = connection_view(entry)
    hidden = [name for name, value in entry.options.items() if _may_be_secret(entry.type, name, value)]
    missing = {
        name
        for kind, name, has_default in _placeholders(entry.options)
        if not has_default and not (name in secrets if kind == "secret" else environment.get(name))
    }
    return wire.ConnectionEntryView(
        name=entry.name,
        type=entry.type,
        summary=shown.summary or _place(entry),
        options={name: value for name, value in entry.options.items() if name not in hidden},
        hidden=hidden,
        missing=sorted(missing),
    )


def _may_be_secret(kind: str, name: str, value: Any) -> bool:
    """Say whether an option's value stays here: one of a secret's name or form that is no placeholder alone."""
    text = str(value)
    if PLACEHOLDER.fullmatch(text):
        return False
    form = form_of(kind)
    is_secret_field = form is not None and any(one.name == name and one.kind == "secret" for one in form.fields)
    is_named_so = SECRET_NAME.search(name) is not None and NOT_SECRET_NAME.search(name) is None
    return is_secret_field or is_named_so or SECRET_TEXT.search(text) is not None


def _place(entry: ConnectionEntry) -> str:
    """Return where a url leads, without who goes there."""
    url = str(entry.options.get("url", ""))
    return url.rpartition("@")[2] if "@" in url else url


def _placeholders(value: Any) -> Iterator[tuple[str, str, bool]]:
    match value:
        case str():
            for found in PLACEHOLDER.finditer(value):
                yield found["kind"], found["name"], found["default"] is not None
        case Mapping():
            for inner in value.values():
                yield from _placeholders(inner)
        case list() | tuple():
            for inner in value:
                yield from _placeholders(inner)


def form_view(form: ConnectionForm) -> wire.ConnectionFormView:
    """Return a type's form."""
    fields = [
        wire.OptionFieldView(
            name=one.name,
            label=one.label,
            kind=one.kind,
            is_required=one.is_required,
            hint=one.hint,
            is_rare=one.is_rare,
        )
        for one in form.fields
    ]
    return wire.ConnectionFormView(type=form.type, title=form.title, stores=form.stores, fields=fields)
