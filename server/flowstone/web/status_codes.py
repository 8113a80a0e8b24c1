"""Which HTTP status each error of ours has, in one table."""

from __future__ import annotations

from flowstone.errors import cluster, connectors, engine, git, language, notebook, secrets, source, store, web
from flowstone.errors.base import FlowstoneError, InvalidProject, SourceError

# The first class that fits counts, so that the narrow ones come first.
STATUS_CODES: tuple[tuple[type[FlowstoneError], int], ...] = (
    (store.NotFound, 404),
    (store.AlreadyExists, 409),
    (store.EditConflict, 409),
    (store.MergeConflict, 409),
    (store.ProjectBusy, 409),
    (store.PathRefused, 400),
    (store.DiskFull, 507),
    (store.ArtifactCorrupt, 410),
    (store.LedgerUnusable, 503),
    (engine.RunNotActive, 409),
    (engine.RunNotResumable, 409),
    (engine.QueryRefused, 422),
    (engine.ExecutorUnavailable, 503),
    (language.FormatRefused, 422),
    (language.ToolUnusable, 503),
    (secrets.SecretRefused, 422),
    (secrets.SecretsUnreadable, 503),
    (git.GitRefused, 422),
    (git.NoRepository, 404),
    (git.GitMissing, 501),
    (notebook.NotebookUnreadable, 422),
    (notebook.NotebookUnwritable, 422),
    (source.FileTooLarge, 413),
    (SourceError, 422),
    (InvalidProject, 422),
    (engine.BlockFailure, 422),
    (connectors.ConnectorError, 502),
    (cluster.StoreUnreachable, 502),
    (cluster.ExtraMissing, 501),
)


def status_of(error: FlowstoneError) -> int:
    """Return the status with which an error is answered; 500 for one that no client can mend."""
    if isinstance(error, web.RequestRefused):
        return error.status
    return next((status for kind, status in STATUS_CODES if isinstance(error, kind)), 500)
