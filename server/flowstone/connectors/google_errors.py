"""Turns what Google's clients raise into errors of ours, in words for the person at the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flowstone.errors.connectors import (
    ConnectorError,
    CredentialsMissing,
    JobFailed,
    OptionInvalid,
    PermissionMissing,
    ServiceUnavailable,
    TargetChanged,
    TargetExists,
    TargetMissing,
)

PERMISSION = re.compile(r"\b(?:storage|bigquery|resourcemanager|serviceusage|iam)\.[a-zA-Z]+\.[a-zA-Z]+\b")
BUSY_REASONS = frozenset({"rateLimitExceeded", "backendError", "jobBackendError", "userRateLimitExceeded"})
"""Reasons that another attempt may mend. Source: BigQuery, "Error messages"."""
QUOTA_REASONS = frozenset({"quotaExceeded", "billingTierLimitExceeded", "bytesBilledLimitExceeded"})


@contextmanager
def google_errors(doing: str, *, target: str) -> Iterator[None]:
    """Raise our own errors for Google's, saying what was being done to what.

    Raises: the ConnectorError that fits, with Google's own as its cause.
    """
    import requests
    from google.api_core import exceptions as api
    from google.auth import exceptions as auth

    try:
        yield
    except api.GoogleAPIError as failed:
        raise translated(failed, doing=doing, target=target) from failed
    except (auth.RefreshError, auth.DefaultCredentialsError) as failed:
        raise _credentials_error(failed) from failed
    except (auth.TransportError, requests.RequestException, ConnectionError, TimeoutError) as failed:
        raise _unreachable(failed, doing, target) from failed


def translated(failed: Exception, *, doing: str, target: str) -> ConnectorError:
    """Return the error of ours for one of google.api_core's."""
    from google.api_core import exceptions as api

    words, details = _words(failed), {"target": target, "reason": reason_of(failed)}
    if isinstance(failed, api.RetryError):
        return _unreachable(failed, doing, target)
    if is_transient(failed):
        return ServiceUnavailable(
            f"Google could not take the request while {doing} {target}: {words}",
            hint="It was repeated for a while; run the block again later.",
            details=details,
        )
    if reason_of(failed) in QUOTA_REASONS:
        return JobFailed(
            f"A limit was reached while {doing} {target}: {words}",
            hint="Repeating does not help: raise the quota, or the connection's maximum_bytes_billed.",
            details=details,
        )
    if isinstance(failed, (api.Forbidden, api.Unauthorized)):
        return _permission_error(words, doing, target)
    return _by_status(failed, words, doing, target, details)


def _by_status(failed: Exception, words: str, doing: str, target: str, details: dict[str, Any]) -> ConnectorError:
    from google.api_core import exceptions as api

    if isinstance(failed, api.NotFound):
        return TargetMissing(
            f"{target} was not found while {doing} it: {words}",
            hint="Check project, name and location in connections.yaml; a dataset is created only with create_dataset.",
            details=details,
        )
    if isinstance(failed, api.PreconditionFailed):
        return TargetChanged(
            f"{target} was written by somebody else in the meantime",
            hint="Run the block again if this frame shall have the last word.",
            details=details,
        )
    if isinstance(failed, api.Conflict):
        return TargetExists(f"{target} is there already: {words}", hint="Choose if_exists.", details=details)
    if isinstance(failed, api.BadRequest):
        return JobFailed(f"Google refused {doing} {target}: {words}", hint="Mend what it names.", details=details)
    if isinstance(failed, api.RequestRangeNotSatisfiable):
        return OptionInvalid(f"{target} is shorter than what was asked for", details=details)
    return ConnectorError(f"{doing.capitalize()} {target} failed: {words}", details=details)


def is_transient(failed: Exception) -> bool:
    """Say whether another attempt may succeed where this one failed."""
    import requests
    from google.api_core import exceptions as api

    if reason_of(failed) in QUOTA_REASONS:
        return False
    if isinstance(failed, (requests.ConnectionError, requests.Timeout, ConnectionError, TimeoutError)):
        return True
    busy = (api.TooManyRequests, api.ServerError)
    return isinstance(failed, busy) or getattr(failed, "code", None) == 408 or reason_of(failed) in BUSY_REASONS


def reason_of(failed: Exception) -> str:
    """Return Google's machine-readable reason, or an empty text."""
    errors = getattr(failed, "errors", None) or []
    first = errors[0] if isinstance(errors, (list, tuple)) and errors else {}
    return str(first.get("reason", "")) if isinstance(first, dict) else ""


def _words(failed: Exception) -> str:
    errors = getattr(failed, "errors", None) or []
    messages = [str(one["message"]) for one in errors if isinstance(one, dict) and one.get("message")]
    text = messages[0] if messages else str(getattr(failed, "message", None) or failed)
    return text if len(text) <= 2000 else text[:2000] + "…"


def _permission_error(words: str, doing: str, target: str) -> ConnectorError:
    found = PERMISSION.search(words)
    permission = found.group(0) if found else None
    missing = f"the permission {permission}" if permission else "a permission"
    return PermissionMissing(
        f"The account lacks {missing} for {doing} {target}: {words}",
        hint=f"Ask an owner of the project to grant a role with {permission or 'it'} to the account that is used here.",
        details={"target": target, "permission": permission},
    )


def _credentials_error(failed: Exception) -> ConnectorError:
    text = str(failed)
    clock = " If the account is right, check this machine's clock." if "invalid_grant" in text.lower() else ""
    return CredentialsMissing(
        f"Google does not accept the credentials: {text}",
        hint=f"Sign in again with `gcloud auth application-default login`.{clock}",
    )


def _unreachable(failed: Exception, doing: str, target: str) -> ConnectorError:
    return ServiceUnavailable(
        f"Google did not answer while {doing} {target}: {failed}",
        hint="Check the network and the connection's endpoint, then run the block again.",
        details={"target": target},
    )
