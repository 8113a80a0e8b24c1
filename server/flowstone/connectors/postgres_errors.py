"""Turns what psycopg raises into errors of ours, in words for the person at the screen."""

from __future__ import annotations

from typing import Any

from flowstone.errors.connectors import (
    ConnectorError,
    CredentialsMissing,
    JobFailed,
    PermissionMissing,
    SchemaMismatch,
    ServiceUnavailable,
    TargetMissing,
    ValueNotStorable,
)


def translated(failed: Any, doing: str, place: str) -> ConnectorError:
    """Return the error of ours for one of psycopg's."""
    import psycopg.errors as pg
    from psycopg import DataError, OperationalError

    words, details = str(failed).strip(), {"target": place}
    is_connecting = isinstance(failed, OperationalError) and failed.sqlstate is None
    if isinstance(failed, (pg.InvalidPassword, pg.InvalidAuthorizationSpecification)) or (
        is_connecting and "password" in words
    ):
        return CredentialsMissing(f"{place} does not let us in: {words}", hint="Check user and password in the url.")
    if isinstance(failed, pg.InsufficientPrivilege):
        return PermissionMissing(
            f"The user lacks a permission for {doing} at {place}: {words}",
            hint="Ask the owner to GRANT it.",
            details=details,
        )
    if isinstance(failed, (pg.UndefinedTable, pg.InvalidSchemaName, pg.InvalidCatalogName)):
        return TargetMissing(f"Something is not there while {doing} at {place}: {words}", details=details)
    if isinstance(failed, (pg.DatatypeMismatch, pg.NumericValueOutOfRange, pg.NotNullViolation)):
        return SchemaMismatch(f"The frame does not fit while {doing} at {place}: {words}", details=details)
    if isinstance(failed, DataError) and failed.sqlstate is None:
        return ValueNotStorable(f"PostgreSQL takes no such value while {doing} at {place}: {words}", details=details)
    if is_connecting or (failed.sqlstate or "")[:2] in {"08", "53", "57"}:
        return ServiceUnavailable(
            f"{place} was lost while {doing}: {words}", hint="Check that it runs and can be reached.", details=details
        )
    return JobFailed(
        f"PostgreSQL failed while {doing} at {place}: {words}", hint="Mend what it names.", details=details
    )
