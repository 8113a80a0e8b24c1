"""The library of ready-made blocks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flowstone.web import wire_types as wire
from flowstone.web.call import Call, Reply

if TYPE_CHECKING:
    from flowstone.model.source import ParamSpec
    from flowstone.store.library import LibraryEntry


async def read_library(call: Call[None]) -> Reply[wire.Library]:  # noqa: ARG001
    """List the ready-made blocks."""
    from flowstone.store.library import library

    return Reply(wire.Library(blocks=[_view(entry) for entry in await asyncio.to_thread(library)]))


def _view(entry: LibraryEntry) -> wire.LibraryBlock:
    return wire.LibraryBlock(
        id=entry.id,
        kind=entry.source.kind,
        language=entry.source.language,
        title=entry.source.title,
        description=entry.source.description,
        text=entry.text,
        params=[_param(spec) for spec in entry.source.params],
    )


def _param(spec: ParamSpec) -> wire.LibraryParam:
    return wire.LibraryParam(
        name=spec.name,
        type=spec.type,
        annotation=spec.annotation,
        required=spec.required,
        default=spec.default,
        default_text=spec.default_text,
        choices=list(spec.choices),
    )
