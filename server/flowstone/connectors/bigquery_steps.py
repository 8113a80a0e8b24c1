"""What every write to a BigQuery table is made of: look, stage, load, copy, run a statement, clear away.

Source: decision 0010, "A BigQuery job has its name before it starts".
"""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from flowstone.connectors.bigquery_jobs import FinishedJob, JobRunner
from flowstone.connectors.bigquery_types import differences, table_schema
from flowstone.connectors.google_errors import google_errors
from flowstone.connectors.table_options import TableOrder
from flowstone.connectors.table_order import schema_mismatch
from flowstone.errors.connectors import JobFailed, OptionInvalid
from flowstone.model.connections import WriteContext
from flowstone.model.output import Receipt

LOAD = "load"
"""The step that loads rows into the table itself."""
STAGE_LIFETIME = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TableWrite:
    """What is to be written where: a Parquet file with known content, and what was asked for."""

    file: Path
    schema: pa.Schema
    rows: int
    digest: str
    id: str
    target: Any
    """A google.cloud.bigquery.TableReference."""
    order: TableOrder
    started: float
    occasion: str = ""
    """Tells this write from an equal earlier one of the same run that something else has overwritten since."""

    @property
    def name(self) -> str:
        """The table's full name."""
        return str(self.target)

    @property
    def stored(self) -> pa.Schema:
        """The columns that the table gets."""
        return pa.schema([self.schema.field(name) for name in self.order.stored(self.schema.names)])


