"""What can go wrong between a block and a lake or warehouse."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class ConnectorError(FlowstoneError):
    """A lake or a warehouse did not do what it was asked to."""

    code = "connector"


class ConnectorUnknown(ConnectorError):
    """A connection's type has no connector."""

    code = "connector_unknown"


class SettingsInvalid(ConnectorError):
    """A connection's settings are incomplete or contradict each other."""

    code = "connection_settings"


class CredentialsMissing(ConnectorError):
    """No credentials were found, or they cannot be read."""

    code = "credentials_missing"


class PermissionMissing(ConnectorError):
    """The service says that the account lacks a permission."""

    code = "permission_missing"


class TargetMissing(ConnectorError):
    """A path, table, bucket or dataset is not there."""

    code = "target_missing"


class TargetExists(ConnectorError):
    """The target holds something already, and `if_exists` says to fail."""

    code = "target_exists"


class TargetChanged(ConnectorError):
    """Someone else wrote the target in the meantime; nothing of ours was published."""

    code = "target_changed"


class SchemaMismatch(ConnectorError):
    """The frame's columns do not fit the target's."""

    code = "schema_mismatch"


class KeysInvalid(ConnectorError):
    """Rows that are to be merged cannot be told apart by their keys."""

    code = "keys_invalid"


class LocationMismatch(ConnectorError):
    """Two services of one transfer are in different places."""

    code = "location_mismatch"


class OptionInvalid(ConnectorError):
    """An option of a read or write is unknown, out of range or contradicts another."""

    code = "option_invalid"


class ServiceUnavailable(ConnectorError):
    """The service did not answer, or not in time, and retries did not help."""

    code = "service_unavailable"


class JobFailed(ConnectorError):
    """A warehouse job ended with an error."""

    code = "job_failed"


class OutcomeUnknown(ConnectorError):
    """The service may or may not have applied a write; it must be looked at before it is repeated."""

    code = "outcome_unknown"


class InputEmpty(ConnectorError):
    """A frame without rows was to replace what is there."""

    code = "input_empty"


class ValueNotStorable(ConnectorError):
    """A frame holds something that no column type of a lake or warehouse can keep as it is."""

    code = "value_not_storable"
