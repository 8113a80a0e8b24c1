"""What the columns of a stored table hold, and tickets to download it."""

from __future__ import annotations

import re

from flowstone.errors.web import RequestRefused
from flowstone.model.ids import ArtifactHash
from flowstone.model.summary import MAX_SUMMARISED
from flowstone.web.call import Call, Reply
from flowstone.web.downloads import Ticket, path_of
from flowstone.web.resources.outputs import column_names
from flowstone.web.views.tables import export_of, summary_view
from flowstone.web.wire import tables as wire

UNFIT = re.compile(r"[^\w .()+-]+")


async def read_summary(call: Call[None]) -> Reply[wire.TableSummary]:
    """Sum some columns up. Raises: NotFound; ArtifactCorrupt; QueryRefused; RequestRefused, for none or too many."""
    opened = await call.project()
    columns = column_names(call.text("columns"), most=MAX_SUMMARISED)
    found = await opened.workbench.tables.summaries(ArtifactHash(call.path["hash"]), columns)
    return Reply(wire.TableSummary(columns=[summary_view(one) for one in found]))


async def prepare_download(call: Call[wire.NewDownload]) -> Reply[wire.DownloadView]:
    """Make a download ready: its view is put in order, its size estimated, and a ticket issued to this session.

    Raises: NotFound; ArtifactCorrupt; QueryRefused, when it cannot be had in that form.
    """
    if call.session is None:
        raise RequestRefused("A download is of a session")
    opened = await call.project()
    artifact, export = ArtifactHash(call.path["hash"]), export_of(call.body)
    size = await opened.workbench.tables.export_size(artifact, export)
    name = f"{UNFIT.sub('_', call.body.name).strip(' .') or 'output'}.{export.format}"
    ticket = call.services.downloads.issue(Ticket(call.path["project"], artifact, export, name, call.session))
    return Reply(
        wire.DownloadView(
            path=path_of(ticket),
            file_name=name,
            rows=size.rows,
            columns=size.columns,
            estimated_bytes=size.estimated_bytes,
        )
    )
