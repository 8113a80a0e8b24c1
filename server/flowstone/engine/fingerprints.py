"""What a block's output depends on, part by part, and the one hash of it all."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Iterable, Mapping
from glob import glob
from pathlib import Path

from flowstone.engine.modules import imports_of, packages_of, python_hash
from flowstone.model.block import DUCKDB, Block, Language
from flowstone.model.connections import ConnectionSettings
from flowstone.model.freshness import Part, PartKind
from flowstone.model.ids import BlockId, Fingerprint
from flowstone.model.params import ResolvedParam
from flowstone.model.run import BlockResult
from flowstone.model.source import BlockSource
from flowstone.model.sql_source import normal_sql
from flowstone.store.artifacts import hash_file

MISSING = "missing"
MAGIC = frozenset("*?[")
SETTLED_AFTER_NS = 1_000_000_000
"""A file's times may be this coarse: on FAT and some network disks two seconds, on most others milliseconds."""


def own_parts(
    block: Block,
    source: BlockSource,
    text: str,
    *,
    params: tuple[ResolvedParam, ...],
    connections: Mapping[str, ConnectionSettings],
    code_root: Path,
    project_root: Path,
    files: FileHashes,
) -> tuple[Part, ...]:
    """Return every part but the upstreams': code, modules, packages, params, connections and declared files.

    Raises: OSError, when a file that is there cannot be read.
    """
    used = [use.connection for use in source.connections]
    if source.language is Language.SQL and block.engine != DUCKDB:
        used.append(block.engine)
    return (
        *_code_parts(source, text, code_root),
        *_engine_parts(block, source),
        *(Part(PartKind.PARAM, p.name, json.dumps(p.value)) for p in params if _has_value(p, source)),
        *(Part(PartKind.CONNECTION, name, _connection_hash(connections.get(name))) for name in used),
        *(Part(PartKind.FILE, path, files.hash(project_root / path)) for path in _declared(block, project_root)),
    )


def _has_value(param: ResolvedParam, source: BlockSource) -> bool:
    """Say whether a param's value is known here; a default that is no literal is in the code, which is a part."""
    if param.origin != "default" or param.value is not None:
        return True
    return any(spec.name == param.name and spec.default_text == "None" for spec in source.params)


def upstream_parts(
    upstream: tuple[BlockId, ...], results: Mapping[BlockId, BlockResult | None], *, pending: str
) -> tuple[Part, ...]:
    """Return the upstreams' parts: the hash of what each gave, or `pending` where that does not count."""
    parts = [Part(PartKind.UPSTREAM, up, _content(results.get(up), pending)) for up in upstream]
    if len(parts) > 1:
        parts.append(Part(PartKind.ORDER, "inputs", ", ".join(upstream)))
    return tuple(parts)


def fingerprint(parts: tuple[Part, ...]) -> Fingerprint:
    """Return the hash of all parts: BLAKE2b of 128 bits over their JSON."""
    text = json.dumps([[part.kind.value, part.what, part.value] for part in parts])
    return Fingerprint(hashlib.blake2b(text.encode(), digest_size=16).hexdigest())


class FileHashes:
    """Hashes of data files, kept until a file's size, times or inode change.

    One that was written a moment ago is not kept: it may be written again in the same tick of the disk's clock.
    """

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int, int, int], str]] = {}

    def hash(self, path: Path) -> str:
        """Return the hash of a file's content; "missing" when there is none. Raises: OSError."""
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return MISSING
        if not path.is_file():
            return MISSING
        mark = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        known = self._known.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        content = hash_file(path)
        if time.time_ns() - found.st_ctime_ns > SETTLED_AFTER_NS:
            self._known[path] = (mark, content)
        return content


def _code_parts(source: BlockSource, text: str, code_root: Path) -> tuple[Part, ...]:
    if source.language is Language.SQL:
        return (Part(PartKind.SOURCE, "code", _text_hash(normal_sql(text))),)
    if source.language is not Language.PYTHON:
        return (Part(PartKind.SOURCE, "code", _text_hash(text)),)
    imports = imports_of(source.imports, root=code_root)
    version = ".".join(platform.python_version_tuple()[:2])
    return (
        Part(PartKind.SOURCE, "code", python_hash(text)),
        *(Part(PartKind.MODULE, path, value) for path, value in imports.modules),
        *(Part(PartKind.PACKAGE, name, value) for name, value in imports.packages),
        Part(PartKind.PACKAGE, "python", version),
    )


def _engine_parts(block: Block, source: BlockSource) -> tuple[Part, ...]:
    """Return what runs a SQL block here; a warehouse's version is its own business."""
    if source.language is not Language.SQL or block.engine != DUCKDB:
        return ()
    return tuple(Part(PartKind.PACKAGE, name, version) for name, version in packages_of(DUCKDB).items())


def _text_hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _connection_hash(settings: ConnectionSettings | None) -> str:
    if settings is None:
        return MISSING
    return _text_hash(json.dumps([settings.type, sorted(settings.options.items())], default=str))


def _declared(block: Block, project_root: Path) -> list[str]:
    """Expand a block's `files:`, folders to all in them.

    A pattern that matches nothing stays, so that a file's coming is noticed.
    """
    found: list[str] = []
    for pattern in block.files:
        matches = (path for path in _matches(pattern, project_root) if (project_root / path).is_file())
        found.extend(sorted(matches) or [pattern])
    return found


def _matches(pattern: str, project_root: Path) -> Iterable[str]:
    """Give paths relative to the project, as the pattern is; one that leaves the project does no harm."""
    is_folder = (project_root / pattern).is_dir()
    if not is_folder and not MAGIC & set(pattern):
        return (pattern,)
    wanted = f"{pattern.rstrip('/')}/**" if is_folder else pattern
    return glob(wanted, root_dir=project_root, recursive=True)  # noqa: PTH207 - Path.glob raises for some patterns


def _content(result: BlockResult | None, pending: str) -> str:
    if result is None:
        return pending
    return ",".join(f"{output.name}:{output.hash}" for output in result.outputs) or "nothing"
