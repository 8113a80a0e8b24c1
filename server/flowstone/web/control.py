"""How commands of the account that runs a server find it: a private file, with a key that lives as long as it does."""

from __future__ import annotations

import hmac
import ipaddress
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flowstone.disk.living import is_running
from flowstone.disk.publish import publish
from flowstone.errors.web import ServerMissing, ServerRefused
from flowstone.store.state import StateFolder

CONTROL_HEADER = "X-Flowstone-Control"
KEY_BYTES = 32
MAX_FILE_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Control:
    """Where a server is, which process it is, and the key to it; random at each start."""

    url: str
    pid: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(KEY_BYTES), repr=False)

    def admits(self, key: str | None) -> bool:
        """Say whether this is the key, in a time that tells nothing of it."""
        return key is not None and hmac.compare_digest(key.encode("utf-8", "surrogatepass"), self.key.encode())

    def is_near(self, peer: str) -> bool:
        """Say whether a peer is on this machine: by a loopback address, or by the one that is listened on."""
        try:
            return ipaddress.ip_address(peer).is_loopback or peer == urlsplit(self.url).hostname
        except ValueError:
            return False


def announce(root: Path, control: Control) -> None:
    """Write down how a project's server is found, for its own account alone. Raises: DiskFull; OSError."""
    stored = {"url": control.url, "pid": control.pid, "key": control.key}
    # Worth nothing after a power cut, so that it need not outlive one.
    publish(StateFolder(root).server, json.dumps(stored).encode(), durable=False, private=True)


def withdraw(root: Path, control: Control) -> None:
    """Remove what `announce` wrote, unless another server has written since. Raises: OSError."""
    file = StateFolder(root).server
    if (found := _read(file)) is not None and control.admits(found.key):
        file.unlink(missing_ok=True)


def find_control(root: Path) -> Control:
    """Return how to reach the server that is running for a project.

    Raises: ServerMissing, when none is; ServerRefused, when it is another account's.
    """
    try:
        found = _read(StateFolder(root).server)
    except PermissionError as refused:
        raise ServerRefused(
            f"The server for {root} was started by another account",
            hint="Ask for the link as the account that started it.",
        ) from refused
    if found is None or not is_running(found.pid):
        raise ServerMissing(str(root))
    return found


def _read(file: Path) -> Control | None:
    """Return what a file says, None where there is none of ours. Raises: PermissionError."""
    try:
        # Whatever a folder brings in its place, a pipe or a link, is not waited for and not followed.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            about = os.fstat(opened.fileno())
            # A file that came with somebody's project folder names a server of their choice.
            is_ours = about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o077
            stored = json.loads(opened.read(MAX_FILE_BYTES)) if is_ours and stat.S_ISREG(about.st_mode) else {}
        return Control(str(stored["url"]), int(stored["pid"]), str(stored["key"]))
    except PermissionError:
        raise
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
