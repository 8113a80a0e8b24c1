"""Free expressions over a table's columns: read as SQL, let through a sieve, and written anew with names of our own.

What comes out is made from the parsed expression alone; no text of a person's is pasted into a statement.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from flowstone.errors.engine import QueryRefused

DIALECT = "duckdb"
MAX_NODES = 5_000
CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\(")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

SYNTAX: tuple[type[exp.Expr], ...] = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.Paren, exp.Tuple),
    *(exp.And, exp.Or, exp.Not, exp.Xor, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In),
    *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.Like, exp.ILike, exp.SimilarTo, exp.RegexpLike, exp.Escape),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.DPipe, exp.Glob),
    *(exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift),
    *(exp.Case, exp.If, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan),
    *(exp.Bracket, exp.Slice, exp.Dot, exp.Array, exp.List, exp.Coalesce, exp.Extract, exp.AtTimeZone),
)
"""What an expression may be made of, calls of functions aside."""

FUNCTIONS = frozenset(
    """
    abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod greatest least isnan isinf
    isfinite nullif ifnull coalesce if lower upper lcase ucase length len strlen char_length trim ltrim rtrim btrim
    substring substr left right replace reverse contains starts_with startswith ends_with suffix prefix position
    strpos instr str_position split_part string_split str_split regexp_matches regexp_full_match regexp_extract
    regexp_replace concat concat_ws like_escape ascii unicode chr strip_accents levenshtein jaccard
    jaro_winkler_similarity hamming date_trunc datetrunc date_part datepart date_diff datediff date_sub datesub
    date_add year month day hour minute second millisecond microsecond quarter week weekofyear weekday dayofweek
    isodow dayofyear yearweek epoch epoch_ms epoch_us epoch_ns dayname monthname last_day strftime strptime
    try_strptime make_date make_time make_timestamp to_timestamp timezone age to_days to_hours to_minutes to_seconds
    to_milliseconds to_microseconds to_weeks to_months to_years now current_date current_timestamp today
    get_current_timestamp list_contains array_contains list_has array_has list_position array_length list_any_value
    list_has_any list_has_all list_extract array_extract list_element element_at map_keys map_values map_contains
    cardinality struct_extract json_extract json_extract_string json_array_length json_valid json_type octet_length
    bit_count hash md5 sha256 hex to_hex typeof
    """.split()  # noqa: SIM905 - a hundred lines of one word each say no more
)
"""What an expression may call: functions of a row's values, that look at nothing else and build nothing large."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in SQL over `c0`, `c1` and so on, and the columns that it reads, by place."""

    sql: str
    columns: frozenset[int]


def translated(text: str, keys: Sequence[str]) -> Expression:
    """Return an expression over columns of these keys. A name is one's key, or in another case if it fits one alone.

    Raises: QueryRefused, saying what is wrong with it or may not stand in it.
    """
    tree = _parsed(text)
    nodes = list(tree.walk())
    if len(nodes) > MAX_NODES:
        raise QueryRefused("The expression is too long", hint="Filter by forms, or in a block.")
    for node in nodes:
        _check(node)
    used: set[int] = set()

    def renamed(node: exp.Expr) -> exp.Expr:
        return _renamed(node, keys, used) if isinstance(node, exp.Column) else node

    try:
        return Expression(tree.transform(renamed).sql(DIALECT, comments=False), frozenset(used))
    except RecursionError as wrong:
        raise QueryRefused("The expression is nested too deeply") from wrong


def _parsed(text: str) -> exp.Expr:
    try:
        tree = parse_one(text, into=exp.Condition, dialect=DIALECT)
    except (SqlglotError, RecursionError, ValueError) as wrong:
        raise QueryRefused(
            f"The expression cannot be read: {_reason(wrong)}",
            hint="Write a condition on columns, such as distance > 500 AND carrier = 'UA'.",
        ) from wrong
    if not isinstance(tree, exp.Expr):
        raise QueryRefused("The expression is empty")
    return tree


def _reason(wrong: Exception) -> str:
    errors = getattr(wrong, "errors", None) or [{}]
    found = errors[0]
    if "line" in found and found.get("highlight"):
        return f"at {found['highlight'][:60]!r}, {found['description'].rstrip('.').lower()[:120]}"
    return "it is no condition" if "into" in str(wrong) else re.sub(r"\s+", " ", str(wrong))[:200]


def _check(node: exp.Expr) -> None:
    if isinstance(node, exp.Func) and not isinstance(node, SYNTAX):
        _check_call(node)
    elif isinstance(node, exp.Query | exp.Subquery | exp.Exists):
        raise QueryRefused("A query within the expression is not possible: it can only ask about a row's own columns")
    elif isinstance(node, exp.Placeholder | exp.Parameter):
        raise QueryRefused("Values stand in the expression themselves; there is nothing to fill in")
    elif isinstance(node, exp.Star | exp.Columns):
        raise QueryRefused("* stands for no value of a row")
    elif not isinstance(node, SYNTAX):
        raise QueryRefused(f"{_shown(node)} cannot stand in the expression")
    elif (word := _written_raw(node)) is not None and WORD.fullmatch(word) is None:
        raise QueryRefused(f"{word[:60]!r} is no unit and no type")


def _written_raw(node: exp.Expr) -> str | None:
    """Return what of a node is written as it came: sqlglot unquotes a quoted name that stands for a unit or a type."""
    if isinstance(node, exp.Var):
        return node.name
    kind = node.args.get("kind") if isinstance(node, exp.DataType) else None
    return None if kind is None else kind.name if isinstance(kind, exp.Expr) else str(kind)


def _check_call(node: exp.Func) -> None:
    name = node.name if isinstance(node, exp.Anonymous) else _called(node)
    if isinstance(node, exp.AggFunc | exp.Window):
        raise QueryRefused(f"{name.lower()} is of many rows; the expression can only ask about one")
    if name.lower() not in FUNCTIONS:
        near = difflib.get_close_matches(name.lower(), FUNCTIONS, n=1)
        hint = f"Is it {near[0]}?" if near else ""
        raise QueryRefused(f"The function {name.lower()!r} cannot be used in a filter", hint=hint)


def _called(node: exp.Func) -> str:
    found = CALL.match(node.sql(DIALECT, comments=False))
    return found[1] if found else type(node).__name__


def _shown(node: exp.Expr) -> str:
    return repr(node.sql(DIALECT, comments=False)[:60])


def _renamed(node: exp.Column, keys: Sequence[str], used: set[int]) -> exp.Expr:
    """Return a column by our name for it; what stands before a dot is the column, and what follows a field of it."""
    parts = node.parts
    place = _place(parts[0], keys)
    used.add(place)
    column: exp.Expr = exp.column(exp.to_identifier(f"c{place}"))
    for field in parts[1:]:
        column = exp.Dot(this=column, expression=exp.to_identifier(field.name, quoted=True))
    return column


def _place(part: exp.Expr, keys: Sequence[str]) -> int:
    name = part.name
    if name in keys:
        return keys.index(name)
    alike = [place for place, key in enumerate(keys) if key.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(name, keys, n=1)
    is_text = isinstance(part, exp.Identifier) and part.quoted and not near
    hint = f"Is it {near[0]!r}?" if near else "Text stands in single quotes: 'like this'." if is_text else ""
    raise QueryRefused(f"There is no column {name!r}", hint=hint, details={"column": name})
