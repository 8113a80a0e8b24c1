"""Pipelines in YAML that must not hurt: every line of the list of bad inputs, and the neighbours of each."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.store.projects import LOADER, PIPELINE, TRANSFORMER, loaded, problems_of, write, write_project

from flowstone.errors.source import NewerVersion, VariableMissing, YamlRefused
from flowstone.model.edits import SetDescription
from flowstone.model.ids import PipelineId
from flowstone.model.pipeline import Pipeline
from flowstone.store.pipeline_edits import edit_text
from flowstone.store.project_files import load_pipeline, load_project, pipeline_ids, validate
from flowstone.store.settings import connection_settings
from flowstone.store.yaml_nodes import parse_document

FILE = "pipelines/small.yaml"
TWO = "blocks:\n  load: {file: loaders/load.py}\n"


def clean(entry: str) -> str:
    """Return a pipeline whose second block has this after its file."""
    return f"{TWO}  clean: {{file: transformers/clean.py, {entry}}}\n"


def named(name: str) -> str:
    """Return a pipeline with a block of this id."""
    return f"blocks:\n  {name}: {{file: loaders/load.py}}\n"


BAD = {
    # the file as a whole
    "empty": ("", "syntax", "1:1"),
    "only comments": ("# later\n\n", "syntax", "1:1"),
    "tabs": ("blocks:\n\tload: {file: loaders/load.py}\n", "syntax", "2:1"),
    "never closed": ("blocks: {load: {file: loaders/load.py}\n", "syntax", None),
    "UTF-16": ("blocks: {}\n".encode("utf-16"), "encoding", "1:1"),
    "latin-1": ("# caf\u00e9\nblocks: {}\n".encode("latin-1"), "encoding", "1:6"),
    "a NUL": ("blocks: {}\n# \0\n", "syntax", "2:3"),
    "a list": ("- load\n", "wrong_type", "1:1"),
    "a text": ("load\n", "wrong_type", "1:1"),
    "over 2 MiB": ("# " + "x" * (2 << 20) + "\nblocks: {}\n", "too_large", None),
    "two documents": ("blocks: {}\n---\nblocks: {}\n", "yaml_refused", "2:1"),
    "a directive": ("%YAML 1.1\n---\nblocks: {}\n", "yaml_refused", "1:1"),
    "no blocks": ("description: nothing\n", "wrong_value", "1:1"),
    "unknown key": ("block: {}\nblocks: {}\n", "unknown_key", "1:1"),
    "a conflict of a merge": (
        "blocks:\n<<<<<<< HEAD\n  a: {file: loaders/load.py}\n=======\n>>>>>>> theirs\n",
        "syntax",
        "2:1",
    ),
    # versions
    "newer version": ("version: 2\nblocks: {}\n", "newer_version", "1:10"),
    "version zero": ("version: 0\nblocks: {}\n", "wrong_value", "1:10"),
    "version true": ("version: true\nblocks: {}\n", "wrong_value", "1:10"),
    "version in words": ("version: two\nblocks: {}\n", "wrong_value", "1:10"),
    "version as a list": ("version: [2]\nblocks: {}\n", "wrong_value", "1:10"),
    # what YAML can do and Flowstone does not take
    "merge key": ("base: {a: 1}\nblocks:\n  <<: {load: {file: loaders/load.py}}\n", "yaml_refused", "3:3"),
    "anchor": ("blocks: &all {}\n", "yaml_refused", "1:9"),
    "alias": ("description: *text\nblocks: {}\n", "yaml_refused", "1:14"),
    "tag": ("blocks: {}\ndescription: !!python/object/apply:os.system [ls]\n", "yaml_refused", "2:14"),
    "a list as a key": ("? [a]\n: 1\nblocks: {}\n", "yaml_refused", "1:3"),
    "20,000 nested lists": ("blocks: " + "[" * 20_000, "yaml_refused", None),
    "20,000 nested mappings": ("blocks: " + "{a: " * 20_000, "yaml_refused", None),
    "20,000 nested dashes": ("- " * 20_000, "yaml_refused", None),
    "20,000 nested lists over lines": ("blocks:\n" + " [\n" * 20_000, "yaml_refused", None),
    "billion laughs": ("a: &a [x]\nb: &b [*a, *a]\nblocks: {}\n", "yaml_refused", "1:4"),
    # types
    "blocks as a list": ("blocks: [load]\n", "wrong_type", "1:9"),
    "blocks as a text": ("blocks: load\n", "wrong_type", "1:9"),
    "a block as a text": ("blocks:\n  load: loaders/load.py\n", "wrong_type", "2:9"),
    "file as a list": ("blocks:\n  load: {file: [a.py]}\n", "wrong_type", "2:16"),
    "file as a number": ("blocks:\n  load: {file: 12}\n", "wrong_type", "2:16"),
    "upstream as a text": (clean("upstream: load"), "wrong_type", "3:50"),
    "upstream of mappings": (clean("upstream: [{load: 1}]"), "wrong_type", "3:51"),
    "params as a list": (clean("upstream: [load], params: [1]"), "wrong_type", "3:66"),
    "retries as a number": (clean("upstream: [load], retries: 3"), "wrong_type", "3:67"),
    "description as a list": ("description: [a]\n" + TWO, "wrong_type", "1:14"),
    # duplicates, as a merge by Git leaves them
    "duplicate block": (named("load") + "  load: {file: loaders/load.py}\n", "duplicate_key", "3:3"),
    "duplicate key": (clean("upstream: [load], file: loaders/load.py"), "duplicate_key", "3:58"),
    "duplicate root key": (TWO + TWO, "duplicate_key", "3:1"),
    "duplicate in quotes": (named("load") + "  'load': {file: loaders/load.py}\n", "duplicate_key", "3:3"),
    # the graph
    "self edge": (clean("upstream: [load, clean]"), "cycle", "3:57"),
    "upstream twice": (clean("upstream: [load, load]"), "duplicate_key", "3:57"),
    "upstream that is not there": (clean("upstream: [load, lod]"), "upstream_missing", "3:57"),
    "cycle of two": (
        "blocks:\n  a: {file: transformers/a.py, upstream: [b]}\n  b: {file: transformers/b.py, upstream: [a]}\n",
        "cycle",
        "2:43",
    ),
    # block files
    "no file": ("blocks:\n  load: {}\n", "wrong_value", "2:3"),
    "nothing": ("blocks:\n  load:\n", "wrong_value", "2:3"),
    "file missing": ("blocks:\n  load: {file: loaders/gone.py}\n", "block_file_missing", "2:16"),
    "file is a folder": ("blocks:\n  load: {file: loaders/folder.py}\n", "block_file_missing", "2:16"),
    "file leads out": ("blocks:\n  load: {file: ../load.py}\n", "wrong_value", "2:16"),
    "file is absolute": ("blocks:\n  load: {file: /etc/passwd.py}\n", "wrong_value", "2:16"),
    "file is private": ("blocks:\n  load: {file: .flowstone/load.py}\n", "block_file_missing", "2:16"),
    "file of another kind": ("blocks:\n  load: {file: loaders/load.sh}\n", "wrong_value", "2:16"),
    "file without suffix": ("blocks:\n  load: {file: loaders/load}\n", "wrong_value", "2:16"),
    # ids
    **{
        f"id {name}": (named(name), "bad_id", "2:3")
        for name in ("NO", "no", "Yes", "off", "null", "~", "true", "1e3", "010", "2024-01-01", "12", "0x1f", "1_000")
    },
    "id 12:30:45": (named("12:30:45"), "bad_id", "2:3"),
    "id with ../": (named("../load"), "bad_id", "2:3"),
    "id with a slash": (named("a/b"), "bad_id", "2:3"),
    "id with a space": (named("my block"), "bad_id", "2:3"),
    "id with an emoji": (named("load🚀"), "bad_id", "2:3"),
    "id in upper case": (named("Load"), "bad_id", "2:3"),
    "id with a dash": (named("load-it"), "bad_id", "2:3"),
    "id that is empty": (named("''"), "bad_id", "2:3"),
    "id of 64 characters": (named("a" * 64), "bad_id", "2:3"),
    "id of 10,000 characters": ("blocks: {? " + "a" * 10_000 + " : {file: loaders/load.py}}\n", "bad_id", "1:12"),
    "quoted id that is none": (named('"1e3"'), "bad_id", "2:3"),
    "upstream NO": (clean("upstream: [load, NO]"), "bad_id", "3:57"),
    # limits
    "timeout 0": (clean("upstream: [load], timeout: 0"), "wrong_value", "3:67"),
    "timeout 0s": (clean("upstream: [load], timeout: 0s"), "wrong_value", "3:67"),
    "timeout negative": (clean("upstream: [load], timeout: -5"), "wrong_value", "3:67"),
    "timeout in words": (clean("upstream: [load], timeout: soon"), "wrong_value", "3:67"),
    "timeout not finite": (clean("upstream: [load], timeout: .inf"), "wrong_value", "3:67"),
    "timeout of years": (clean("upstream: [load], timeout: 9999d"), "wrong_value", "3:67"),
    "timeout as a list": (clean("upstream: [load], timeout: [1]"), "wrong_type", "3:67"),
    "ttl negative": (clean("upstream: [load], ttl: -1h"), "wrong_value", "3:63"),
    "attempts 0": (clean("upstream: [load], retries: {attempts: 0}"), "wrong_value", "3:78"),
    "attempts 1000": (clean("upstream: [load], retries: {attempts: 1000}"), "wrong_value", "3:78"),
    "attempts true": (clean("upstream: [load], retries: {attempts: true}"), "wrong_value", "3:78"),
    "delay negative": (clean("upstream: [load], retries: {delay: -1}"), "wrong_value", "3:75"),
    "unknown retry key": (clean("upstream: [load], retries: {attemps: 2}"), "unknown_key", "3:68"),
    "unknown block key": (clean("upsteam: [load], upstream: [load]"), "unknown_key", "3:40"),
    # params
    **{
        f"param {text}": (clean(f"upstream: [load], params: {{at_least: {text}}}"), "wrong_value", "3:77")
        for text in ("1e3", "010", "12:30:45", "NO", ".inf", ".nan", "1_000", "9" * 500, "1.0e+999")
    },
    "param of another type": (clean("upstream: [load], params: {at_least: much}"), "wrong_value", "3:67"),
    "param that is not taken": (clean("upstream: [load], params: {at_last: 1}"), "wrong_value", "3:67"),
    "param with a number as its name": (f"params:\n  12: {{type: text}}\n{TWO}", "bad_id", "2:3"),
    "param of no type": (f"params:\n  day: {{type: string}}\n{TWO}", "wrong_value", "2:15"),
    "param that does not fit": (f"params:\n  day: {{type: date, default: 2026-02-30}}\n{TWO}", "wrong_value", "2:30"),
    "choice without choices": (f"params:\n  day: {{type: choice}}\n{TWO}", "wrong_value", "2:3"),
    "default that is no choice": (
        f"params:\n  day: {{type: choice, default: c, choices: [a, b]}}\n{TWO}",
        "wrong_value",
        "2:32",
    ),
    "required and default": (
        f"params:\n  n: {{type: integer, default: 1, required: true}}\n{TWO}",
        "wrong_value",
        "2:3",
    ),
}


ALONGSIDE = {"unknown_key", "signature", "block_file_missing"}
"""What else may be wrong with a text that is about something else."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("text", "code", "at"), BAD.values(), ids=BAD.keys())
def test_a_bad_pipeline_is_refused_at_its_line_and_column(
    tmp_path: Path, text: str | bytes, code: str, at: str | None
) -> None:
    """An author must be told what to mend and where, whatever the file holds, and soon."""
    root = write_project(tmp_path, pipeline=text)
    (root / "loaders/folder.py").mkdir()
    started = time.process_time()

    problems = [problem for problem in problems_of(root) if not problem.is_warning]

    assert time.process_time() - started < 5
    found = [(problem.code, str(problem.place)) for problem in problems]
    assert (code, f"{FILE}:{at}") in found if at else found[0][0] == code
    assert problems[0].message
    assert {problem.code for problem in problems} <= {code, *ALONGSIDE}


