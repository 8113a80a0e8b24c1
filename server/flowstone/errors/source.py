"""What can be wrong in block files, pipelines and settings: each error knows its file, line and column."""

from __future__ import annotations

from flowstone.errors.base import SourceError


class SyntaxInvalid(SourceError):
    """A block file or a YAML file does not parse."""

    code = "syntax"


class EncodingInvalid(SourceError):
    """A text file is not UTF-8."""

    code = "encoding"


class FileTooLarge(SourceError):
    """A file of the project passes the size that Flowstone opens."""

    code = "too_large"


class NoBlockFunction(SourceError):
    """A block file has no function with @loader, @transformer, @exporter or @sensor."""

    code = "no_block_function"


class SeveralBlockFunctions(SourceError):
    """A block file has more than one block function."""

    code = "several_block_functions"


class SignatureInvalid(SourceError):
    """A block function's parameters cannot be filled: too many, too few, or of an unknown form."""

    code = "signature"


class UnknownKey(SourceError):
    """A YAML file has a key that Flowstone does not know."""

    code = "unknown_key"


class DuplicateKey(SourceError):
    """A YAML mapping has the same key twice, as after a careless merge."""

    code = "duplicate_key"


class WrongType(SourceError):
    """A YAML value is of another type than its key asks for."""

    code = "wrong_type"


class WrongValue(SourceError):
    """A YAML value or param is of the right type and out of its range."""

    code = "wrong_value"


class YamlRefused(SourceError):
    """A YAML file uses what Flowstone does not accept: anchors, aliases, tags, merge keys or endless depth."""

    code = "yaml_refused"


class BadId(SourceError):
    """An id does not match `^[a-z][a-z0-9_]{0,62}$`."""

    code = "bad_id"


class CycleFound(SourceError):
    """A pipeline's blocks wait for each other in a circle."""

    code = "cycle"


class UpstreamMissing(SourceError):
    """A block names an upstream that the pipeline does not have."""

    code = "upstream_missing"


class BlockFileMissing(SourceError):
    """A pipeline names a block file that does not exist, or is not a plain file."""

    code = "block_file_missing"


class VariableMissing(SourceError):
    """A `${env:NAME}` or `${secret:NAME}` has no value."""

    code = "variable_missing"


class ConnectionInvalid(SourceError):
    """A connection's settings are incomplete or contradict each other."""

    code = "connection_invalid"


class NewerVersion(SourceError):
    """A YAML file was written for a newer Flowstone; this one neither guesses at it nor changes it."""

    code = "newer_version"


class CircularImport(SourceError):
    """Block files import each other in a circle."""

    code = "circular_import"


class EditImpossible(SourceError):
    """A YAML file is written in a way that an edit cannot be put into without touching more than it means to."""

    code = "edit_impossible"
