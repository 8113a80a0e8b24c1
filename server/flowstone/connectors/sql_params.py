"""Parameters of queries, written `$name` whatever the warehouse, and bound by it: never pasted into the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flowstone.errors.connectors import OptionInvalid

TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | \$\$.*?\$\$ | \$(?P<name>[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL,
)


def with_params(sql: str, params: Mapping[str, Any] | None, *, spelled: Callable[[str], str]) -> str:
    """Rewrite each `$name` that a param is given for as the warehouse spells it; texts and comments stay as they are.

    Raises: OptionInvalid, when a param is given that the query does not use.
    """
    given = dict(params or {})
    used: set[str] = set()

    def spell(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None or name not in given:
            return found.group(0)
        used.add(name)
        return spelled(name)

    text = TOKEN.sub(spell, sql)
    unused = [name for name in given if name not in used and f"@{name}" not in sql]
    if unused:
        raise OptionInvalid(f"The query does not use the param {unused[0]!r}", hint=f"Write ${unused[0]} in its text.")
    return text
