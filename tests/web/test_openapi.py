"""The document of the API: made from the table that the application is made from, so that both say the same."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from typing import Any, get_args, get_type_hints

import pytest
from tests.kit.web_client import WebClient

from flowstone.store.uploads import Upload
from flowstone.web.api import action_of
from flowstone.web.call import RawReply
from flowstone.web.openapi import document, text
from flowstone.web.route import Route
from flowstone.web.routes import ROUTES
from flowstone.web.wire.edits import EditRequest


def test_the_document_is_printed_whole() -> None:
    """The front end's types are generated from what this prints."""
    printed = subprocess.run(
        [sys.executable, "-m", "flowstone.web.openapi"], capture_output=True, text=True, timeout=60, check=True
    )

    assert json.loads(printed.stdout) == document()


async def test_the_document_is_served(client: WebClient) -> None:
    """Programs that use the API ask the server that they talk to."""
    answer = await client.get("/openapi.json")

    assert (answer.text, answer.headers["Content-Type"]) == (text(), "application/json")


def test_every_reference_of_the_document_leads_somewhere() -> None:
    """A generator stops at the first that does not."""
    whole = document()

    wanted = {reference.rpartition("/")[2] for reference in references(whole)}

    assert wanted <= whole["components"]["schemas"].keys()
    assert {"ClientMessage", "SocketReply", "ServerMessage", "Welcome", "Hello", "EditRequest"} <= wanted | {
        *whole["components"]["schemas"]
    }


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for part in value.values() for found in references(part)]
    if isinstance(value, list):
        return [found for part in value for found in references(part)]
    return []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_action_takes_and_gives_what_its_route_says(route: Route) -> None:
    """The table is what is documented; the function is what happens."""
    action = action_of(route)
    names = vars(sys.modules[action.__module__]) | {"ParamSpec": object, "LibraryEntry": object, "Upload": Upload}
    hints = get_type_hints(action, names)

    taken = get_args(hints["call"])[0]
    assert inspect.iscoroutinefunction(action)
    if route.request is EditRequest:
        assert taken is Any
    elif get_args(route.request):
        assert taken == get_args(route.request)[0]
    elif route.takes_file:
        assert taken is Upload
    else:
        assert taken == (type(None) if route.request is None else route.request)
    if hints["return"] is not RawReply:
        assert get_args(hints["return"])[0] == (type(None) if route.answer is None else route.answer)


def test_each_operation_has_a_name_of_its_own() -> None:
    """Clients are generated with one function for each."""
    names = [route.name for route in ROUTES]

    assert len(set(names)) == len(names)
