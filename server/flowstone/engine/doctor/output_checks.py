"""What must hold of stored outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flowstone.engine.doctor.findings import Finding, Level, Patient
from flowstone.errors.base import FlowstoneError
from flowstone.errors.cluster import StoreUnreachable
from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output
from flowstone.model.run import BlockResult, BlockRun, BlockState
from flowstone.store.codec import decode

MANIFEST = ".manifest.json"


def outputs_are_there(patient: Patient) -> Iterable[Finding]:
    """Find outputs of done blocks that cannot be opened."""
    known: dict[ArtifactHash, str] = {}
    for where, block, output in _outputs_named(patient):
        if output.hash not in known:
            known[output.hash] = _why_unusable(patient, output.hash)
        if known[output.hash]:
            mend = f"The block is stale now: run {block} again."
            yield Finding(f"The output {output.name} ({output.hash}) {known[output.hash]}", where, mend)


def outputs_have_their_content(patient: Patient) -> Iterable[Finding]:
    """Find stored outputs that are not what their names promise; with `deep`, by reading all of them."""
    for manifest in sorted(patient.artifacts.root.glob(f"*/*{MANIFEST}")):
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
    """Find content without a manifest: what a kill has left between the two."""
    for path in _contents(patient.artifacts.root):
        manifest = path.with_name(path.name.partition(".")[0] + MANIFEST)
        if not manifest.exists():
            mend = "Nothing uses it; running its block again completes it, and `flowstone gc` removes it."
            yield Finding("It has no manifest, so it is no output", str(path), mend, Level.NOTE)


def _again(artifact: str) -> str:
    return f"It is not used. Run the block again that made {artifact[:12]}…."


def _contents(root: Path) -> Iterator[Path]:
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        yield from (
            path for path in sorted(folder.iterdir()) if path.suffix in {".arrow", ".json"} and _is_content(path)
        )


def _is_content(path: Path) -> bool:
    return not path.name.endswith(MANIFEST) and not path.name.startswith(".")


def _why_unusable(patient: Patient, artifact: ArtifactHash) -> str:
    try:
        if not patient.artifacts.has(artifact):
            patient.artifacts.find(artifact)  # says why
    except NotFound:
        return "is not stored"
    except StoreUnreachable as wrong:
        return f"cannot be looked at: {wrong.message}"
    except ArtifactCorrupt as wrong:
        return f"is damaged: {wrong.details.get('why', wrong.message)}"
    return ""


def _outputs_named(patient: Patient) -> Iterator[tuple[str, str, Output]]:
    """Give run, block and output for all that the ledger says is done, and each block's newest result."""
    if patient.ledger is None or patient.ledger.version is None:
        return
    for row in patient.ledger.blocks(BlockState.DONE, BlockState.REUSED):
        result = decode(BlockRun, row.body).result
        for output in result.outputs if result else ():
            yield f"run {row.run}, block {row.block}", row.block, output
    for block, run, body in patient.ledger.results():
        for output in decode(BlockResult, body).outputs:
            yield f"the newest result of {block}, from run {run}", block, output
