"""A SQL text as the tokens that count: what a formatter changes is not among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<quoted>[eE]'(?:[^'\\]|\\.|'')*'
            | (?:[A-Za-z_]\w*)?'(?:[^']|'')*'
            | "(?:[^"]|"")*"
            | \$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?P=tag)?\$)
      | (?P<param>\$[A-Za-z_]\w*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\w*)
      | (?P<space>\s+)
      | (?P<operator>[+*/<>=~!@%^&|?:-]+?(?=--|/\*|[^+*/<>=~!@%^&|?:-]|\Z))
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)

UNCASED_WORDS = """
    ALL AND AS ASC BY CASE CAST CROSS DESC DISTINCT ELSE END EXCEPT FALSE FROM FULL GROUP HAVING IN INNER INTERSECT INTO
    IS JOIN LEFT LIKE LIMIT NOT NULL OFFSET ON OR ORDER OUTER QUALIFY RIGHT SELECT THEN TRUE UNION USING WHEN WHERE
    WINDOW WITH
"""
UNCASED = frozenset(UNCASED_WORDS.split())
"""Words that are no names in DuckDB, unless they follow AS or a dot, or name a field: however they are written, they
mean the same. Words that can be names keep their case, for it shows in the names of columns."""

OF_OTHER_DIALECTS = re.compile(r"[\\`#]|'''|\"\"\"")
"""What other engines than DuckDB may read in their own way: escapes, other quotes, other comments."""


def normal_sql(text: str) -> str:
    """Return DuckDB's SQL without comments, the same however it is laid out, and whatever the case of its keywords."""
    tokens = list(_tokens(text))
    while tokens and tokens[-1] == ";":
        tokens.pop()
    kept = (
        _uncased(token, before=tokens[index - 1] if index else "", after=(tokens[index + 1 :] or [""])[0])
        for index, token in enumerate(tokens)
    )
    return " ".join(kept)


def normal_foreign_sql(text: str) -> str:
    """Return another engine's SQL without comments and layout, where these can be told apart; else the text's lines."""
    if OF_OTHER_DIALECTS.search(text):
        return "\n".join(line.rstrip() for line in text.strip().splitlines())
    return " ".join(_tokens(text))


def named_params(text: str) -> tuple[str, ...]:
    """Return the names of the `$name` params of a text, in order."""
    return tuple(dict.fromkeys(match["param"][1:] for match in TOKEN.finditer(text) if match["param"]))


def _tokens(text: str) -> Iterator[str]:
    """Give the tokens that count. A line's end between two quoted texts does: it makes one text of them."""
    last_quoted = False
    saw_line_end = False
    for match in TOKEN.finditer(text):
        if match["comment"] or match["space"]:
            saw_line_end = saw_line_end or "\n" in match[0] or match[0].startswith("--")
            continue
        is_quoted = bool(match["quoted"])
        if is_quoted and last_quoted and saw_line_end:
            yield "\n"
        yield match[0]
        last_quoted, saw_line_end = is_quoted, False


def _uncased(token: str, *, before: str, after: str) -> str:
    upper = token.upper()
    is_name = before == "." or before.upper() == "AS" or after.startswith((":", "=>"))
    return upper if upper in UNCASED and not is_name else token
