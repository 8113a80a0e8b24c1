"""Secrets stay out of what is shown, however they are written."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from flowstone.engine.redaction import Redactor
from flowstone.model.connections import ConnectionSettings
from flowstone.model.run import Failure, Frame
from flowstone.store.secret_values import secret_values

SECRET = 'pa55 "wörd"/+\\'
FORMS = {
    "plain": SECRET,
    "JSON": json.dumps(SECRET),
    "repr": repr(SECRET),
    "in a URL": quote(SECRET, safe=""),
    "in a form": quote_plus(SECRET),
    "hexadecimal": SECRET.encode().hex(),
    "base 64": base64.b64encode(SECRET.encode()).decode(),
    "basic auth, one byte before": base64.b64encode(b"u" + SECRET.encode() + b"@").decode(),
    "basic auth, two bytes before": base64.b64encode(b"u:" + SECRET.encode() + b"@h").decode(),
    "basic auth, three bytes before": base64.b64encode(b"me:" + SECRET.encode() + b"@host").decode(),
    "base 64 for URLs": base64.urlsafe_b64encode(b"x" + SECRET.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_taken_out_in_every_form(form: str) -> None:
    """A log is mailed to a colleague, and the password with it."""
    shown = Redactor([SECRET]).text(f"connecting with {FORMS[form]} now")

    assert FORMS[form][4:-4] not in shown
    assert shown.startswith("connecting with ")
    assert "•••" in shown


def test_a_failure_tells_no_secret() -> None:
    """Drivers put the whole URL into their messages."""
    failure = Failure(
        "user_code", "cannot reach db://me:hunter22@host", "hunter22?", frames=(Frame("b.py", 1, "b", "hunter22"),)
    )

    told = Redactor(["hunter22"]).failure(failure)

    assert (told.message, told.hint, told.frames[0].text) == ("cannot reach db://me:•••@host", "•••?", "•••")


def test_secrets_are_known_by_their_names_and_in_urls() -> None:
    """A project's name in an option is none; a log without names would tell nothing."""
    options = {"project": "flights", "password": "hunter22", "url": "postgresql://me:swordfish@host/db", "pwd": "abc"}
    environment = {
        "API_TOKEN": "t0k3n-of-mine",
        "HOME": "/home/me",
        "KEY_FILE": "/etc/key.json",
        "DB_SECRET_NAME": "shown",
    }

    found = secret_values([ConnectionSettings("warehouse", "postgres", options)], environment)

    assert found == {"hunter22", "swordfish", "t0k3n-of-mine"}
