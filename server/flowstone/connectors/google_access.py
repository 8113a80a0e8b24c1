"""How the Google clients of a connection sign in: by default credentials, a key file, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flowstone.connectors.options import Options
from flowstone.errors.connectors import CredentialsMissing

ACCESS_OPTIONS = frozenset({"project", "endpoint", "credentials_file", "credentials", "anonymous"})
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
SIGN_IN_HINT = (
    "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS, "
    "or give the connection `credentials_file`."
)


@dataclass(frozen=True, slots=True)
class GoogleAccess:
    """Which project, at which endpoint, as whom."""

    project: str | None
    endpoint: str | None
    credentials_file: str | None
    is_anonymous: bool
    key: str | None = field(default=None, repr=False)
    """A service account's key itself, as JSON."""

    def client_arguments(self) -> dict[str, Any]:
        """Return what Google's clients want to be made with. Raises: CredentialsMissing."""
        arguments: dict[str, Any] = {"credentials": self._credentials(), "project": self.project}
        if self.endpoint:
            arguments["client_options"] = {"api_endpoint": self.endpoint}
        return arguments

    def _credentials(self) -> Any:
        if self.is_anonymous:
            from google.auth.credentials import AnonymousCredentials

            return AnonymousCredentials()  # type: ignore[no-untyped-call]
        if self.key:
            return _from_key(self.key)
        return self._from_file() if self.credentials_file else self._default()

    def _from_file(self) -> Any:
        import google.auth
        from google.auth.exceptions import GoogleAuthError

        try:
            return google.auth.load_credentials_from_file(self.credentials_file, scopes=SCOPES)[0]  # type: ignore[no-untyped-call]
        except (OSError, ValueError, GoogleAuthError) as refused:
            raise CredentialsMissing(
                f"The key file {self.credentials_file!r} cannot be used: {refused}", hint=SIGN_IN_HINT
            ) from refused

    def _default(self) -> Any:
        import google.auth
        from google.auth.exceptions import GoogleAuthError

        try:
            return google.auth.default(scopes=SCOPES)[0]
        except GoogleAuthError as refused:
            raise CredentialsMissing("No Google credentials were found on this machine", hint=SIGN_IN_HINT) from refused


def _from_key(key: str) -> Any:
    import json

    import google.auth
    from google.auth.exceptions import GoogleAuthError

    try:
        return google.auth.load_credentials_from_dict(json.loads(key), scopes=SCOPES)[0]  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, AttributeError, GoogleAuthError) as refused:
        raise CredentialsMissing(
            "The key in `credentials` is no service account's key in JSON", hint="Paste the whole key file's content."
        ) from refused


def google_access(options: Options) -> GoogleAccess:
    """Read a connection's ACCESS_OPTIONS. Raises: SettingsInvalid.

    An endpoint without TLS is an emulator's: no credentials are ever sent in the clear.
    """
    endpoint = options.text("endpoint")
    is_plain = endpoint is not None and urlsplit(endpoint).scheme == "http"
    if endpoint is not None and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise options.invalid(f"has an endpoint {endpoint!r} that is no URL", hint="Write http://host:port.")
    return GoogleAccess(
        project=options.text("project") or ("flowstone" if is_plain else None),
        endpoint=endpoint,
        credentials_file=options.text("credentials_file"),
        is_anonymous=options.flag("anonymous") or is_plain,
        key=options.text("credentials"),
    )
