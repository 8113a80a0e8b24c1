"""What a query process is asked, and what it answers that is no table: plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from flowstone.model.chart import Chart
from flowstone.model.difference import Difference
from flowstone.model.export import Export
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output
from flowstone.model.table_difference import RowsOfDifference
from flowstone.model.view import Filter, View
from flowstone.model.window import Window


@dataclass(frozen=True, slots=True)
class Stored:
    """Which file; with an `artifact`, the path is the address of the store that has it."""

    path: str
    artifact: ArtifactHash | None = None


@dataclass(frozen=True, slots=True)
class WindowQuestion:
    """Which window of which file; `numbers` is where the row numbers of its view are, if it is not as stored."""

    stored: Stored
    window: Window
    numbers: str | None = None


@dataclass(frozen=True, slots=True)
class ArrangementQuestion:
    """Which rows a view has, in which order: their numbers are to be written to a file."""

    stored: Stored
    view: View
    target: str


@dataclass(frozen=True, slots=True)
class Arranged:
    """How many rows a view has."""

    rows: int


@dataclass(frozen=True, slots=True)
class SummaryQuestion:
    """What columns of a file hold, by their keys."""

    stored: Stored
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportQuestion:
    """A file in another form, as a stream; or with `is_size`, how large that will be."""

    stored: Stored
    export: Export
    numbers: str | None = None
    is_size: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonQuestion:
    """How pairs of outputs differ that are in the store at an address."""

    artifacts: str
    pairs: tuple[tuple[ArtifactHash, ArtifactHash], ...]


@dataclass(frozen=True, slots=True)
class DifferenceQuestion:
    """How a table of the store at an address differs from an earlier one; with `rows`, that page of where it does.

    `key` None is one that is looked for, empty is none.
    """

    artifacts: str
    before: ArtifactHash
    after: ArtifactHash
    key: tuple[str, ...] | None = None
    rows: RowsOfDifference | None = None


@dataclass(frozen=True, slots=True)
class ChartQuestion:
    """What a chart draws of the rows of a stored table that a filter lets through."""

    stored: Stored
    chart: Chart
    filter: Filter


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """The first rows of a stored table are to be put into the store in a folder."""

    stored: Stored
    output: Output
    rows: int
    target: str


@dataclass(frozen=True, slots=True)
class MissingQuestion:
    """How many values each column of a stored table lacks."""

    stored: Stored


@dataclass(frozen=True, slots=True)
class Question:
    """One of them."""

    window: WindowQuestion | None = None
    arrangement: ArrangementQuestion | None = None
    summary: SummaryQuestion | None = None
    export: ExportQuestion | None = None
    comparison: ComparisonQuestion | None = None
    difference: DifferenceQuestion | None = None
    chart: ChartQuestion | None = None
    sample: SampleQuestion | None = None
    missing: MissingQuestion | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """How the pairs differ; a pair that says the same has none."""

    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, in words for a person."""

    message: str
    hint: str = ""
