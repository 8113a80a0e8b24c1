"""The process that forks workers, started before anything heavy is imported: both then get ready at once.

Nothing but the standard library's lightest modules is imported here, for a command does so before all else.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Launched:
    """A forkserver that has been started, and the socket by which it is asked."""

    process: subprocess.Popen[bytes]
    requests: socket.socket

    def discard(self) -> None:
        """End it, for nobody will use it."""
        self.requests.close()
        self.process.kill()  # it has no children yet
        self.process.wait()


def launch() -> Launched:
    """Start a forkserver and return at once. Raises: OSError, when no process can be started."""
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",  # else the folder that Flowstone was started in, often a project, comes before all libraries
                "-m",
                "flowstone.engine.worker.forkserver",
                str(theirs.fileno()),
            ],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return Launched(process, ours)
