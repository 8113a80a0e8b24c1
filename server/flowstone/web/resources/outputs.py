"""Stored outputs: described, and read window by window. Their bytes pass through as they are."""

from __future__ import annotations

from urllib.parse import unquote

from flowstone.errors.web import RequestRefused
from flowstone.model.ids import ArtifactHash
from flowstone.model.view import MAX_SORT_KEYS, Filter, SortKey, View
from flowstone.model.window import MAX_COLUMNS, Window
from flowstone.web import wire_types as wire
from flowstone.web.call import Call, RawReply, Reply
from flowstone.web.views.runs import output_view
from flowstone.web.views.tables import filter_of


def _artifact(call: Call[None]) -> ArtifactHash:
    return ArtifactHash(call.path["hash"])


async def read_output(call: Call[None]) -> Reply[wire.OutputView]:
    """Describe an output. Raises: NotFound, ArtifactCorrupt."""
    opened = await call.project()
    return Reply(output_view(await opened.workbench.output(_artifact(call))))


async def read_rows(call: Call[None]) -> RawReply:
    """Read a window of a table as an Arrow IPC stream. Raises: NotFound, ArtifactCorrupt, QueryRefused."""
    opened = await call.project()
    window = Window(
        offset=call.number("offset"),
        limit=call.number("limit"),
        columns=column_names(call.text("columns"), most=MAX_COLUMNS),
        view=View(_filter(call.text("filter")), _sort(call.text("sort"))),
    )
    return RawReply(await opened.workbench.rows(_artifact(call), window))


async def read_value(call: Call[None]) -> RawReply:
    """Read a JSON output, or what there is to show of another that is no table.

    Raises: NotFound, ArtifactCorrupt, QueryRefused.
    """
    opened = await call.project()
    return RawReply(await opened.workbench.value(_artifact(call)))


def _sort(text: str | None) -> tuple[SortKey, ...]:
    return tuple(
        SortKey(unquote(name.removeprefix("-")), descending=name.startswith("-"))
        for name in _encoded_names(text, most=MAX_SORT_KEYS)
    )


def _filter(text: str | None) -> Filter:
    """Read a filter from its JSON. Raises: RequestRefused."""
    if text is None:
        return Filter()
    from pydantic import TypeAdapter

    from flowstone.web.json_text import decode
    from flowstone.web.wire.tables import TableFilter

    return filter_of(decode(text, TypeAdapter(TableFilter)))


def column_names(text: str | None, *, most: int) -> tuple[str, ...]:
    """Return the columns that a query names. Raises: RequestRefused, when they are too many."""
    return tuple(unquote(name) for name in _encoded_names(text, most=most))


def _encoded_names(text: str | None, *, most: int) -> list[str]:
    """Split names at their commas; a comma within a name, or a minus before it, is percent-encoded."""
    names = [] if not text else text.split(",")
    if len(names) > most:
        raise RequestRefused(f"At most {most} columns can be named")
    return names
