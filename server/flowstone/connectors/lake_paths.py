"""Paths within a lake: their manners, formats, and the `column=value` folders of datasets."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import get_args
from urllib.parse import unquote

from flowstone.errors.connectors import OptionInvalid
from flowstone.model.connections import FileFormat

SUFFIXES: dict[str, FileFormat] = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".arrow": "arrow",
    ".feather": "arrow",
}
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
PART_PREFIX = "part-"
MANIFEST = "_manifest.json"
SUCCESS = "_SUCCESS"


def clean_path(path: str) -> str:
    """Return a path without slashes at its ends. Raises: OptionInvalid, when it is empty or leaves the lake."""
    parts = path.strip("/").split("/")
    if any(part in {"", ".", ".."} or any(ord(sign) < 32 for sign in part) for part in parts) or path[:1] == "/":
        raise OptionInvalid(
            f"{path!r} is no path within a lake", hint="Use a relative path such as trips/2024.parquet."
        )
    return "/".join(parts)


def clean_prefix(prefix: str) -> str:
    """Return what paths are to start with. Raises: OptionInvalid, when it leaves the lake."""
    if prefix.startswith("/") or ".." in prefix.split("/"):
        raise OptionInvalid(f"{prefix!r} is no path within a lake", hint="Use a relative path such as trips/2024.")
    return prefix


def format_of(path: str) -> FileFormat | None:
    """Return the format that a path's suffix names, if it names one."""
    return SUFFIXES.get(PurePosixPath(path).suffix.lower())


def chosen_format(path: str, given: FileFormat | None) -> FileFormat:
    """Return the format to use for a path: the one given, else its suffix's, else Parquet.

    Raises: OptionInvalid, when there is no such format, or the two contradict each other.
    """
    if given is not None and given not in get_args(FileFormat):
        raise OptionInvalid(f"There is no format {given!r}", hint=f"Use one of {', '.join(get_args(FileFormat))}.")
    named = format_of(path)
    if given and named and given != named:
        raise OptionInvalid(f"{path!r} is named like {named}, but the format is to be {given}")
    return given or named or "parquet"


def is_visible(path: str) -> bool:
    """Say whether a file belongs to readers: nothing on its path starts with a dot or an underscore."""
    return not any(part[:1] in {".", "_"} for part in path.split("/"))


def partition_values(path: str) -> dict[str, str | None]:
    """Read the `column=value` folders of a path. Source: Apache Hive's layout; values are percent-encoded."""
    folders = path.split("/")[:-1]
    pairs = [folder.split("=", 1) for folder in folders if "=" in folder]
    return {unquote(name): None if value == NULL_PARTITION else unquote(value) for name, value in pairs}


def is_part(path: str) -> bool:
    """Say whether a file is named as the parts of datasets are."""
    return PurePosixPath(path).name.startswith(PART_PREFIX)


def dataset_of(path: str) -> str:
    """Return the folder of the dataset that a part would belong to: the one above its `column=value` folders."""
    folders = path.split("/")[:-1]
    while folders and "=" in folders[-1]:
        folders.pop()
    return "/".join(folders)


def is_pattern(path: str) -> bool:
    """Say whether a path is a glob."""
    return any(sign in path for sign in "*?[")


def glob_prefix(pattern: str) -> str:
    """Return what every match of a glob starts with."""
    return re.split(r"[*?\[]", pattern, maxsplit=1)[0]


def glob_regex(pattern: str) -> re.Pattern[str]:
    """Translate a glob: `**` crosses folders, `*` and `?` do not."""
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern)
    return re.compile("".join(signs.get(t) or (t if t[0] == "[" and len(t) > 1 else re.escape(t)) for t in tokens))
