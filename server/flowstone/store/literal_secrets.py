"""Passwords and keys written out where a variable belongs: noticed, so that they are not committed."""

from __future__ import annotations

import re

from flowstone.store.yaml_nodes import Mapping, Node, Scalar, Sequence
from flowstone.store.yaml_values import Reading

SECRET_NAME = re.compile(
    r"(^|_|-)(password|passwd|passphrase|pwd|secret|token|api_?key|private_?key|access_?key|credential)s?($|_|-)",
    re.IGNORECASE,
)
NOT_SECRET_NAME = re.compile(r"_(file|path|name|id|env)$", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"""-----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY   # PEM
      | \bAKIA[0-9A-Z]{16}\b                # Amazon
      | \bAIza[0-9A-Za-z_-]{35}\b           # Google
      | \bgh[pousr]_[0-9A-Za-z]{36}         # GitHub
      | \bxox[abpr]-[0-9A-Za-z-]{10}        # Slack
      | ://[^/\s:@${]*:[^/\s:@${]+@         # a URL with a password""",
    re.VERBOSE,
)
PLACEHOLDER = "${"


def warn_of_secrets(reading: Reading, node: Node, name: str = "") -> None:
    """Note each literal that looks like a secret, by its key or by its form; its value is in no message."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            warn_of_secrets(reading, entry.value, entry.key.text)
    elif isinstance(node, Sequence):
        for item in node.items:
            warn_of_secrets(reading, item, name)
    elif _looks_secret(node, name):
        reading.warn(
            "literal_secret",
            f"{name or 'this'} looks like a secret, written out in a file that is shared",
            node,
            hint="Write ${env:NAME} and set that variable where Flowstone runs.",
        )


def _looks_secret(scalar: Scalar, name: str) -> bool:
    if SECRET_TEXT.search(scalar.text):
        return True
    is_named_so = SECRET_NAME.search(name) is not None and NOT_SECRET_NAME.search(name) is None
    return is_named_so and bool(scalar.text) and PLACEHOLDER not in scalar.text
