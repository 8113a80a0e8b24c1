"""What a query process answers to each question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flowstone.engine.questions import (
    Arranged,
    ArrangementQuestion,
    ChartQuestion,
    Compared,
    ComparisonQuestion,
    DifferenceQuestion,
    ExportQuestion,
    Question,
    SampleQuestion,
    Stored,
    SummaryQuestion,
    WindowQuestion,
)
from flowstone.engine.worker.stored_rows import Rows
from flowstone.engine.worker.tables import open_table, write_table
from flowstone.model.chart import Drawn
from flowstone.model.output import Output
from flowstone.model.summary import Summaries
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.codec import encode

if TYPE_CHECKING:
    from flowstone.engine.worker.exports import Exporting


def answers_to(question: Question) -> Iterator[bytes]:
    """Answer a question, piece by piece where that is how it is asked.

    Raises: FlowstoneError, and whatever reading damaged data raises.
    """
    if question.window is not None:
        yield _window(question.window)
    elif question.arrangement is not None:
        yield encode(_arranged(question.arrangement))
    elif question.summary is not None:
        yield encode(_summaries(question.summary))
    elif question.export is not None and question.export.is_size:
        yield encode(_exporting(question.export).size())
    elif question.export is not None:
        yield from _exporting(question.export).pieces()
        yield b""
    elif question.comparison is not None:
        yield encode(_compared(question.comparison))
    elif question.difference is not None:
        yield _difference(question.difference)
    elif question.chart is not None:
        yield encode(_drawn(question.chart))
    elif question.sample is not None:
        yield encode(_sampled(question.sample))
    elif question.missing is not None:
        table = open_table(stored_file(question.missing.stored))
        yield encode([int(column.null_count) for column in table.columns])


def stored_file(stored: Stored) -> Path:
    """Return the file to read, copied to this machine if need be. Raises: NotFound; StoreUnreachable."""
    if stored.artifact is None:
        return Path(stored.path)
    return open_artifacts(stored.path).find(stored.artifact).path


def _window(question: WindowQuestion) -> bytes:
    from flowstone.engine.worker.windows import read_window

    numbers = None if question.numbers is None else Path(question.numbers)
    return to_stream(read_window(stored_file(question.stored), question.window, numbers))


def _arranged(question: ArrangementQuestion) -> Arranged:
    from flowstone.engine.worker.row_numbers import arrange

    rows = Rows(open_table(stored_file(question.stored)))
    target = Path(question.target)
    return Arranged(arrange(rows, question.view, target, scratch=target.parent))


def _summaries(question: SummaryQuestion) -> Summaries:
    from flowstone.engine.worker.summaries import summarise

    rows = Rows(open_table(stored_file(question.stored)))
    return Summaries(summarise(rows, [rows.place(key) for key in question.columns]))


def _exporting(question: ExportQuestion) -> Exporting:
    from flowstone.engine.worker.exports import Exporting
    from flowstone.engine.worker.row_numbers import open_numbers

    rows = Rows(open_table(stored_file(question.stored)))
    order = None if question.numbers is None else open_numbers(Path(question.numbers), rows)
    return Exporting(rows, order, question.export)


def _compared(question: ComparisonQuestion) -> Compared:
    from flowstone.engine.worker.comparison import difference

    store = open_artifacts(question.artifacts)
    found = (difference(store.find(first), store.find(second)) for first, second in question.pairs)
    return Compared(tuple(each for each in found if each is not None))


def _drawn(question: ChartQuestion) -> Drawn:
    from flowstone.engine.worker.chart_points import draw
    from flowstone.engine.worker.duck import spill_folder

    rows = Rows(open_table(stored_file(question.stored)))
    return draw(rows, question.chart, question.filter, scratch=spill_folder())


def _sampled(question: SampleQuestion) -> Output:
    """Store the first rows of a table, without what it was exactly."""
    table = open_table(stored_file(question.stored)).slice(0, question.rows)
    store = ArtifactStore(Path(question.target))
    made = write_table(store, table.to_batches(), table.schema, name=question.output.name, warnings=())
    return made.output


def _difference(question: DifferenceQuestion) -> bytes:
    """Return how two tables differ as JSON, or a page of the rows in which they do as an Arrow stream."""
    from flowstone.engine.worker.differences import comparing

    found = comparing(question)
    return encode(found.difference) if question.rows is None else to_stream(found.rows(question.rows))


def to_stream(table: pa.Table) -> bytes:
    """Return a table as an Arrow IPC stream."""
    sink: Any = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content
