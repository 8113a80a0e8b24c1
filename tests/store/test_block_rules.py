"""How a block is to be run, read from the YAML: every key, and every way to get it wrong, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstone.model.condition import UpstreamFacts, holds, read_condition
from flowstone.model.ids import PipelineId
from flowstone.model.rules import Backoff, Isolation, MapOver, OnFailure, Retries
from flowstone.store.pipeline_yaml import read_pipeline
from flowstone.store.project_files import validate

FILE = "pipelines/p.yaml"


def block_problem(entry: str, *, more: str = "") -> tuple[str, str, int | None, int | None]:
    """Return the only problem of a block `b` below `a`: its code, message, line and column."""
    text = f"blocks:\n  a: {{file: a.py}}\n  b: {{file: b.py, upstream: [a], {entry}}}\n{more}"
    (problem,) = read_pipeline(text, pipeline_id=PipelineId("p"), file=FILE).problems
    return problem.code, problem.message, problem.place.line, problem.place.column


def test_everything_that_can_be_said_of_a_block_is_read() -> None:
    """A key that is accepted and does nothing is the worst kind."""
    text = """
limits: {concurrency: 4, db: 2}
params: {months: {type: json, default: [1]}}
blocks:
  a: {file: a.py}
  b:
    file: b.py
    upstream: [a]
    when: a.rows > 0 and months
    map: {over: a, by: day, width: 3, on_failure: stop}
    retries: {attempts: 5, delay: 10s, backoff: exponential, max_delay: 1m, jitter: 0.2, only_on: [OSError, timeout]}
    timeout: 10m
    on_failure: continue
    uses: {db: 1, memory: 1.5GB}
    memory: 2GB
    isolation: block
