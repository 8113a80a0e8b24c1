"""The OpenAPI 3.1 document of the server, made from the table of routes and the wire's types.

`python -m flowstone.web.openapi` prints it; the front end generates its types from it.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter

from flowstone import __version__
from flowstone.web import wire_types as wire
from flowstone.web.control import CONTROL_HEADER
from flowstone.web.guarded import KEY_HEADER
from flowstone.web.route import BYTES, JSON, PATH_PARTS, IntegerQuery, Precondition, QueryPart, Route
from flowstone.web.routes import PREFIX, ROUTES
from flowstone.web.wire import edits
from flowstone.web.wire.files import FileEditRequest
from flowstone.web.wire.tables import TableFilter

Schema: TypeAlias = dict[str, Any]
Mode: TypeAlias = Literal["validation", "serialization"]
Direction: TypeAlias = tuple[str, Mode]

NAMED: dict[str, tuple[Any, Mode]] = {
    "TableFilter": (TableFilter, "validation"),
    "FileEditRequest": (FileEditRequest, "validation"),
    "EditRequest": (edits.EditRequest, "validation"),
    "ClientMessage": (wire.ClientMessage, "validation"),
    "Happening": (wire.Happening, "serialization"),
    "SocketReply": (wire.SocketReply, "serialization"),
}
"""What has a name in the document though no body or answer is of it; those from ClientMessage on are the socket's."""


def document() -> Schema:
    """Return the whole document."""
    schemas, components = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Flowstone", "version": __version__},
        "servers": [{"url": PREFIX}],
        "security": [{"session": [], "key": []}],
        "paths": _paths(schemas),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "flowstone_session"},
                "key": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
                "control": {"type": "apiKey", "in": "header", "name": CONTROL_HEADER},
            },
        },
    }


def _schemas() -> tuple[dict[Direction, Schema], Schema]:
    """Return the schema of each type that a route takes or gives, and the definitions they point to."""
    wanted: dict[Direction, TypeAdapter[Any]] = {}
    for route in ROUTES:
        if route.request is not None:
            wanted[route.name, "validation"] = TypeAdapter(route.request)
        if route.answer is not None:
            wanted[route.name, "serialization"] = TypeAdapter(route.answer)
    wanted["ErrorReply", "serialization"] = TypeAdapter(wire.ErrorReply)
    for name, (union, mode) in NAMED.items():
        wanted[name, mode] = TypeAdapter(union)
    found, definitions = TypeAdapter.json_schemas(
        [(name, mode, adapter) for (name, mode), adapter in wanted.items()],
        ref_template="#/components/schemas/{model}",
    )
    components: Schema = dict(definitions["$defs"])
    for name, (_, mode) in NAMED.items():
        components.setdefault(name, found[name, mode])
    return {(str(name), mode): schema for (name, mode), schema in found.items()}, dict(sorted(components.items()))


def _paths(schemas: dict[Direction, Schema]) -> Schema:
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return paths


def _operation(route: Route, schemas: dict[Direction, Schema]) -> Schema:
    operation: Schema = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *map(_query_parameter, route.query), *_precondition(route)],
        "responses": {str(route.status): _answer(route, schemas), "default": ERROR},
    }
    if route.request is not None:
        union = next((name for name, (kind, _) in NAMED.items() if kind is route.request), None)
        schema = {"$ref": f"#/components/schemas/{union}"} if union else schemas[route.name, "validation"]
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    if route.takes_file:
        content = {BYTES: {"schema": {"type": "string", "contentMediaType": BYTES}}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.is_open or route.takes_control:
        operation["security"] = [{"control": []}] if route.takes_control else []
    return operation


ERROR = {
    "description": "What went wrong.",
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/ErrorReply"}}},
}


def _answer(route: Route, schemas: dict[Direction, Schema]) -> Schema:
    answer: Schema = {"description": route.summary}
    if route.media_type != JSON:
        media = route.media_type
        answer["content"] = {media: {"schema": {"type": "string", "contentMediaType": media}}}
    elif route.answer is not None:
        answer["content"] = {JSON: {"schema": schemas[route.name, "serialization"]}}
    elif route.status == 200:
        answer["content"] = {JSON: {"schema": {}}}
    if route.gives_etag:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
    return answer


def _path_parameters(route: Route) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PATH_PARTS[name].summary,
            "schema": {"type": "string", "pattern": f"^{PATH_PARTS[name].pattern}$"},
        }
        for name in route.path_names
    ]


def _query_parameter(part: QueryPart) -> Schema:
    schema: Schema
    if isinstance(part, IntegerQuery):
        schema = {"type": "integer", "default": part.default, "minimum": part.minimum, "maximum": part.maximum}
    else:
        schema = {"type": "string", "maxLength": part.max_length}
        if part.pattern:
            schema["pattern"] = part.pattern
    return {"name": part.name, "in": "query", "description": part.summary, "schema": schema}


def _precondition(route: Route) -> list[Schema]:
    text = {"type": "string"}
    match route.precondition:
        case Precondition.NONE:
            return []
        case Precondition.MATCH:
            return [{"name": "If-Match", "in": "header", "required": True, "schema": text}]
        case Precondition.MATCH_OR_NEW:
            return [
                {"name": "If-Match", "in": "header", "schema": text},
                {"name": "If-None-Match", "in": "header", "schema": {"type": "string", "const": "*"}},
            ]


def text() -> str:
    """Return the document as the text that is printed and served: indented, keys as they come, a final newline."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
