"""Secrets of a project by name, for `${secret:NAME}`: written and deleted, and read only to fill connections in.

They lie in the account's own folder, outside the project and of mode 0600, encrypted with a key of the account's:
`secrets/<hash of the project's folder>`. A variable `FLOWSTONE_SECRET_NAME` comes before the stored one, so that a
container needs no file. Source: decision note "Secrets are written and never read back"; Fernet, by cryptography.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flowstone.disk.publish import publish
from flowstone.errors.secrets import SecretRefused, SecretsUnreadable
from flowstone.store.account import account_folder
from flowstone.store.artifacts import hash_bytes

VARIABLE = "FLOWSTONE_SECRET_"
KEY_VARIABLE = "FLOWSTONE_SECRETS_KEY"
"""Names a Fernet key to use instead of the account's own file."""
KEY_FILE = "secrets.key"
FOLDER = "secrets"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
MAX_SECRETS = 500
MAX_BYTES = 64 << 10


def read_secrets(project: Path) -> Mapping[str, str]:
    """Return a project's secrets. Raises: SecretsUnreadable; OSError."""
    stored = _stored(_file(project))
    given = {
        name.removeprefix(VARIABLE): value for name, value in os.environ.items() if name.startswith(VARIABLE) and value
    }
    return {**stored, **given}


def secret_names(project: Path) -> frozenset[str]:
    """Return which secrets a project has. Raises: as read_secrets."""
    return frozenset(read_secrets(project))


def write_secret(project: Path, name: str, value: str) -> None:
    """Keep a secret, in place of one of that name. Raises: SecretRefused; SecretsUnreadable; DiskFull; OSError."""
    if NAME.fullmatch(name) is None:
        raise SecretRefused(f"{name[:80]!r} cannot name a secret", hint="Use letters, digits and _, at most 63.")
    if not value or len(value.encode("utf-8", "replace")) > MAX_BYTES or "\0" in value:
        raise SecretRefused(f"A secret has 1 to {MAX_BYTES:,} bytes of text")
    with _locked() as folder:
        file = folder / _name(project)
        secrets = {**_stored(file), name: value}
        if len(secrets) > MAX_SECRETS:
            raise SecretRefused(f"A project has at most {MAX_SECRETS} secrets")
        _store(file, secrets)


def delete_secret(project: Path, name: str) -> None:
    """Forget a secret, if it is there. Raises: SecretsUnreadable; DiskFull; OSError."""
    with _locked() as folder:
        file = folder / _name(project)
        _store(file, {one: value for one, value in _stored(file).items() if one != name})


@contextmanager
def _locked() -> Iterator[Path]:
    folder = account_folder() / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(lock)


def _file(project: Path) -> Path | None:
    try:
        return account_folder() / FOLDER / _name(project)
    except FileNotFoundError:
        return None


def _name(project: Path) -> str:
    return hash_bytes(bytes(project.resolve()))


def _stored(file: Path | None) -> dict[str, str]:
    try:
        content = b"" if file is None else file.read_bytes()
    except FileNotFoundError:
        return {}
    if not content:
        return {}
    from cryptography.fernet import Fernet, InvalidToken

    try:
        found = json.loads(Fernet(_key()).decrypt(content))
    except (InvalidToken, ValueError) as wrong:
        raise SecretsUnreadable from wrong
    return {str(name): str(value) for name, value in found.items()}


def _store(file: Path, secrets: Mapping[str, str]) -> None:
    from cryptography.fernet import Fernet

    publish(file, Fernet(_key()).encrypt(json.dumps(dict(secrets)).encode()), private=True)


def _key() -> bytes:
    """Return the key, made at first use. It is held under the folder's lock when it is made."""
    told = os.environ.get(KEY_VARIABLE)
    if told:
        return told.encode()
    file = account_folder() / KEY_FILE
    try:
        return file.read_bytes()
    except FileNotFoundError:
        from cryptography.fernet import Fernet

        publish(file, Fernet.generate_key(), private=True)
        return file.read_bytes()
