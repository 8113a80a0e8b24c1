"""Sends alerts, in a process of its own: apprise and what it brings stay out of the server.

It reads one JSON document on stdin, `{"letters": [{"url", "title", "body", "kind"}]}`, and answers one on stdout:
`{"results": [{"sent", "why"}]}`, in the same order. A url is in no argument and in no answer.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from flowstone.schedule.secrets import url_secrets

UNKNOWN = "apprise does not know such a url; see https://appriseit.com"


class _Said(logging.Handler):
    """Keeps what apprise says of an attempt."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def send(url: str, title: str, body: str, kind: str) -> dict[str, Any]:
    """Send one alert; say whether it arrived, and if not why, without anything of the url but its service."""
    import apprise

    said = _Said()
    logger = logging.getLogger("apprise")
    logger.handlers, logger.propagate = [said], False
    post = apprise.Apprise(asset=apprise.AppriseAsset(secure_logging=True, app_id="Flowstone", app_desc="Flowstone"))
    if not post.add(url):
        return {"sent": False, "why": UNKNOWN}
    notify_type = apprise.NotifyType.FAILURE if kind == "failure" else apprise.NotifyType.SUCCESS
    sent = bool(post.notify(body=body, title=title, notify_type=notify_type, body_format=apprise.NotifyFormat.TEXT))
    why = "" if sent else url_secrets(url).hidden_in(" ".join(said.lines)) or "it was not taken"
    return {"sent": sent, "why": why}


def main() -> None:
    """Send what stdin asks for."""
    asked = json.load(sys.stdin)
    json.dump({"results": [send(**letter) for letter in asked["letters"]]}, sys.stdout)


if __name__ == "__main__":
    main()
