"""Secrets by name: kept outside the project, encrypted, filled in where they are asked for, and hidden."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from tests.kit.small_projects import write

from flowstone.engine.redaction import Redactor
from flowstone.errors.secrets import SecretRefused, SecretsUnreadable
from flowstone.errors.source import VariableMissing
from flowstone.store.account import account_folder
from flowstone.store.project_files import load_project
from flowstone.store.secret_values import secrets_to_hide
from flowstone.store.secrets import delete_secret, read_secrets, write_secret
from flowstone.store.settings import connection_settings

CONNECTIONS = """\
profiles:
  local:
    warehouse: {type: postgres, url: postgresql://me@db/x, password: "${secret:db_password}"}
"""


@pytest.fixture(autouse=True)
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An account of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "demo"
    write(root, "flowstone.yaml", "name: demo\n")
    write(root, "connections.yaml", CONNECTIONS)
    return root


def test_a_secret_is_filled_in_and_hidden_and_stands_in_no_file_as_it_is(project: Path, account: Path) -> None:
    """A password belongs neither into the project nor into a backup of it."""
    write_secret(project, "db_password", "p@ss/word")

    filled = connection_settings(load_project(project), None, environment={})

    assert filled[0].options["password"] == "p@ss/word"
    assert "p@ss/word" in secrets_to_hide(project, {})
    files = [path for path in account.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert all(b"p@ss/word" not in path.read_bytes() for path in files)


def test_a_project_has_its_own_secrets_and_forgets_them(project: Path, tmp_path: Path) -> None:
    """Another project's connections.yaml must not be able to ask for them."""
    write_secret(project, "a", "one")
    write_secret(project, "b", "two")

    delete_secret(project, "a")

    assert read_secrets(project) == {"b": "two"}
    assert read_secrets(tmp_path / "other") == {}


def test_a_variable_comes_before_what_is_stored(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container gets its secrets as variables."""
    write_secret(project, "db_password", "stored")
    monkeypatch.setenv("FLOWSTONE_SECRET_db_password", "given")

    filled = connection_settings(load_project(project), None, environment={})

    assert filled[0].options["password"] == "given"


def test_a_secret_that_is_not_there_is_named_with_the_next_step(project: Path) -> None:
    """Whoever clones a project has none of its secrets."""
    with pytest.raises(VariableMissing, match="needs the secret db_password") as missing:
        connection_settings(load_project(project), None, environment={})

    assert "FLOWSTONE_SECRET_db_password" in missing.value.hint


@pytest.mark.parametrize(
    ("name", "value"), [("a b", "x"), ("", "x"), ("1a", "x"), ("n" * 64, "x"), ("a", ""), ("a", "x" * 65_537)]
)
def test_odd_names_and_values_are_refused(project: Path, name: str, value: str) -> None:
    """Bounds, at the bound and one past it."""
    write_secret(project, "n" * 63, "x" * 65_536)

    with pytest.raises(SecretRefused):
        write_secret(project, name, value)


def test_a_file_that_another_key_wrote_says_so(project: Path) -> None:
    """It must not look as if there were no secrets."""
    write_secret(project, "a", "one")
    (account_folder() / "secrets.key").unlink()
    write_secret(project.with_name("other"), "b", "two")

    with pytest.raises(SecretsUnreadable):
        read_secrets(project)


KEY_LINES = ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj")
ACCOUNT_JSON = json.dumps(
    {"private_key": "\n".join(("-----BEGIN PRIVATE KEY-----", *KEY_LINES, "-----END PRIVATE KEY-----\n"))}, indent=2
)


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "environment"])
def test_no_line_of_a_service_accounts_key_is_shown(project: Path, *, is_stored: bool) -> None:
    """A block that prints its credentials, or the key in them, prints them line by line."""
    environment = {} if is_stored else {"GOOGLE_CREDENTIALS": ACCOUNT_JSON}
    if is_stored:
        write_secret(project, "google", ACCOUNT_JSON)

    redactor = Redactor(secrets_to_hide(project, environment))

    printed = [*ACCOUNT_JSON.splitlines(), *json.loads(ACCOUNT_JSON)["private_key"].splitlines()]
    shown = "\n".join(redactor.text(line) for line in printed)
    assert not [line for line in KEY_LINES if line in shown]
    assert "-----BEGIN PRIVATE KEY-----" in shown