"""

    read = read_pipeline(text, pipeline_id=PipelineId("p"), file=FILE)

    block = read.pipeline.blocks[1]
    assert read.problems == ()
    assert (read.pipeline.limits.concurrency, read.pipeline.limits.resources) == (4, {"db": 2})
    assert block.when is not None
    assert (block.when.params, block.when.upstreams) == (frozenset({"months"}), frozenset({"a"}))
    assert block.mapped == MapOver("a", by="day", width=3, on_failure=OnFailure.STOP)
    assert block.retries == Retries(5, 10.0, Backoff.EXPONENTIAL, 60.0, 0.2, ("OSError", "timeout"))
    assert (block.timeout_s, block.on_failure) == (600.0, OnFailure.CONTINUE)
    assert block.uses == {"db": 1, "memory": 1_500_000_000}
    assert (block.memory_bytes, block.isolation) == (2_000_000_000, Isolation.BLOCK)


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("retries: {attempts: 0}", "wrong_value", "attempts must be a number from 1 to 100"),
        ("retries: {jitter: 2}", "wrong_value", "jitter must be a number from 0 to 1"),
        ("retries: {backoff: linear}", "wrong_value", "backoff cannot be 'linear'"),
        ("retries: {max_delay: 0}", "wrong_value", "max_delay must be more than 0"),
        ("retries: {only_on: OSError}", "wrong_type", "only_on must be a list, not a text"),
        ("retries: {only_on: [a b]}", "wrong_value", "'a b' is no exception class"),
        ("retries: {tries: 3}", "unknown_key", "retries has no key 'tries'"),
        ("on_failure: retry", "wrong_value", "on_failure cannot be 'retry'"),
        ("when: [a]", "wrong_type", "when must be a text, not a list"),
        ("when: a.rows >", "wrong_value", "when: 'a.rows >' is no expression"),
        ("when: c.rows > 1", "wrong_value", "when: 'c' is no upstream of this block"),
        ("when: a.size > 1", "wrong_value", "when: an upstream has no 'size': it has ran, rows, value, failed"),
        ("when: open('x')", "wrong_value", "\"open('x')\" is not understood"),
        ("when: a.rows.bit_length", "wrong_value", "'a.rows.bit_length' is not understood"),
        ("when: x ** 99", "wrong_value", "'x ** 99' is not understood"),
        ("map: {}", "wrong_value", "map does not say over what"),
        ("map: a", "wrong_type", "map must be a mapping, not a text"),
        ("map: {over: a, by: day, rows: 5}", "wrong_value", "map has both `by` and `rows`"),
        ("map: {over: a, as: x}", "wrong_value", "map: `as` is for params"),
        ("map: {over: months, rows: 5}", "wrong_value", "map: `rows` is for an upstream's table"),
        ("map: {over: a, width: 0}", "wrong_value", "width must be a number from 1 to 1000"),
        ("uses: {db: two}", "wrong_value", "db must be a number from 1 to 1000000"),
        ("uses: {memory: lots}", "wrong_value", "'lots' is not a size"),
        ("uses: {concurrency: 2}", "wrong_value", "uses cannot have 'concurrency' here"),
        ("memory: 0", "wrong_value", "memory must be more than 0"),
        ("memory: [1]", "wrong_type", "memory must be a size"),
        ("isolation: full", "wrong_value", "isolation cannot be 'full'"),
        ("timeout: 0", "wrong_value", "timeout must be more than 0"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_at_its_line(entry: str, code: str, words: str) -> None:
    """Who writes by hand needs the place and the word, not a run that fails at night."""
    found, message, line, column = block_problem(entry)

    assert (found, line) == (code, 3)
    assert words in message
    assert column is not None
    assert column > 26


PROJECT = {
    "flowstone.yaml": "name: p\nlimits: {db: 2, memory: 1GB}\nparams: {region: north}\n",
    "a.py": "from flowstone import loader\n@loader\ndef a():\n    return [1]\n",
    "b.py": "from flowstone import transformer\n@transformer\ndef b(a, *, month=1):\n    return a\n",
}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("uses: {db: 3}", "b uses 3 of db, and there is 2"),
        ("uses: {memory: 2GB}", "b uses 2GB of memory, and there is 1GB"),
        ("uses: {dbs: 1}", "there is no limit 'dbs' that b could use"),
        ("uses: {net: 2}", "b uses 2 of net, and there is 1"),
        ("when: regoin == 'north'", "when: there is no param 'regoin'"),
        ("when: a > 1", "when: there is no param 'a'"),
        ("map: {over: monhts}", "map: 'monhts' is neither an upstream of b nor a param"),
        ("map: {over: months}", "map: b has no param 'months'"),
        ("map: {over: months, as: moth}", "map: b has no param 'moth'"),
    ],
)
def test_a_rule_that_can_never_come_true_is_a_problem_before_anything_runs(
    tmp_path: Path, entry: str, words: str
) -> None:
    """A block that waits for more than there is would wait for ever."""
    pipeline = (
        "limits: {net: 1}\nparams: {months: {type: json, default: [1]}}\n"
        f"blocks:\n  a: {{file: a.py}}\n  b: {{file: b.py, upstream: [a], {entry}}}\n"
    )
    for name, text in {**PROJECT, FILE: pipeline}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    (problem,) = validate(tmp_path)

    assert problem.message == words
    assert (problem.place.line, problem.is_warning) == (5, False)


def test_a_projects_limits_are_of_resources_alone(tmp_path: Path) -> None:
    """Somebody who writes concurrency there expects it to do something."""
    (tmp_path / "flowstone.yaml").write_text("name: p\nlimits: {concurrency: 4, db: 0}\n", encoding="utf-8")

    messages = [problem.message for problem in validate(tmp_path)]

    assert "limits cannot have 'concurrency' here" in messages
    assert "db must be a number from 1 to 1000000" in messages


FACTS = {"a": UpstreamFacts(ran=True, rows=10, value={"k": 1}), "b": UpstreamFacts(ran=False, failed=True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.rows > 5", True),
        ("0 < a.rows <= 9", False),
        ("a.ran and not b.ran", True),
        ("b.failed", True),
        ("b.rows is null", True),
        ("region in ['north', 'south']", True),
        ("region not in ('north',)", False),
        ("a.rows * 2 - 1 == 19", True),
        ("-a.rows % 3 == 2", True),
        ("true and none_given is null", True),
        ("a.value == null or n > 1.5", True),
    ],
)
def test_a_condition_is_told_from_params_and_upstreams(text: str, expected: bool) -> None:
    """What people write in the YAML means what it says."""
    params = {"region": "north", "none_given": None, "n": 2}

    assert holds(read_condition(text), params, FACTS) is expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("b.rows > 1", "it cannot be told"),
        ("region > 1", "it cannot be told"),
        ("missing == 1", "missing has no value here"),
        ("1 / 0 > 1", "it cannot be told"),
        ("'a' * 100000 == 'b'", "too long"),
    ],
)
def test_a_condition_that_cannot_be_told_says_why_and_harms_nothing(text: str, why: str) -> None:
    """An expression is data from a file: it must not cost the server its memory or its time."""
    with pytest.raises(ValueError, match=why):
        holds(read_condition(text), {"region": "north"}, FACTS)


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.rows.__class__", "[x for x in a]", "lambda: 1", "f'{a}'", "a[0]", "x := 1", "(" * 400],
)
def test_a_condition_runs_no_code(text: str) -> None:
    """The server reads it, and the server runs nothing of a project."""
    with pytest.raises(ValueError, match=r"not understood|no expression"):
        read_condition(text)