OK = {
    "a fan of 1,000": "blocks:\n"
    + "".join(f"  b{n}: {{file: loaders/load.py}}\n" for n in range(1_000))
    + f"  all: {{file: transformers/all.py, upstream: [{', '.join(f'b{n}' for n in range(1_000))}]}}\n",
    "no blocks": "blocks: {}\n",
    "blocks of nothing": "blocks:\n",
    "quoted ids": 'blocks:\n  "no": {file: loaders/load.py}\n  "null": {file: loaders/load.py}\n',
    "the longest id": named("a" * 63),
    "this version": "version: 1\n" + PIPELINE,
    "Windows line endings": PIPELINE.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + PIPELINE,
    "no newline at the end": PIPELINE.rstrip(),
    "all in one line": "{blocks: {load: {file: loaders/load.py}}}",
    "JSON": '{"blocks": {"load": {"file": "loaders/load.py", "timeout": 10}}}',
    "one file in two blocks": TWO + "  again: {file: loaders/load.py}\n",
    "dates as values are texts": "params:\n  day: {type: date, default: 2024-01-31}\n" + TWO,
    "a URL in flow style": clean("upstream: [load], description: http://host:80/a?b=c"),
    "words that are texts": clean('upstream: [load], description: "NO"'),
}


@pytest.mark.parametrize("text", OK.values(), ids=OK.keys())
def test_an_odd_but_right_pipeline_is_accepted(tmp_path: Path, text: str) -> None:
    """What is right must not be refused for being unusual."""
    everything = TRANSFORMER.replace("table: pd.DataFrame, *", "*tables: pd.DataFrame")
    root = write_project(tmp_path, pipeline=text, **{"transformers/all.py": everything})

    assert problems_of(root) == ()


