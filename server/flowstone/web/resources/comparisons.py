"""What a block gave in its past runs, and how two tables differ."""

from __future__ import annotations

from flowstone.errors.web import RequestRefused
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.table_difference import MAX_KEY_COLUMNS, MAX_PAGE_COLUMNS, Part, RowsOfDifference
from flowstone.web.call import Call, RawReply, Reply
from flowstone.web.resources.outputs import column_names
from flowstone.web.views.comparisons import past_page_view, table_difference_view
from flowstone.web.wire import comparisons as wire


async def list_past_outputs(call: Call[None]) -> Reply[wire.PastOutputsPage]:
    """List what a block gave in past runs. Raises: NotFound; RequestRefused, for a cursor that is none."""
    opened = await call.project()
    page = await opened.workbench.insight.past_outputs(
        PipelineId(call.path["pipeline"]),
        BlockId(call.path["block"]),
        before=_cursor(call.text("before")),
        limit=call.number("limit"),
    )
    return Reply(past_page_view(page))


async def read_difference(call: Call[None]) -> Reply[wire.TableDifferenceView]:
    """Say how a table differs from an earlier one. Raises: NotFound, ArtifactCorrupt, QueryRefused."""
    opened = await call.project()
    before, after = _pair(call)
    return Reply(table_difference_view(await opened.workbench.insight.difference(before, after, key=_key(call))))


async def read_difference_rows(call: Call[None]) -> RawReply:
    """Read a page of the rows in which two tables differ. Raises: NotFound, ArtifactCorrupt, QueryRefused."""
    opened = await call.project()
    before, after = _pair(call)
    rows = RowsOfDifference(
        part=Part(call.text("part") or Part.ALL),
        offset=call.number("offset"),
        limit=call.number("limit"),
        columns=column_names(call.text("columns"), most=MAX_PAGE_COLUMNS),
    )
    return RawReply(await opened.workbench.insight.rows_of_difference(before, after, key=_key(call), rows=rows))


def _pair(call: Call[None]) -> tuple[ArtifactHash, ArtifactHash]:
    return ArtifactHash(call.path["before"]), ArtifactHash(call.path["hash"])


def _key(call: Call[None]) -> tuple[str, ...] | None:
    """Return the named columns; None where the key is to be found, and nothing where there is to be none."""
    if call.text("keyed") == "none":
        return ()
    return column_names(call.text("key"), most=MAX_KEY_COLUMNS) or None


def _cursor(text: str | None) -> tuple[float, RunId] | None:
    if text is None:
        return None
    started_at, _, run = text.partition("~")
    try:
        return float(started_at), RunId(run)
    except ValueError as wrong:
        raise RequestRefused("`before` is not where a page began", hint="Use the `next` of the page before.") from wrong
