"""The routes of the project's files as a whole: a part of the table of `routes.py`."""

from __future__ import annotations

from flowstone.web.route import (
    ARROW_STREAM,
    BYTES,
    MAX_UPLOAD_BYTES,
    IntegerQuery,
    Route,
    TextQuery,
)
from flowstone.web.wire import files

PROJECT = "/projects/{project}"
MAX_OFFSET = 2**53 - 1

FILE_ROUTES: tuple[Route, ...] = (
    Route("GET", PROJECT + "/tree", "file_tree.read_tree", "List files and folders.", answer=files.FileTree),
    Route(
        "POST",
        PROJECT + "/tree/edits",
        "file_tree.edit_files",
        "Move or delete a file or folder, make a folder, or put back what was deleted.",
        request=files.FileEditRequest,
        answer=files.FilesEdited,
    ),
    Route(
        "GET",
        PROJECT + "/tree/deleted",
        "file_tree.list_deleted",
        "List what was deleted here and can be put back, the newest first.",
        answer=list[files.DeletedFile],
    ),
    Route(
        "GET",
        PROJECT + "/search",
        "file_tree.search_files",
        "Search in the names and the texts of the project's files.",
        answer=files.FileFindings,
        query=(
            TextQuery("text", "What to look for.", 500),
            IntegerQuery("regex", "1: it is a regular expression.", 0, 0, 1),
            IntegerQuery("case", "1: capital letters count.", 0, 0, 1),
        ),
    ),
    Route(
        "PUT",
        PROJECT + "/uploads/{path}",
        "file_tree.take_in",
        "Bring a data file in: its content is the body, written to disk as it comes.",
        answer=files.Uploaded,
        query=(IntegerQuery("replace", "1: a file that is there goes to the trash for it.", 0, 0, 1),),
        takes_file=True,
        max_body_bytes=MAX_UPLOAD_BYTES,
    ),
    Route(
        "GET",
        PROJECT + "/previews/{path}",
        "file_tree.preview_file",
        "Read a window of a Parquet, CSV or JSON file as an Arrow IPC stream of texts.",
        media_type=ARROW_STREAM,
        query=(
            IntegerQuery("offset", "The first row.", 0, 0, MAX_OFFSET),
            IntegerQuery("limit", "How many rows at most.", 200, 1, 1_000),
        ),
    ),
    Route(
        "GET",
        PROJECT + "/pictures/{path}",
        "file_tree.read_picture",
        "Read a picture as it is.",
        media_type=BYTES,
    ),
)
