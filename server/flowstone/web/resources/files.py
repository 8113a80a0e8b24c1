"""Text files of a project: listed, read, saved."""

from __future__ import annotations

import asyncio

from flowstone.web import wire_types as wire
from flowstone.web.call import Call, Reply


async def list_files(call: Call[None]) -> Reply[wire.FileList]:
    """List the project's files. Raises: NotFound."""
    from flowstone.store.texts import list_files as listed

    opened = await call.project()
    files, truncated = await asyncio.to_thread(listed, opened.root)
    entries = [
        wire.FileEntry(path=file.path, size_bytes=file.size_bytes, is_editable=file.is_editable) for file in files
    ]
    return Reply(wire.FileList(files=entries, truncated=truncated))


async def read_file(call: Call[None]) -> Reply[wire.FileView]:
    """Read a text file. Raises: NotFound, PathRefused, EncodingInvalid, FileTooLarge."""
    from flowstone.store.texts import read_text

    opened = await call.project()
    found = await asyncio.to_thread(read_text, opened.root, call.path["path"])
    return Reply(wire.FileView(path=found.path, text=found.text, etag=found.etag), etag=found.etag)


async def save_file(call: Call[wire.SaveFile]) -> Reply[wire.FileSaved]:
    """Save a text file. Raises: AlreadyExists, EditConflict, PathRefused, FileTooLarge, DiskFull."""
    from flowstone.store.texts import save_text

    opened = await call.project()
    saved = await asyncio.to_thread(save_text, opened.root, call.path["path"], call.body.text, if_match=call.if_match)
    opened.saved(saved.path, saved.etag)
    return Reply(wire.FileSaved(path=saved.path, etag=saved.etag), etag=saved.etag)
