"""One write to a BigQuery table: planned, staged where readers could notice, published by one job.

Source: decision 0010, "A BigQuery job has its name before it starts".
"""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from flowstone.connectors.bigquery_jobs import FinishedJob, JobRunner
from flowstone.connectors.bigquery_types import differences, table_schema
from flowstone.connectors.google_errors import google_errors
from flowstone.connectors.table_order import input_empty, schema_mismatch, target_exists
from flowstone.errors.connectors import JobFailed, OptionInvalid
from flowstone.model.connections import IfExists, WriteContext
from flowstone.model.output import Receipt

EDITED_AFTER = dt.timedelta(seconds=1)
"""How long after a copy job's end a table may still show a change that was the job's own."""
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
    if_exists: IfExists
    partition_by: str | None
    cluster_by: tuple[str, ...]
    started: float
    occasion: str = ""
    """Tells this write from an equal earlier one of the same run that something else has overwritten since."""

    @property
    def name(self) -> str:
        """The table's full name."""
        return str(self.target)


class TableWriter:
    """Carries out writes with one client."""

    def __init__(self, client: Any, runner: JobRunner, context: WriteContext, location: str | None) -> None:
        self._client = client
        self._runner = runner
        self._labels = labels_of(context)
        self._location = location

    def run(self, write: TableWrite) -> Receipt:
        """Do it and say what was done.

        Raises: TargetExists; InputEmpty; SchemaMismatch; OptionInvalid; JobFailed; the ConnectorError that fits.
        """
        there = self._find_table(write)
        if there is not None:
            self._check_layout_kept(write, there)
        if write.if_exists == "replace":
            return self._replace(write, there)
        if there is None and _is_applied(self._runner.find(_job_id(write, "load"))):
            write = replace(write, occasion="_gone")  # adopting that job would not bring the table back
        return self._append(write, there) if write.if_exists == "append" else self._create(write, there)

    def _create(self, write: TableWrite, there: Any | None) -> Receipt:
        if there is not None:
            earlier = self._runner.find(_job_id(write, "load"))
            if earlier is None or (earlier.state == "DONE" and earlier.error_result):
                raise target_exists(write.name)
        done = self._load(write, write.target, "WRITE_EMPTY")
        return self._receipt(write, [done], "created")

    def _append(self, write: TableWrite, there: Any | None) -> Receipt:
        if there is not None:
            self._check_fits(write, there)
            if not write.rows:
                return self._receipt(write, [], "skipped")
        done = self._load(write, write.target, "WRITE_APPEND")
        return self._receipt(write, [done], "created" if there is None else "appended")

    def _replace(self, write: TableWrite, there: Any | None) -> Receipt:
        """Load beside the table, compare the count, then let one copy job put it in place."""
        if there is not None and not write.rows:
            raise input_empty(write.name)
        reference = _sibling(write.target, f"_flowstone_stage_{write.id[:24]}")
        published = self._runner.find(_job_id(write, "copy"))
        if published is not None and _was_edited_since(there, published):
            write = replace(write, occasion=f"_{there.modified:%Y%m%d%H%M%S%f}" if there is not None else "_gone")
            published = None
        if published is None or (published.state == "DONE" and published.error_result):
            loaded = self._load(write, reference, "WRITE_TRUNCATE", stage=self._make_stage(write, reference, there))
            self._check_count(write, loaded)
        copied = self._runner.run(
            _job_id(write, "copy"),
            lambda name: self._copy(name, reference, write),
            target=write.name,
            doing="replacing",
        )
        with google_errors("clearing the stage of", target=write.name):
            self._client.delete_table(reference, not_found_ok=True, retry=self._runner.retry)
        return self._receipt(write, [copied], "created" if there is None else "replaced")

    def _find_table(self, write: TableWrite) -> Any | None:
        from google.api_core.exceptions import NotFound

        with google_errors("looking at", target=write.name):
            try:
                return self._client.get_table(write.target, retry=self._runner.retry)
            except NotFound:
                return None

    def _make_stage(self, write: TableWrite, reference: Any, there: Any | None) -> str:
        """Make the table to load into, unless it is there, and return a word that no other stage has.

        The word goes into the load job's name: a stage that has expired takes its rows along, and its job may not
        be adopted for the next one.
        """
        from google.cloud import bigquery

        stage = bigquery.Table(reference, schema=_google_schema(write))
        stage.expires = dt.datetime.now(dt.UTC) + STAGE_LIFETIME
        stage.labels = self._labels
        stage.time_partitioning = self._partitioning(write) or (there.time_partitioning if there else None)
        stage.clustering_fields = list(write.cluster_by) or (there.clustering_fields if there else None)
        with google_errors("making the stage of", target=write.name):
            made = self._client.create_table(stage, exists_ok=True, retry=self._runner.retry)
        return f"_{made.created:%Y%m%d%H%M%S%f}"

    def _load(self, write: TableWrite, destination: Any, disposition: str, *, stage: str = "") -> FinishedJob:
        from google.cloud import bigquery

        config = bigquery.LoadJobConfig(
            source_format=bigquery.SourceFormat.PARQUET,
            schema=_google_schema(write),
            write_disposition=disposition,
            autodetect=False,
            labels=self._labels,
        )
        config.parquet_options = bigquery.ParquetOptions.from_api_repr({"enableListInference": True})
        if destination == write.target and disposition != "WRITE_TRUNCATE":
            config.time_partitioning = self._partitioning(write)
            config.clustering_fields = list(write.cluster_by) or None

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

        return self._runner.run(_job_id(write, f"load{stage}"), start, target=write.name, doing="writing")

    def _copy(self, name: str, source: Any, write: TableWrite) -> Any:
        from google.cloud import bigquery

        config = bigquery.CopyJobConfig(write_disposition="WRITE_TRUNCATE", labels=self._labels)
        return self._client.copy_table(
            source, write.target, job_id=name, location=self._location, job_config=config, retry=self._runner.retry
        )

    def _partitioning(self, write: TableWrite) -> Any | None:
        from google.cloud import bigquery

        if not write.partition_by:
            return None
        return bigquery.TimePartitioning(type_=bigquery.TimePartitioningType.DAY, field=write.partition_by)

    def _check_layout_kept(self, write: TableWrite, there: Any) -> None:
        """Refuse a layout that the table has not: a hint that would be dropped in silence helps nobody."""
        partitioned = there.time_partitioning.field if there.time_partitioning else None
        clustered = tuple(there.clustering_fields or ())
        for word, asked, has in [
            ("partitioned", write.partition_by, partitioned),
            ("clustered", write.cluster_by, clustered),
        ]:
            if asked and asked != has:
                raise OptionInvalid(
                    f"The table {write.name} is {word} by {has or 'nothing'}, and cannot become {word} by {asked}",
                    hint="Leave the layout out to keep the table's own, or delete the table first.",
                )

    def _check_fits(self, write: TableWrite, there: Any) -> None:
        found = differences([field.to_api_repr() for field in there.schema], table_schema(write.schema))
        if found:
            raise schema_mismatch(write.name, found)

    def _check_count(self, write: TableWrite, loaded: FinishedJob) -> None:
        rows = loaded.job.output_rows
        if rows is not None and rows != write.rows:
            raise JobFailed(
                f"{rows} rows of {write.rows} arrived in the stage of {write.name}; the table is untouched",
                hint="Run the block again.",
            )

    def _receipt(self, write: TableWrite, jobs: list[FinishedJob], action: str) -> Receipt:
        is_adopted = bool(jobs) and all(job.is_adopted for job in jobs)
        return Receipt(
            target=f"bigquery://{write.name}",
            rows=write.rows,
            size_bytes=write.file.stat().st_size,
            seconds=time.monotonic() - write.started,
            action="adopted" if is_adopted else action,
            job_ids=tuple(job.job.job_id for job in jobs),
            facts={"location": self._location, "digest": write.digest},
        )