def test_the_hint_names_what_was_meant(tmp_path: Path) -> None:
    """Most mistakes are slips of a finger; the answer should be the word."""
    root = write_project(tmp_path, pipeline=clean("upsteam: [load], upstream: [lod]"))

    hints = {problem.code: problem.hint for problem in problems_of(root)}

    assert hints["unknown_key"] == "Did you mean 'upstream'?"
    assert hints["upstream_missing"] == "Did you mean 'load'?"


@pytest.mark.parametrize("text", ["NO", "no", "1e3", "010", "12:30:45", "2024-01-01"])
def test_what_yaml_readers_disagree_about_is_to_be_quoted(tmp_path: Path, text: str) -> None:
    """Norway's NO becomes false in half the world's tools, and nobody is told."""
    root = write_project(tmp_path, pipeline=named(text))

    assert "Quote it" in problems_of(root)[0].hint


def test_a_newer_file_is_neither_read_nor_changed() -> None:
    """Guessing at keys of the future, or dropping them in an edit, would cost somebody else's work."""
    text = "version: 2\nblocks: {}\nlimits: {memory: 1GB}\n"
    pipeline = Pipeline(PipelineId("small"), file=FILE)

    with pytest.raises(NewerVersion, match="version 2") as refused:
        edit_text(text, pipeline, SetDescription("mine"))

    assert "Upgrade" in refused.value.hint


