"""What a block's output depends on, part by part, and the one hash of it all."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from glob import glob
from pathlib import Path

from flowstone.engine.file_hashes import MISSING, FileHashes
from flowstone.engine.modules import ProjectModules, block_hash, packages_of
from flowstone.model.block import DUCKDB, Block, Language
from flowstone.model.connections import ConnectionSettings
from flowstone.model.freshness import Part, PartKind
from flowstone.model.ids import BlockId, Fingerprint
from flowstone.model.params import ResolvedParam
from flowstone.model.rules import OnFailure
from flowstone.model.run import BlockResult
from flowstone.model.source import BlockSource, argument_upstreams
from flowstone.model.sql_tokens import normal_foreign_sql, normal_sql

MAGIC = frozenset("*?[")
LOGICAL_DATE = "logical_date"
PYTHON = ".".join(platform.python_version_tuple()[:2])
FORMS = {"pl.": "polars", "polars": "polars", "pa.": "pyarrow", "pyarrow": "pyarrow", "duckdb": "duckdb"}
"""What in an annotation says which package an input comes in; without any of these it is pandas."""


def own_parts(
    block: Block,
    source: BlockSource,
    text: str,
    *,
    upstream: tuple[BlockId, ...],
    params: tuple[ResolvedParam, ...],
    connections: Mapping[str, ConnectionSettings],
    modules: ProjectModules,
    project_root: Path,
    files: FileHashes,
    logical_date: str | None = None,
) -> tuple[Part, ...]:
    """Return every part but the upstreams' contents: code, modules, packages, params, connections, declared files.

    The logical date is one for a block that reads it, where there is a run.

    Raises: OSError, when a file that is there cannot be read.
    """
    used = [use.connection for use in source.connections]
    if source.language is Language.SQL and block.engine != DUCKDB:
        used.append(block.engine)
    return (
        *_code_parts(block, source, text, modules),
        *_engine_parts(block, source),
        *(Part(PartKind.PARAM, p.name, json.dumps(p.value)) for p in params if _has_value(p, source)),
        *_order_parts(source, upstream),
        *_map_parts(block),
        *(Part(PartKind.CONNECTION, name, _connection_hash(connections.get(name))) for name in used),
        *(Part(PartKind.FILE, path, files.hash(project_root / path)) for path in _declared(block, project_root)),
        *([Part(PartKind.RUN, LOGICAL_DATE, logical_date)] if logical_date and source.reads_logical_date else []),
    )


def _order_parts(source: BlockSource, upstream: tuple[BlockId, ...]) -> tuple[Part, ...]:
    """Return which upstream feeds which argument, where names do not say it: a table's name in SQL always does."""
    pairs = argument_upstreams(source, upstream)
    tells_by_name = source.language is Language.SQL or all(parameter == up for parameter, up in pairs)
    if tells_by_name or len(pairs) < 2:
        return ()
    return (Part(PartKind.ORDER, "inputs", ", ".join(f"{parameter}={up}" for parameter, up in pairs)),)


def _map_parts(block: Block) -> tuple[Part, ...]:
    """Return how a block is taken apart; how wide it runs changes nothing of what it gives."""
    if block.mapped is None:
        return ()
    mapped = block.mapped
    facts = [mapped.over, mapped.into, mapped.by, mapped.rows, mapped.on_failure is OnFailure.SKIP]
    return (Part(PartKind.PARAM, "map", json.dumps(facts)),)


def _has_value(param: ResolvedParam, source: BlockSource) -> bool:
    """Say whether a param's value is known here; a default that is no literal is in the code, which is a part."""
    if param.origin != "default" or param.value is not None:
        return True
    return any(spec.name == param.name and spec.default_text == "None" for spec in source.params)


def upstream_parts(
    upstream: tuple[BlockId, ...], results: Mapping[BlockId, BlockResult | None], *, pending: str
) -> tuple[Part, ...]:
    """Return the upstreams' parts: the hash of what each gave, or `pending` where that does not count."""
    return tuple(Part(PartKind.UPSTREAM, up, _content(results.get(up), pending)) for up in sorted(upstream))


def fingerprint(parts: tuple[Part, ...]) -> Fingerprint:
    """Return the hash of all parts but the run's moment: BLAKE2b of 128 bits over their JSON.

    The moment is compared apart, by runs that must not reuse what another moment gave: see `moment_of`.
    """
    text = json.dumps([[part.kind.value, part.what, part.value] for part in parts if part.kind is not PartKind.RUN])
    return Fingerprint(hashlib.blake2b(text.encode(), digest_size=16).hexdigest())


def moment_of(parts: tuple[Part, ...]) -> str | None:
    """Return the logical date that something was made for; None where its block does not ask."""
    return next((part.value for part in parts if part.kind is PartKind.RUN), None)


def _code_parts(block: Block, source: BlockSource, text: str, modules: ProjectModules) -> tuple[Part, ...]:
    if source.language is Language.SQL:
        normal = normal_sql(text) if block.engine == DUCKDB else normal_foreign_sql(text)
        return (Part(PartKind.SOURCE, "code", _text_hash(normal)),)
    if source.language is not Language.PYTHON:
        return (Part(PartKind.SOURCE, "code", _text_hash(text)),)
    imports = modules.imports_of(source.imports)
    packages = {**_input_packages(source), **dict(imports.packages), "python": PYTHON}
    return (
        Part(PartKind.SOURCE, "code", block_hash(text)),
        *(Part(PartKind.MODULE, path, value) for path, value in imports.modules),
        *(Part(PartKind.PACKAGE, name, value) for name, value in sorted(packages.items())),
    )


def _input_packages(source: BlockSource) -> dict[str, str]:
    """Return the packages that a block's inputs are made with, which it need not import itself."""
    annotations = [spec.annotation for spec in source.inputs] or [""] * source.takes_all
    names = {next((name for short, name in FORMS.items() if short in text), "pandas") for text in annotations}
    return {name: version for top in names for name, version in packages_of(top).items()}


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
