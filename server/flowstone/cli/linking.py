"""`flowstone link`: a fresh sign-in link of the server that is running for a project."""

from __future__ import annotations

import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from flowstone.errors.store import NotFound
from flowstone.errors.web import ServerMissing, ServerRefused
from flowstone.web.control import CONTROL_HEADER, Control, find_control
from flowstone.web.routes import PREFIX

PATIENCE_S = 10.0


def print_link(folder: Path) -> None:
    """Print a link that signs a browser in once, on stdout.

    Raises: NotFound, for a folder that is no project; ServerMissing, when none is running for it; ServerRefused.
    """
    if not (folder / "flowstone.yaml").is_file():
        raise NotFound(
            "project in", str(folder), hint=f"Name the project's folder, or make one there: `flowstone init {folder}`"
        )
    control = find_control(folder)
    sys.stdout.write(f"{control.url}#token={_token(folder, control)}\n")


def _token(folder: Path, control: Control) -> str:
    try:
        status, answer = _ask(control)
    except OSError as gone:
        raise ServerMissing(str(folder)) from gone
    except (http.client.HTTPException, ValueError) as strange:
        raise ServerRefused(f"What answers at {control.url} is not a Flowstone server") from strange
    if status == 201 and isinstance(answer, dict) and isinstance(answer.get("token"), str):
        return str(answer["token"])
    error = answer.get("error", {}) if isinstance(answer, dict) else {}
    raise ServerRefused(
        f"The server at {control.url} gives no link: {error.get('message', f'it answered {status}')}",
        hint=str(error.get("hint", "")),
    )


def _ask(control: Control) -> tuple[int, object]:
    """Ask without a proxy, whatever the environment names: the key is for the server's ears alone."""
    address = urlsplit(control.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_S)
    try:
        connection.request("POST", f"{PREFIX}/links", headers={CONTROL_HEADER: control.key})
        response = connection.getresponse()
        return response.status, json.loads(response.read(65_536))
    finally:
        connection.close()
