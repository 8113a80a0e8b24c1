"""Runs of small pure blocks without workers: the engine's own code decides what is reused, this process computes."""

from __future__ import annotations

import builtins
import hashlib
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from flowstone.engine.assessment import Assessed, assess
from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.fingerprints import fingerprint, upstream_parts
from flowstone.engine.preparation import Code, CodeParts
from flowstone.model.block import Language
from flowstone.model.freshness import PENDING, Part
from flowstone.model.graph import topological_order
from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint, PipelineId, ProjectId, RunId
from flowstone.model.output import Output, OutputKind
from flowstone.model.project import Project
from flowstone.model.run import BlockResult
from flowstone.store.ledger.records import StoredResult
from flowstone.store.project_files import LoadedBlock, load_pipeline

LINE = PipelineId("line")


class MemoryResults:
    """Results in memory, with the rules of the ledger's: see `assessment.Results`."""

    def __init__(self) -> None:
        self._made: dict[BlockId, list[StoredResult]] = {}
        self.gone: set[ArtifactHash] = set()

    def newest(self, block: BlockId) -> StoredResult | None:
        return self._made[block][-1] if self._made.get(block) else None

    def for_fingerprint(self, block: BlockId, wanted: Fingerprint) -> StoredResult | None:
        return next((each for each in reversed(self._made.get(block, [])) if each.fingerprint == wanted), None)

    def is_there(self, result: BlockResult) -> bool:
        return not any(output.hash in self.gone for output in result.outputs)

    def add(self, block: BlockId, parts: tuple[Part, ...], result: BlockResult) -> None:
        stored = StoredResult(LINE, block, fingerprint(parts), RunId("r"), 0.0, parts, result)
        self._made.setdefault(block, []).append(stored)
        self.gone -= {output.hash for output in result.outputs}


@dataclass(frozen=True)
class PureRun:
    """What a run did: which blocks it had to run, and what every block's value was."""

    ran: frozenset[str]
    values: dict[str, int]


@dataclass
class PureProject:
    """A project on disk whose blocks give a frame of one number, `v`."""

    root: Path
    results: MemoryResults = field(default_factory=MemoryResults)
    files: FileHashes = field(default_factory=FileHashes)
    values: dict[ArtifactHash, int] = field(default_factory=dict)

    def look(self) -> None:
        """Read the files as they are now."""
        project = Project(ProjectId("pure"), "pure", str(self.root))
        code = Code(project, load_pipeline(self.root, LINE), self.root)
        assert not [problem for problem in code.loaded.problems if not problem.is_warning], code.loaded.problems
        self._code = code
        self._own = CodeParts(code, code.values({}), files=self.files).all()

    def status(self) -> dict[BlockId, Assessed]:
        """Return how the blocks stood when the files were looked at, by the results there are now."""
        return assess(self._code.pipeline, self._own, self.results, now=0.0)

    def run(self) -> PureRun:
        """Run every block that has no result for what it depends on."""
        given: dict[BlockId, BlockResult | None] = {}
        values: dict[str, int] = {}
        ran = set()
        for block in topological_order(self._code.inputs):
            inputs = self._code.inputs[block]
            parts = (*(self._own[block] or ()), *upstream_parts(inputs, given, pending=PENDING))
            stored = self.results.for_fingerprint(block, fingerprint(parts))
            if stored is not None and self.results.is_there(stored.result):
                given[block] = stored.result
            else:
                ran.add(str(block))
                given[block] = self._computed(block, self._value(block, values))
                self.results.add(block, parts, given[block] or BlockResult())
            values[str(block)] = self._value_of(given[block])
        return PureRun(frozenset(ran), values)

    def run_everything(self) -> dict[str, int]:
        """Return every block's value, computed afresh."""
        values: dict[str, int] = {}
        for block in topological_order(self._code.inputs):
            values[str(block)] = self._value(block, values)
        return values

    def _value(self, block: BlockId, upstream: Mapping[str, int]) -> int:
        return computed_value(self.root, self._code.block(block), self._code.values({}), upstream)

    def _value_of(self, result: BlockResult | None) -> int:
        assert result is not None
        return self.values[result.outputs[0].hash]

    def _computed(self, block: BlockId, value: int) -> BlockResult:
        content = ArtifactHash(hashlib.blake2b(str(value).encode(), digest_size=16).hexdigest())
        self.values[content] = value
        return BlockResult((Output("output", OutputKind.TABLE, content, 1, 1),))


def computed_value(root: Path, loaded: LoadedBlock, params: Mapping[str, Any], upstream: Mapping[str, int]) -> int:
    """Run a block's file, as it is, on numbers."""
    assert loaded.source is not None
    assert loaded.text is not None
    own = {**params, **loaded.block.params}
    taken = {spec.name: own[spec.name] for spec in loaded.source.params if spec.name in own}
    if loaded.source.language is Language.SQL:
        return _of_sql(loaded.text, {up: upstream[up] for up in loaded.block.upstream}, taken)
    module = _Importer(root).executed(loaded.text)
    inputs = [{"v": [upstream[spec.name]]} for spec in loaded.source.inputs]
    return int(module[loaded.source.function](*inputs, **taken)["v"][0])


def _of_sql(text: str, tables: dict[str, int], params: dict[str, Any]) -> int:
    given = ", ".join(f"{name}(v) AS (VALUES ({value}))" for name, value in tables.items())
    with sqlite3.connect(":memory:") as database:
        return int(database.execute(f"WITH {given} {text}" if given else text, params).fetchone()[0])


class _Importer:
    """Imports a project's modules afresh, and stands in for pandas, which these blocks need for one word."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._modules: dict[str, ModuleType] = {}

    def executed(self, text: str) -> dict[str, Any]:
        def open_in_project(path: str) -> Any:
            return (self._root / path).open(encoding="utf-8")

        names: dict[str, Any] = {
            "__builtins__": {**vars(builtins), "__import__": self._import, "open": open_in_project}
        }
        exec(compile(text, "block", "exec", dont_inherit=True), names)
        return names

    def _import(self, name: str, _globals: Any = None, _locals: Any = None, wanted: Any = (), _level: int = 0) -> Any:
        if name == "pandas":
            return SimpleNamespace(DataFrame=lambda columns: columns)
        if name.partition(".")[0] != "lib":
            return __import__(name, fromlist=wanted or ())
        package = self._module("lib")
        for each in [name.removeprefix("lib.")] if "." in name else wanted or ():
            setattr(package, each, self._module(f"lib.{each}"))
        return self._module(name) if wanted else package

    def _module(self, name: str) -> ModuleType:
        if name not in self._modules:
            module = self._modules[name] = ModuleType(name)
            path = self._root / (re.sub(r"\.", "/", name) + (".py" if "." in name else "/__init__.py"))
            vars(module).update(self.executed(path.read_text(encoding="utf-8")))
        return self._modules[name]
