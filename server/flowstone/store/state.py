"""Where a project keeps what Flowstone made: the folder that can be deleted at the cost of history only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flowstone.disk.publish import publish
from flowstone.store.leases import LEASES

STATE_FOLDER = ".flowstone"


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The parts of `.flowstone/`."""

    root: Path
    """The project's folder."""

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.root / STATE_FOLDER

    @property
    def ledger(self) -> Path:
        """The SQLite file with runs and results."""
        return self.path / "ledger.db"

    @property
    def artifacts(self) -> Path:
        """Outputs by content hash."""
        return self.path / "artifacts"

    @property
    def logs(self) -> Path:
        """What blocks printed, by run."""
        return self.path / "logs"

    @property
    def arranged(self) -> Path:
        """Views of outputs that somebody has sorted or filtered, as row numbers; made anew when they are gone."""
        return self.path / "arranged"

    @property
    def tried(self) -> Path:
        """Where edits are tried before they are run: removed as soon as they were."""
        return self.path / "tried"

    @property
    def snapshots(self) -> Path:
        """The code that runs used, by content hash."""
        return self.path / "snapshots"

    @property
    def file_hashes(self) -> Path:
        """What is known of large declared files: it saves reading them again."""
        return self.path / "file_hashes.json"

    @property
    def lock(self) -> Path:
        """The file that the server which holds the project has locked."""
        return self.path / "server.lock"

    @property
    def owners(self) -> Path:
        """The leases of processes that drive runs."""
        return self.path / LEASES

    @property
    def server(self) -> Path:
        """The private file by which commands of the same account find the server that holds the project."""
        return self.path / "server.json"

    def create(self) -> None:
        """Make the folder and tell git to leave it alone. Raises: OSError, when it cannot be made."""
        self.path.mkdir(exist_ok=True)
        ignore = self.path / ".gitignore"
        if not ignore.exists():
            publish(ignore, b"*\n", durable=False)