def test_an_environment_variable_that_is_missing_is_an_error_at_its_connection(tmp_path: Path) -> None:
    """A bucket named by an unset variable would otherwise be the bucket named nothing."""
    text = "profiles:\n  local:\n    lake: {type: gcs, bucket: '${env:BUCKET}'}\n"
    root = write_project(tmp_path, **{"connections.yaml": text})
    project = load_project(root)

    with pytest.raises(VariableMissing) as missing:
        connection_settings(project, None, environment={})

    assert str(missing.value.place) == "connections.yaml:3:5"
    assert "BUCKET" in missing.value.message
    assert [problem.code for problem in validate(root, environment={})] == ["variable_missing"]
    assert validate(root, environment={"BUCKET": "b"}) == ()


@pytest.mark.parametrize(
    "entry",
    [
        "password: hunter2",
        "url: postgresql://me:hunter2@host/db",
        "api_key: 'hunter2'",
        "note: AKIAABCDEFGHIJKLMNOP",
        "options: {auth_token: hunter2}",
        'key: "-----BEGIN PRIVATE KEY-----"',
    ],
)
def test_a_secret_written_out_is_warned_of_and_not_repeated(tmp_path: Path, entry: str) -> None:
    """What is in YAML is in Git; the warning itself must not carry it further."""
    text = f"profiles:\n  local:\n    warehouse:\n      type: postgres\n      {entry}\n"
    root = write_project(tmp_path, **{"connections.yaml": text})

    problems = validate(root)

    assert [(problem.code, problem.is_warning, problem.place.line) for problem in problems] == [
        ("literal_secret", True, 5)
    ]
    assert "hunter2" not in str(problems)


