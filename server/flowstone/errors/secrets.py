"""What can go wrong with secrets that are kept by name."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class SecretRefused(FlowstoneError):
    """A secret's name or value is not one that is kept."""

    code = "secret_refused"


class SecretsUnreadable(FlowstoneError):
    """The file with a project's secrets cannot be decrypted with the key that is here."""

    code = "secrets_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "The stored secrets cannot be read with this account's key",
            hint="If the key is lost for good, delete the project's file in ~/.local/state/flowstone/secrets, "
            "and write the secrets again.",
        )
