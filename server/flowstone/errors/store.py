"""What can go wrong with files, artifacts and the ledger."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class NotFound(FlowstoneError):
    """A project, pipeline, block, run, output or file that was asked for is not there."""

    code = "not_found"

    def __init__(self, kind: str, name: str, *, hint: str = "") -> None:
        super().__init__(f"There is no {kind} “{name}”", hint=hint, details={"kind": kind, "name": name})
        self.kind = kind
        self.name = name


class AlreadyExists(FlowstoneError):
    """Something of that name is there already."""

    code = "already_exists"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            f"There is already a {kind} “{name}”",
            hint="Choose another name.",
            details={"kind": kind, "name": name},
        )


class PathRefused(FlowstoneError):
    """A path leaves the project, or names something that is not a plain file."""

    code = "path_refused"

    def __init__(self, path: str, why: str) -> None:
        shown = path if len(path) <= 200 else path[:200] + "…"
        super().__init__(f"The path {shown!r} is refused: {why}", details={"path": shown})


class EditConflict(FlowstoneError):
    """A save was based on a text that has changed since; nothing was written."""

    code = "conflict"

    def __init__(self, path: str, *, current_etag: str, current_text: str) -> None:
        super().__init__(
            f"{path} has changed since it was opened",
            hint="Compare both versions, keep what is right, and save again.",
            details={"path": path, "etag": current_etag, "text": current_text},
        )
        self.current_etag = current_etag
        self.current_text = current_text


class MergeConflict(FlowstoneError):
    """A change cannot be taken back: somebody has changed the same words since. Nothing was written."""

    code = "merge_conflict"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} was changed elsewhere since, at the same place",
            hint="What was changed there stays. Change it by hand if it is not what you want.",
            details={"path": path},
        )


class OutputLost(FlowstoneError):
    """What a block gave is gone before it was kept for good."""

    code = "output_lost"

    def __init__(self, artifact: str, path: str) -> None:
        super().__init__(
            f"What the block gave was removed before it was kept: {path}",
            hint="Leave .flowstone/artifacts/drafts alone while a run is going on, and run the block again.",
            details={"artifact": artifact},
        )


class DiskFull(FlowstoneError):
    """There is no room left to write."""

    code = "disk_full"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"No room is left on the disk to write {path}",
            hint="Free some space and run again; nothing that was there has been lost.",
            details={"path": path},
        )


class ArtifactCorrupt(FlowstoneError):
    """A stored output does not have the content that its name promises; it is not used."""

    code = "artifact_corrupt"

    def __init__(self, artifact: str, why: str) -> None:
        super().__init__(
            f"The stored output {artifact} is damaged: {why}",
            hint="Run its block again; nothing else depends on this copy.",
            details={"artifact": artifact},
        )


class LedgerUnusable(FlowstoneError):
    """The ledger is damaged, or was written by a newer Flowstone."""

    code = "ledger_unusable"


class ProjectBusy(FlowstoneError):
    """Another server holds this project."""

    code = "project_busy"

    def __init__(self, root: str, holder: str) -> None:
        super().__init__(
            f"{root} is already served by {holder}",
            hint="Use the server that is running, or stop it first.",
            details={"root": root, "holder": holder},
        )


class RunTaken(FlowstoneError):
    """A run is another process's by now, which took it for left: this one may write nothing more of it."""

    code = "run_taken"

    def __init__(self, run: str) -> None:
        super().__init__(
            f"The run {run} was taken for left, and is no longer this process's",
            hint="It was not heard of for too long. Look at the run; what was made until then is kept.",
            details={"run": run},
        )