class Steps:
    """Takes the steps of writes with one client."""

    def __init__(
        self,
        client: Any,
        runner: JobRunner,
        context: WriteContext,
        location: str | None,
        *,
        maximum_bytes_billed: int | None = None,
    ) -> None:
        self._client = client
        self._runner = runner
        self._labels = labels_of(context)
        self._location = location
        self._maximum_bytes_billed = maximum_bytes_billed

    def find_job(self, write: TableWrite, step: str) -> Any | None:
        """Look up the job of a step; None when none was started, or all that were have failed."""
        return self._runner.find_standing(job_id(write, step))

    def find_table(self, write: TableWrite) -> Any | None:
        """Look up the table that is written to; None when there is none."""
        from google.api_core.exceptions import NotFound

        with google_errors("looking at", target=write.name):
            try:
                return self._client.get_table(write.target, retry=self._runner.retry)
            except NotFound:
                return None

    def make_table(self, write: TableWrite) -> Any:
        """Make the table that is written to, without rows, unless it is there by now."""
        with google_errors("making", target=write.name):
            return self._client.create_table(
                self._described(write, write.target, None), exists_ok=True, retry=self._runner.retry
            )

    def load_stage(self, write: TableWrite, there: Any | None, *, columns_of: Any | None = None) -> None:
        """Load the rows beside the table, and see that all have arrived; into the columns of a table if it is given.

        Raises: JobFailed.
        """
        stage = self._described(write, stage_of(write), there)
        if columns_of is not None:
            stage.schema = columns_of.schema
        stage.expires = dt.datetime.now(dt.UTC) + STAGE_LIFETIME
        with google_errors("making the stage of", target=write.name):
            made = self._client.create_table(stage, exists_ok=True, retry=self._runner.retry)
        # A stage that has expired took its rows along, and its job may not be adopted for the next one.
        step = f"{LOAD}_{made.created:%Y%m%d%H%M%S%f}"
        loaded = self._load(write, stage_of(write), "WRITE_TRUNCATE", step=step, there=columns_of)
        rows = loaded.job.output_rows
        if rows is not None and rows != write.rows:
            raise JobFailed(
                f"{rows} rows of {write.rows} arrived in the stage of {write.name}; the table is untouched",
                hint="Run the block again.",
            )

    def clear_stage(self, write: TableWrite) -> None:
        """Remove the stage, if it is there."""
        with google_errors("clearing the stage of", target=write.name):
            self._client.delete_table(stage_of(write), not_found_ok=True, retry=self._runner.retry)

    def load(self, write: TableWrite, disposition: str, there: Any | None) -> FinishedJob:
        """Load the rows into the table itself, which gets its layout if it is new. Raises: JobFailed."""
        return self._load(write, write.target, disposition, step=LOAD, there=there)

    def copy(self, write: TableWrite, *, partition: str = "") -> FinishedJob:
        """Put the stage, or one partition of it, in the place of the table's. Raises: JobFailed."""
        from google.cloud import bigquery

        config = bigquery.CopyJobConfig(write_disposition="WRITE_TRUNCATE", labels=self._labels)
        source, target = (_part(table, partition) for table in (stage_of(write), write.target))

        def start(name: str) -> Any:
            return self._client.copy_table(
                source, target, job_id=name, location=self._location, job_config=config, retry=self._runner.retry
            )

        return self._runner.run(job_id(write, copy_step(partition)), start, target=write.name, doing="replacing")

    def execute(self, write: TableWrite, sql: str, *, step: str) -> FinishedJob:
        """Run a statement within the budget of the connection. Raises: JobFailed."""
        from google.cloud import bigquery

        config = bigquery.QueryJobConfig(labels=self._labels)
        if self._maximum_bytes_billed is not None:
            config.maximum_bytes_billed = self._maximum_bytes_billed

        def start(name: str) -> Any:
            # Without a name's own retry: a lost answer is looked into by the runner.
            return self._client.query(sql, job_id=name, location=self._location, job_config=config, job_retry=None)

        return self._runner.run(job_id(write, step), start, target=write.name, doing="merging into")

    def fit(self, write: TableWrite, there: Any) -> Any:
        """See that the rows fit a table, which is changed where that was asked for; return it as it then is.

        Raises: SchemaMismatch, with what differs.
        """
        wanted = _evolved(there.schema, self.new_columns(write, there), write)
        if wanted == list(there.schema):
            return there
        there.schema = wanted
        with google_errors("changing the columns of", target=write.name):
            return self._client.update_table(there, ["schema"], retry=self._runner.retry)

    def new_columns(self, write: TableWrite, there: Any) -> list[str]:
        """Return the columns that a table has to gain for the rows to fit. Raises: SchemaMismatch."""
        found = differences([field.to_api_repr() for field in there.schema], table_schema(write.stored))
        words = found.words(evolution=write.order.evolution)
        if words:
            raise schema_mismatch(write.name, words)
        return [name for name in write.stored.names if name.lower() in found.only_in_frame]

    def estimate(self, sql: str) -> int | None:
        """Ask, by a dry run that costs nothing, how many bytes a query would read."""
        from google.cloud import bigquery

        config = bigquery.QueryJobConfig(labels=self._labels, dry_run=True, use_query_cache=False)
        with google_errors("estimating", target="a query"):
            job = self._client.query(sql, job_config=config, location=self._location, retry=self._runner.retry)
        return int(job.total_bytes_processed or 0)

    def check_layout_kept(self, write: TableWrite, there: Any) -> None:
        """Refuse a layout that the table has not: a hint that would be dropped in silence helps nobody."""
        order, layout = write.order, there.time_partitioning
        partitioned = f"{layout.type_.lower()} of {layout.field}" if layout else "nothing"
        asked = f"{order.granularity} of {order.partition_by}"
        clustered = tuple(there.clustering_fields or ())
        for word, wanted, has in [
            ("partitioned", asked if order.partition_by else "", partitioned),
            ("clustered", ", ".join(order.cluster_by), ", ".join(clustered) or "nothing"),
        ]:
            if wanted and wanted != has:
                raise OptionInvalid(
                    f"The table {write.name} is {word} by {has}, and cannot become {word} by {wanted}",
                    hint="Leave the layout out to keep the table's own, or delete the table first.",
                )

    def receipt(self, write: TableWrite, jobs: list[FinishedJob], action: str, **facts: Any) -> Receipt:
        """Say what was done."""
        is_adopted = bool(jobs) and all(job.is_adopted for job in jobs)
        return Receipt(
            target=f"bigquery://{write.name}",
            rows=write.rows,
            size_bytes=write.file.stat().st_size,
            seconds=time.monotonic() - write.started,
            action="adopted" if is_adopted else action,
            job_ids=tuple(job.job.job_id for job in jobs),
            facts={"location": self._location, "digest": write.digest, **facts},
        )

    def _described(self, write: TableWrite, reference: Any, there: Any | None) -> Any:
        """Return a table as it is to be made, with the layout of the one there unless another was asked for."""
        from google.cloud import bigquery

        is_stage = reference != write.target
        table = bigquery.Table(reference, schema=_fields(write.schema if is_stage else write.stored))
        table.labels = self._labels
        table.time_partitioning = _partitioning(write) or (there.time_partitioning if there else None)
        table.clustering_fields = list(write.order.cluster_by) or (there.clustering_fields if there else None)
        return table

    def _load(
        self, write: TableWrite, destination: Any, disposition: str, *, step: str, there: Any | None = None
    ) -> FinishedJob:
        from google.cloud import bigquery

        config = bigquery.LoadJobConfig(
            source_format=bigquery.SourceFormat.PARQUET,
            schema=list(there.schema) if there is not None else _fields(write.schema),
            write_disposition=disposition,
            autodetect=False,
            labels=self._labels,
        )
        config.parquet_options = bigquery.ParquetOptions.from_api_repr({"enableListInference": True})
        if destination == write.target and there is None:
            config.time_partitioning = _partitioning(write)
            config.clustering_fields = list(write.order.cluster_by) or None

        def start(name: str) -> Any:
            with write.file.open("rb") as source:
                return self._client.load_table_from_file(
                    source,
                    destination,
                    size=write.file.stat().st_size,
                    job_id=name,
                    location=self._location,
                    job_config=config,
                )

        return self._runner.run(job_id(write, step), start, target=write.name, doing="writing")


