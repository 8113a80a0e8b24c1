"""The project's files as a whole: the tree, moves and the trash, search, and looking at data files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flowstone.errors.engine import QueryRefused
from flowstone.errors.web import RequestRefused
from flowstone.web.call import Call, RawReply, Reply
from flowstone.web.wire import files as wire

if TYPE_CHECKING:
    from flowstone.store.file_edits import FileEdit
    from flowstone.store.uploads import Upload
    from flowstone.web.open_project import OpenProject

SEARCH_WITHIN_S = 8.0
PREVIEW_WITHIN_S = 20.0
MAX_PICTURE_BYTES = 20 << 20
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".ico")


async def read_tree(call: Call[None]) -> Reply[wire.FileTree]:
    """List files and folders. Raises: NotFound."""
    from flowstone.store.tree import read_tree as listed

    opened = await call.project()
    entries, truncated = await asyncio.to_thread(listed, opened.root)
    views = [
        wire.TreeEntryView(
            path=entry.path,
            is_folder=entry.is_folder,
            size_bytes=entry.size_bytes,
            modified_at=entry.modified_at,
            is_editable=entry.is_editable,
        )
        for entry in entries
    ]
    return Reply(wire.FileTree(entries=views, truncated=truncated))


async def edit_files(call: Call[wire.FileEditRequest]) -> Reply[wire.FilesEdited]:
    """Move, delete or put back. Raises: NotFound, AlreadyExists, PathRefused, BadId, EditConflict, DiskFull."""
    from flowstone.store.file_edits import edit_files as edited

    opened = await call.project()
    done = await asyncio.to_thread(edited, opened.root, _edit_of(call.body))
    await _tell(opened, done.paths)
    return Reply(wire.FilesEdited(undo=edit_view(done.undo), pipelines=list(done.pipelines)))


async def _tell(opened: OpenProject, paths: tuple[str, ...]) -> None:
    await opened.changed_on_disk(frozenset(paths))


def _edit_of(body: wire.FileEditRequest) -> FileEdit:
    from flowstone.store import file_edits as edits

    match body:
        case wire.MoveFile():
            return edits.Move(body.path, body.to)
        case wire.DeleteFile():
            return edits.Delete(body.path)
        case wire.RestoreFile():
            return edits.Restore(body.deleted, body.path)
        case wire.MakeFolder():
            return edits.MakeFolder(body.path)


def edit_view(edit: FileEdit) -> wire.FileEditRequest:
    """Return an edit of files as it travels."""
    from flowstone.store import file_edits as edits

    match edit:
        case edits.Move(path, to):
            return wire.MoveFile(op="move", path=path, to=to)
        case edits.Delete(path):
            return wire.DeleteFile(op="delete", path=path)
        case edits.Restore(deleted, path):
            return wire.RestoreFile(op="restore", deleted=deleted, path=path)
        case edits.MakeFolder(path):
            return wire.MakeFolder(op="make_folder", path=path)


async def list_deleted(call: Call[None]) -> Reply[list[wire.DeletedFile]]:
    """List what is in the trash, the newest first. Raises: NotFound; PathRefused."""
    from flowstone.store.trash import deleted_files

    opened = await call.project()
    found = await asyncio.to_thread(deleted_files, opened.root)
    return Reply([wire.DeletedFile(id=one.id, path=one.path, at=one.at) for one in found])


async def take_in(call: Call[Upload]) -> Reply[wire.Uploaded]:
    """Put a file that has come in into its place. Raises: AlreadyExists; PathRefused; DiskFull."""
    opened = await call.project()
    made_way = await asyncio.to_thread(call.body.finish)
    await _tell(opened, (call.body.path,))
    return Reply(
        wire.Uploaded(
            path=call.body.path,
            size_bytes=call.body.received_bytes,
            undo=wire.DeleteFile(op="delete", path=call.body.path),
            replaced=None if made_way is None else wire.DeletedFile(id=made_way.id, path=made_way.path, at=made_way.at),
        )
    )


async def search_files(call: Call[None]) -> Reply[wire.FileFindings]:
    """Search in names and texts, in a process that is ended when it takes too long. Raises: QueryRefused."""
    from pydantic import TypeAdapter

    from flowstone.engine.errands import run_errand

    opened = await call.project()
    question = {
        "root": str(opened.root),
        "text": call.text("text") or "",
        "is_regex": call.number("regex") == 1,
        "is_exact_case": call.number("case") == 1,
    }
    answer = await run_errand("search", question, within_s=SEARCH_WITHIN_S)
    if not answer.is_whole:
        raise QueryRefused(
            "The search took too long", hint="Search for something simpler, or for the words as they are."
        )
    return Reply(TypeAdapter(wire.FileFindings).validate_python(answer.said["found"]))


async def preview_file(call: Call[None]) -> RawReply:
    """Read a window of a data file as an Arrow IPC stream of texts. Raises: NotFound; PathRefused; QueryRefused."""
    from flowstone.engine.errands import run_errand

    opened = await call.project()
    question = {
        "root": str(opened.root),
        "path": call.path["path"],
        "offset": call.number("offset"),
        "limit": call.number("limit"),
    }
    answer = await run_errand("preview", question, within_s=PREVIEW_WITHIN_S)
    if not answer.is_whole:
        raise QueryRefused("The file takes too long to read", hint="Read it with a loader.")
    return RawReply(answer.content)


async def read_picture(call: Call[None]) -> RawReply:
    """Read a picture as it is. Raises: NotFound; PathRefused; RequestRefused, for what is none or too large."""
    opened = await call.project()
    path = call.path["path"]
    if not path.lower().endswith(PICTURE_SUFFIXES):
        raise RequestRefused(f"{path[:200]} is no picture")
    return RawReply(await asyncio.to_thread(_picture, opened, path))


def _picture(opened: OpenProject, path: str) -> bytes:
    import os

    from flowstone.store.paths import Beneath

    with Beneath(opened.root) as beneath:
        descriptor, facts = beneath.open_file(path)
        with os.fdopen(descriptor, "rb") as file:
            if facts.st_size > MAX_PICTURE_BYTES:
                raise RequestRefused(f"A picture of up to {MAX_PICTURE_BYTES >> 20} MiB is shown")
            return file.read(MAX_PICTURE_BYTES)