@pytest.mark.parametrize(
    "entry",
    ["password: ${env:PASSWORD}", "credentials_file: key.json", "url: '${env:URL}'", "url: postgresql://host/db"],
)
def test_what_is_no_secret_is_not_warned_of(tmp_path: Path, entry: str) -> None:
    """Warnings that are wrong teach people to read none."""
    text = f"profiles:\n  local:\n    warehouse:\n      type: postgres\n      {entry}\n"
    root = write_project(tmp_path, **{"connections.yaml": text})

    assert validate(root) == ()


def test_a_pipeline_replaced_by_a_folder_is_a_named_problem(tmp_path: Path) -> None:
    """A checkout of another branch can do this while the server runs."""
    root = write_project(tmp_path)
    (root / FILE).unlink()
    (root / FILE).mkdir()

    assert [(problem.code, problem.place.file) for problem in validate(root)] == [("path_refused", FILE)]


def test_comments_order_and_quotes_outlive_an_edit() -> None:
    """The whole property is in test_pipeline_edits; this is how it looks."""
    text = "# mine\nblocks:\n  'b': {file: \"x.py\"} # two\n  a:   {file: y.py}\n"

    edited = edit_text(text, Pipeline(PipelineId("small"), file=FILE), SetDescription("new"))

    assert edited == text.replace("blocks:", "description: new\nblocks:")


def test_ten_thousand_pipelines_are_listed_within_a_second(tmp_path: Path) -> None:
    """A project's list shows names at once and reads each pipeline only when somebody looks at it."""
    root = write_project(tmp_path)
    for number in range(10_000):
        (root / f"pipelines/p_{number}.yaml").touch()
    started = time.process_time()

    ids = pipeline_ids(root)

    assert time.process_time() - started < 5
    assert len(ids) == 10_001


def test_two_pipelines_share_a_block_file(tmp_path: Path) -> None:
    """A file belongs to nobody: what one pipeline says of it is nothing to the other."""
    root = write_project(tmp_path, **{"pipelines/other.yaml": named("again")})

    assert pipeline_ids(root) == ("other", "small")
    assert load_pipeline(root, "other").blocks[0].text == loaded(root).blocks[0].text == LOADER
    assert validate(root) == ()


@pytest.mark.parametrize("name", ["Small.yaml", "a b.yaml", "no-dash.yaml", "🚀.yaml"])
def test_a_pipeline_whose_name_is_no_id_is_named(tmp_path: Path, name: str) -> None:
    """It would be missing from every list, and its author would look for it."""
    root = write_project(tmp_path)
    write(root / "pipelines" / name, "blocks: {}\n")

    assert [(problem.code, problem.place.file) for problem in validate(root)] == [("bad_id", f"pipelines/{name}")]


def test_deep_nesting_up_to_the_bound_is_read() -> None:
    """A bound is only known when both sides of it are tested."""
    inner = "[" * 32 + "]" * 32

    document = parse_document(f"a: {inner}\n", file="x.yaml")

    assert document.errors == ()
    with pytest.raises(YamlRefused):
        parse_document(f"a: [{inner}]\n", file="x.yaml")