def _google_schema(write: TableWrite) -> list[Any]:
    from google.cloud.bigquery import SchemaField

    return [SchemaField.from_api_repr(field) for field in table_schema(write.schema)]


def _sibling(table: Any, name: str) -> Any:
    from google.cloud.bigquery import DatasetReference

    return DatasetReference(table.project, table.dataset_id).table(name)


def _job_id(write: TableWrite, step: str) -> str:
    return f"flowstone_{write.id}_{step}{write.occasion}"


def _is_applied(job: Any | None) -> bool:
    return job is not None and job.state == "DONE" and not job.error_result


def _was_edited_since(there: Any | None, published: Any) -> bool:
    """Say whether a table no longer holds what a finished copy job put there."""
    if not _is_applied(published) or published.ended is None:
        return False
    return there is None or (there.modified is not None and there.modified > published.ended + EDITED_AFTER)


def labels_of(context: WriteContext) -> dict[str, str]:
    """Return the labels of jobs and tables. Source: BigQuery allows lower-case letters, digits, `_`, `-`, 63 signs."""
    facts = {"pipeline": context.pipeline, "block": context.block, "run": context.run}
    return {
        f"flowstone_{key}": re.sub(r"[^a-z0-9_-]", "_", value.lower())[:63] for key, value in facts.items() if value
    }
