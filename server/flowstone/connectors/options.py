"""Reads a connection's options: every one is known, has the right type, or is an error that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowstone.errors.connectors import SettingsInvalid
from flowstone.model.connections import ConnectionSettings

TRUE = {"true", "yes", "1", "on"}
FALSE = {"false", "no", "0", "off"}


class Options:
    """The options of one connection. An empty text counts as not given: an unset variable leaves one."""

    def __init__(self, settings: ConnectionSettings, *, known: frozenset[str]) -> None:
        self._settings = settings
        unknown = sorted(set(settings.options) - known)
        if unknown:
            raise self.invalid(
                f"has an option {unknown[0]!r} that {settings.type!r} does not know",
                hint=f"It knows: {', '.join(sorted(known))}.",
            )

    def invalid(self, what: str, *, hint: str = "") -> SettingsInvalid:
        """Make the error that says what is wrong with the connection."""
        name = self._settings.name
        return SettingsInvalid(f"Connection {name!r} {what}", hint=hint, details={"connection": name})

    def _given(self, name: str) -> Any:
        value = self._settings.options.get(name)
        return None if value == "" else value

    def text(self, name: str) -> str | None:
        """Return a text, or None. Raises: SettingsInvalid, when it is something else."""
        value = self._given(name)
        if value is None or isinstance(value, str):
            return value
        raise self.invalid(f"needs a text as {name!r}, not {value!r}")

    def required(self, name: str) -> str:
        """Return a text that must be there. Raises: SettingsInvalid."""
        value = self.text(name)
        if value is None:
            raise self.invalid(f"needs the option {name!r}", hint="Add it in connections.yaml.")
        return value

    def flag(self, name: str) -> bool:
        """Return yes or no, no when not given; texts count too, for they come from variables.

        Raises: SettingsInvalid, when it is neither.
        """
        value = self._given(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        word = str(value).lower()
        if word not in TRUE | FALSE:
            raise self.invalid(f"needs true or false as {name!r}, not {value!r}")
        return word in TRUE

    def count(self, name: str) -> int | None:
        """Return a whole number from 1, or None. Raises: SettingsInvalid."""
        value = self._given(name)
        if value is None:
            return None
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = 0
        if isinstance(value, bool) or number < 1:
            raise self.invalid(f"needs a whole number from 1 as {name!r}, not {value!r}")
        return number

    def path(self, name: str) -> Path:
        """Return a required path, relative ones beneath the project's folder. Raises: SettingsInvalid."""
        return Path(self._settings.root).absolute() / Path(self.required(name)).expanduser()
