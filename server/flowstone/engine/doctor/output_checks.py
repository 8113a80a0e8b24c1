"""What must hold of stored outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flowstone.engine.doctor.findings import Finding, Level, Patient
from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import ArtifactCorrupt, LedgerUnusable, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.store.artifacts import SUFFIXES, ArtifactStore
from flowstone.store.ledger.tables import HEAD
from flowstone.store.reachable import Named, reachable, read_named

MANIFEST = ".manifest.json"
CONDEMNED = ".condemned"


def outputs_are_there(patient: Patient) -> Iterable[Finding]:
    """Find outputs that the ledger names and that cannot be opened."""
    if patient.ledger is None or patient.ledger.version != HEAD:
        return
    try:
        named = read_named(patient.state.ledger)
    except LedgerUnusable:
        return  # what is wrong with the ledger is said elsewhere
    for artifact in sorted(reachable(named).artifacts):
        try:
            why = _why_unusable(patient.artifacts, artifact, deep=patient.deep and not patient.is_local)
        except FlowstoneError as unreachable:
            where = "the artifact store"
            yield Finding(f"It could not be asked: {unreachable}", where, unreachable.hint, Level.NOTE)
            return
        if why:
            mend = "The block that made it is stale now: run it again."
            # History is of what was: no run mends it, and nothing that counts is missing.
            counts = any(artifact in result.artifacts for result in named.results)
            is_history = not counts and _beside(patient.artifacts.root / artifact[:2] / artifact, CONDEMNED).exists()
            level = Level.NOTE if is_history else Level.BROKEN
            yield Finding(f"The output {artifact} {why}", _where(named, artifact), mend, level)


def _why_unusable(artifacts: ArtifactStore, artifact: ArtifactHash, *, deep: bool) -> str:
    try:
        if not artifacts.has(artifact):
            artifacts.find(artifact)
            return "cannot be used: its content is not what its name promises"
        if deep:  # what is in a folder is read elsewhere, whether the ledger names it or not
            artifacts.verify(artifact)
    except NotFound:
        return "is not stored"
    except ArtifactCorrupt as wrong:
        return f"cannot be used: {wrong.message}"
    return ""


def _where(named: Named, artifact: ArtifactHash) -> str:
    blocks = [f"block {found.block}, run {found.run}" for found in named.results if artifact in found.artifacts]
    return (blocks or [f"run {run}" for run, outputs in named.outputs.items() if artifact in outputs])[-1]


def outputs_have_their_content(patient: Patient) -> Iterable[Finding]:
    """Find stored outputs that are not what their names promise; with `deep`, by reading all of them."""
    for manifest in _manifests(patient):
        name = ArtifactHash(manifest.name.removesuffix(MANIFEST))
        try:
            found = patient.artifacts.find(name)
            if found.output.hash != name:
                yield Finding(f"The manifest is that of {found.output.hash}", str(manifest), _again(name))
            elif patient.deep:
                patient.artifacts.verify(name)
        except NotFound:
            continue  # it has been collected this moment
        except FlowstoneError as wrong:
            yield Finding(wrong.message, str(manifest), _again(name))


def no_output_is_half_stored(patient: Patient) -> Iterable[Finding]:
    """Find content without a manifest: what a kill has left between the two, and what was found to be damaged."""
    for path in _contents(patient):
        if _beside(path, MANIFEST).exists():
            continue
        if _beside(path, CONDEMNED).exists():
            what = "It was found to be damaged when it was to be used, and was not used"
            yield Finding(what, str(path), "Running its block again replaces it.", Level.NOTE)
        else:
            mend = "Nothing uses it; running its block again completes it, and `flowstone gc` removes it."
            yield Finding("It has no manifest, so it is no output", str(path), mend, Level.NOTE)


def _again(artifact: str) -> str:
    return f"It is not used. Run the block again that made {artifact[:12]}…."


def _manifests(patient: Patient) -> list[Path]:
    return sorted(patient.artifacts.root.glob(f"??/*{MANIFEST}")) if patient.is_local else []


def _contents(patient: Patient) -> Iterator[Path]:
    suffixes = set(SUFFIXES.values())
    for path in sorted(patient.artifacts.root.glob("??/*")) if patient.is_local else ():
        if path.suffix in suffixes and not path.name.endswith(MANIFEST) and not path.name.startswith("."):
            yield path


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name.partition(".")[0] + suffix)
