"""Programs that save, store and record, and tell what was acknowledged: for kills and power cuts to come between."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

OLD = b"version 0\n" * 300
PIPELINE = b"# kept\ndescription: version 0\nblocks:\n  a: {file: loaders/a.py}\n"
SAVES = """
import sys
from pathlib import Path
from flowstone.disk.publish import publish
for number in range(1, 4):
    publish(Path(sys.argv[1], "a.py"), f"version {number}\\n".encode() * 300)
    print(f"saved {number};", end="", flush=True)
"""
NEW_FOLDERS = """
import sys
from pathlib import Path
from flowstone.disk.publish import publish
publish(Path(sys.argv[1], "lib", "deep", "new.py"), b"version 1\\n" * 300)
print("saved 1;", end="", flush=True)
"""
NEW_FILE = """
import os, sys
from flowstone.disk.publish import publish_in
folder = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
publish_in(folder, "new.py", b"version 1\\n" * 300, replace=False)
print("saved 1;", end="", flush=True)
"""
TEXTS = """
import sys
from pathlib import Path
from flowstone.store.texts import read_text, save_text
root = Path(sys.argv[1])
for number in range(1, 4):
    save_text(root, "a.py", f"version {number}\\n" * 300, if_match=read_text(root, "a.py").etag)
    print(f"saved {number};", end="", flush=True)
"""
YAML = """
import sys
from pathlib import Path
from flowstone.model.edits import SetDescription
from flowstone.store.pipeline_edits import edit_text
from flowstone.store.project_files import load_pipeline
from flowstone.store.texts import save_text
root = Path(sys.argv[1])
for number in range(1, 4):
    found = load_pipeline(root, "p")
    text = edit_text(found.text, found.pipeline, SetDescription(f"version {number}"))
    save_text(root, "pipelines/p.yaml", text, if_match=found.etag)
    print(f"saved {number};", end="", flush=True)
"""
ADOPT = """
import sys
from pathlib import Path
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifacts import ArtifactStore, hash_bytes
store = ArtifactStore(Path(sys.argv[1]))
for number in range(1, 4):
    content = f"[{number}]".encode() * 300
    draft = store.draft()
    draft.write_bytes(content)
    store.adopt(draft, Output("output", OutputKind.JSON, hash_bytes(content), len(content)))
    print(f"{hash_bytes(content)};", end="", flush=True)
"""
ADOPT_HELD = """
import os, sys
from pathlib import Path
from flowstone.model.output import Output, OutputKind
from flowstone.store.adoption import adopt_held
from flowstone.store.artifacts import ArtifactStore, hash_bytes
from flowstone.store.held import Held
store = ArtifactStore(Path(sys.argv[1]))
held = Held(store.root, owner=os.getpid())
for numbers in ((1, 2), (3,)):
    names = []
    for number in numbers:
        content = f"[{number}]".encode() * 300
        draft = store.draft()
        draft.write_bytes(content)
        held.put(draft, Output("output", OutputKind.JSON, hash_bytes(content), len(content)))
        names.append(hash_bytes(content))
    adopt_held(store, held, names)
    print("".join(f"{name};" for name in names), end="", flush=True)
    held.forget(names)
"""
RUNS = """
import sys
from dataclasses import replace
from pathlib import Path
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.run import BlockResult, BlockRun, BlockState, RunRecord, RunRequest, RunState
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.ledger.records import Event
line = PipelineId("line")
ledger = Ledger(Path(sys.argv[1]) / "ledger.db")
print("opened;", end="", flush=True)
for number in range(2):
    run = RunRecord(RunId(f"r{number}"), line, RunState.RUNNING, float(number), blocks=(BlockRun(BlockId("a")),))
    ledger.start_run(run, request=RunRequest(line), snapshot="s", owner="o")
    print(f"r{number} running;", end="", flush=True)
    block = BlockRun(BlockId("a"), BlockState.DONE, result=BlockResult())
    ended = replace(run, state=RunState.DONE, ended_at=9.0, blocks=(block,))
    ledger.record(ended, events=[Event(1, 1.0, "Ended", "{}")], changed=list(enumerate(ended.blocks)))
    print(f"r{number} done;", end="", flush=True)
"""


def broken_ledger(path: Path, told: str) -> str:
    """Say what of a ledger is not as it was told, or not whole; nothing where all is."""
    if not path.exists():
        return "it is gone" if told else ""
    with closing(sqlite3.connect(path)) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        if "runs" not in tables:
            return "it is empty" if told else ""
        states = dict(database.execute("SELECT id, state FROM runs"))
        ended = dict(database.execute("SELECT run_id, state FROM block_runs"))
    if whole != "ok":
        return str(whole)
    order = ["running", "done"]
    for entry in filter(None, told.removeprefix("opened;").split(";")):
        run, state = entry.split()
        if run not in states or order.index(states[run]) < order.index(state):
            return f"{run} is {states.get(run)} after {state} was told"
        if states[run] == "done" and ended[run] != "done":
            return f"{run} is done and its block is {ended[run]}"
    return ""
