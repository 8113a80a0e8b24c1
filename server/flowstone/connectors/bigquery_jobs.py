"""Runs BigQuery jobs that have a name before they start, so that none is ever run twice by mistake."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flowstone.connectors.google_errors import google_errors, is_transient
from flowstone.errors.connectors import JobFailed, OutcomeUnknown, ServiceUnavailable

SUBMIT_ATTEMPTS = 5
KNOWN_FAILURES = 20
"""How many failed jobs of a name are stepped over before giving up."""
FIRST_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job that is done. `is_adopted`: it had been started before, by an attempt whose end nobody saw."""

    job: Any
    is_adopted: bool


def is_applied(job: Any | None) -> bool:
    """Say whether a job has ended well."""
    return job is not None and job.state == "DONE" and not job.error_result


def _names(job_id: str) -> list[str]:
    """Return what the tries of a job are called, in order: one that is known to have failed is not named again."""
    return [job_id, *(f"{job_id}_{number}" for number in range(2, KNOWN_FAILURES))]


class JobRunner:
    """Starts named jobs and waits for them. Units: patience_s, how long one request is repeated."""

    def __init__(
        self, client: Any, location: str | None, *, patience_s: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._location = location
        self._patience_s = patience_s
        self._sleep = sleep

    def run(self, job_id: str, start: Callable[[str], Any], *, target: str, doing: str) -> FinishedJob:
        """Start the job, or adopt the one of that name, and wait for its end.

        A job of that name that is known to have failed has applied nothing: the next name is used then.
        Raises: JobFailed, with the service's words; OutcomeUnknown, when nobody can tell whether it was applied;
            ServiceUnavailable, when it never started; the ConnectorError that fits.
        """
        with google_errors(doing, target=target):
            for name in _names(job_id):
                job, is_adopted = self._submit(name, start, target)
                if is_adopted and job.state == "DONE" and job.error_result:
                    continue
                job.result(retry=self.retry)
                return FinishedJob(job, is_adopted)
        raise JobFailed(f"{doing.capitalize()} {target} failed {KNOWN_FAILURES} times", hint="See the jobs' errors.")

    def find(self, job_id: str) -> Any | None:
        """Look a job up; None when there is none. Raises: ConnectorError."""
        from google.api_core.exceptions import NotFound

        with google_errors("looking up", target=f"job {job_id}"):
            try:
                return self._client.get_job(job_id, location=self._location, retry=self.retry)
            except NotFound:
                return None

    def find_standing(self, job_id: str) -> Any | None:
        """Look up the job that `run` would adopt: the first of its names that is not known to have failed."""
        for name in _names(job_id):
            job = self.find(name)
            if job is None or not (job.state == "DONE" and job.error_result):
                return job
        return None

    @property
    def retry(self) -> Any:
        """Google's own rule of what to repeat, bounded by our patience."""
        from google.cloud.bigquery import DEFAULT_RETRY

        return DEFAULT_RETRY.with_timeout(self._patience_s)

    def _submit(self, job_id: str, start: Callable[[str], Any], target: str) -> tuple[Any, bool]:
        """Insert the job. After a reply that never came, look whether it is there before asking again."""
        from google.api_core.exceptions import Conflict

        last: Exception | None = None
        for attempt in range(SUBMIT_ATTEMPTS):
            try:
                return start(job_id), False
            except Conflict:
                return self._client.get_job(job_id, location=self._location, retry=self.retry), True
            except Exception as failed:
                if not is_transient(failed):
                    raise
                last = failed
            found = self._find_after_doubt(job_id, target, last)
            if found is not None:
                return found, False
            self._sleep(FIRST_PAUSE_S * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, no secret
        raise ServiceUnavailable(
            f"BigQuery did not take the job for {target}: {last}",
            hint="Nothing was written. Run the block again later.",
            details={"target": target, "job": job_id},
        ) from last

    def _find_after_doubt(self, job_id: str, target: str, last: Exception) -> Any | None:
        try:
            return self.find(job_id)
        except ServiceUnavailable as still_away:
            raise OutcomeUnknown(
                f"BigQuery stopped answering while {target} was being written: {last}",
                hint=f"Run the block again: job {job_id} is adopted if it was taken, and nothing is written twice.",
                details={"target": target, "job": job_id},
            ) from still_away