def _evolved(schema: Any, new_columns: list[str], write: TableWrite) -> list[Any]:
    """Return a table's columns as they are to be: with the frame's new ones, and none that has to have a value."""
    from google.cloud.bigquery import SchemaField

    kept = [field.to_api_repr() for field in schema]
    if write.order.evolution == "relax":
        kept = [{**field, "mode": "NULLABLE"} if field.get("mode") == "REQUIRED" else field for field in kept]
    new = [field for field in table_schema(write.stored) if field["name"] in new_columns]
    return [SchemaField.from_api_repr(field) for field in [*kept, *new]]


def _partitioning(write: TableWrite) -> Any | None:
    from google.cloud.bigquery import TimePartitioning

    order = write.order
    return TimePartitioning(type_=order.granularity.upper(), field=order.partition_by) if order.partition_by else None


def _fields(schema: pa.Schema) -> list[Any]:
    from google.cloud.bigquery import SchemaField

    return [SchemaField.from_api_repr(field) for field in table_schema(schema)]


def _part(table: Any, partition: str) -> Any:
    return _beside(table, f"{table.table_id}${partition}") if partition else table


def _beside(table: Any, name: str) -> Any:
    from google.cloud.bigquery import DatasetReference

    return DatasetReference(table.project, table.dataset_id).table(name)


def stage_of(write: TableWrite) -> Any:
    """Return the name of the table beside the one written to, where its rows wait."""
    return _beside(write.target, f"_flowstone_stage_{write.id[:24]}")


def copy_step(partition: str = "") -> str:
    """Return the step that copies a partition, or all."""
    return f"copy_{partition}" if partition else "copy"


def job_id(write: TableWrite, step: str) -> str:
    """Return the name of a step's job, known before it starts."""
    return f"flowstone_{write.id}_{step}{write.occasion}"


def labels_of(context: WriteContext) -> dict[str, str]:
    """Return the labels of jobs and tables. Source: BigQuery allows lower-case letters, digits, `_`, `-`, 63 signs."""
    facts = {"pipeline": context.pipeline, "block": context.block, "run": context.run}
    return {
        f"flowstone_{key}": re.sub(r"[^a-z0-9_-]", "_", value.lower())[:63] for key, value in facts.items() if value
    }
