"""Past outputs and differences of tables, as they travel."""

from __future__ import annotations

from flowstone.model.past_output import PastOutputs, PastPage
from flowstone.model.table_difference import TableDifference
from flowstone.web.views.runs import output_view
from flowstone.web.wire import comparisons as wire


def past_page_view(page: PastPage) -> wire.PastOutputsPage:
    """Return a page of what a block gave in the past."""
    following = None if page.next is None else f"{page.next[0]!r}~{page.next[1]}"
    return wire.PastOutputsPage(entries=[_entry_view(entry) for entry in page.entries], next=following)


def _entry_view(entry: PastOutputs) -> wire.PastOutputsView:
    return wire.PastOutputsView(
        run=entry.run,
        started_at=entry.started_at,
        state=entry.state,
        outputs=[
            wire.PastOutputView(output=output_view(output), is_kept=is_kept)
            for output, is_kept in zip(entry.outputs, entry.kept, strict=True)
        ],
    )


def table_difference_view(found: TableDifference) -> wire.TableDifferenceView:
    """Return how two tables differ."""
    return wire.TableDifferenceView(
        rows_before=found.rows_before,
        rows_after=found.rows_after,
        key=list(found.key),
        is_key_unique=found.is_key_unique,
        added=found.added,
        removed=found.removed,
        changed=found.changed,
        columns=[
            wire.ColumnChangeView(name=each.name, before=each.before, after=each.after, rows=each.rows)
            for each in found.columns
        ],
    )
