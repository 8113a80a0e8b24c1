"""The routes of connections and secrets: a part of the table of `routes.py`. None gives a secret's value."""

from __future__ import annotations

from flowstone.web.route import Route
from flowstone.web.wire import connections

AT = "/projects/{project}/connections"
SECRET = "/projects/{project}/secrets/{secret}"  # noqa: S105 - a path

CONNECTION_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        AT,
        "connections.read_connections",
        "Show the connections of every profile, the forms of their types, and which secrets there are.",
        answer=connections.ConnectionsView,
    ),
    Route(
        "POST",
        AT + "/plan",
        "connections.plan_connection",
        "Say how connections.yaml would read after an edit; it is saved as any file is.",
        request=connections.ConnectionEdit,
        answer=connections.ConnectionPlan,
    ),
    Route(
        "POST",
        AT + "/try",
        "connections.try_connection",
        "Try a connection in a process of its own, and name what is missing.",
        request=connections.TryConnection,
        answer=connections.ConnectionTried,
    ),
    Route(
        "PUT",
        SECRET,
        "connections.write_secret",
        "Keep a secret under a name; it is never given back.",
        request=connections.WriteSecret,
        answer=connections.ConnectionsView,
    ),
    Route(
        "DELETE",
        SECRET,
        "connections.delete_secret",
        "Forget a secret.",
        answer=connections.ConnectionsView,
    ),
)
