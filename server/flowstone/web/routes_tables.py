"""The routes of what stored tables hold, and of downloads: rows of the table of routes."""

from __future__ import annotations

from flowstone.web.route import Route, TextQuery
from flowstone.web.wire import tables

OUTPUT = "/projects/{project}/outputs/{hash}"

TABLE_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        OUTPUT + "/summary",
        "tables.read_summary",
        "Say what some columns of a stored table hold: how many values, which, and how they lie.",
        answer=tables.TableSummary,
        query=(TextQuery("columns", "Keys of at most 64 columns, each percent-encoded, with commas between.", 60_000),),
    ),
    Route(
        "POST",
        OUTPUT + "/downloads",
        "tables.prepare_download",
        "Make a download ready, and say how large it will be; its `path` is then a link for this session.",
        request=tables.NewDownload,
        answer=tables.DownloadView,
        status=201,
    ),
)
