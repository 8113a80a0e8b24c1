"""Projects that are made for a measurement, and the plain scripts that do the same calls."""

from __future__ import annotations

from pathlib import Path

ROWS = 1_000_000

MAKE_TRIPS = f"""
import numpy as np, pandas as pd
rng = np.random.default_rng(1)
n = {ROWS}
pickup = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 31 * 86400, n), unit="s")
frame = pd.DataFrame({{
    "pickup": pickup, "dropoff": pickup + pd.to_timedelta(rng.integers(60, 7200, n), unit="s"),
    "passengers": rng.integers(0, 7, n), "distance": rng.exponential(3.0, n), "fare": rng.normal(15, 8, n),
    "tip": rng.exponential(2.0, n), "zone": rng.integers(1, 266, n),
    "payment": rng.choice(["card", "cash", "other"], n),
    **{{f"x{{i}}": rng.random(n) for i in range(10)}},
}})
frame.to_parquet("trips.parquet")
"""

LOAD = 'pd.read_parquet("trips.parquet")'
CLEAN = "trips[(trips.passengers > 0) & (trips.distance > 0.1) & (trips.fare > 0)]"
ENRICH = (
    "clean.assign(minutes=(clean.dropoff - clean.pickup).dt.total_seconds() / 60, day=clean.pickup.dt.floor('D'),"
    " total=clean.fare + clean.tip)"
)
DAILY = "enriched.groupby(['day', 'payment']).agg(trips=('fare', 'size'), fares=('total', 'sum')).reset_index()"

PLAIN = f"""
import pandas as pd
trips = {LOAD}
clean = {CLEAN}
enriched = {ENRICH}
daily = {DAILY}
daily.to_parquet("plain_daily.parquet")
"""

HEAD = "import pandas as pd\nfrom flowstone import exporter, loader, transformer\n\n"


def taxi(root: Path) -> Path:
    """Make the five-block pipeline over a million trips; the data has to be made beside it."""
    blocks = {
        "loaders/trips.py": f"@loader\ndef trips():\n    return {LOAD}\n",
        "transformers/clean.py": f"@transformer\ndef clean(trips):\n    return {CLEAN}\n",
        "transformers/enriched.py": f"@transformer\ndef enriched(clean):\n    return {ENRICH}\n",
        "transformers/daily.py": f"@transformer\ndef daily(enriched):\n    return {DAILY}\n",
        "exporters/out.py": '@exporter\ndef out(daily):\n    daily.to_parquet("daily.parquet")\n',
    }
    order = ("trips", "clean", "enriched", "daily", "out")
    files = {name: path for path in blocks for name in order if path.endswith(f"/{name}.py")}
    lines = [
        f"  {name}: {{file: {files[name]}" + (f", upstream: [{order[index - 1]}]" if index else "") + "}"
        for index, name in enumerate(order)
    ]
    return _write(root, "taxi", lines, blocks)


def chain(root: Path, length: int) -> Path:
    """Make a chain of blocks that each add one."""
    lines = ["  b0: {file: loaders/one.py}"]
    lines += [f"  b{n}: {{file: transformers/add.py, upstream: [b{n - 1}]}}" for n in range(1, length)]
    return _write(root, "chain", lines, TRIVIAL)


def fan(root: Path, width: int) -> Path:
    """Make one block that many read, and one that reads them all."""
    names = [f"f{n}" for n in range(width)]
    lines = ["  first: {file: loaders/one.py}"]
    lines += [f"  {name}: {{file: transformers/add.py, upstream: [first]}}" for name in names]
    lines.append(f"  last: {{file: transformers/total.py, upstream: [{', '.join(names)}]}}")
    return _write(root, "fan", lines, TRIVIAL)


def handover(root: Path) -> Path:
    """Make two blocks that say when the first returned a million rows and when the second was called with them."""
    make = (
        "import json, time\nimport numpy as np\n\n\n@loader\ndef made():\n"
        f"    rng = np.random.default_rng(1)\n    numbers = {{f'x{{i}}': rng.random({ROWS}) for i in range(18)}}\n"
        "    frame = pd.DataFrame(numbers)\n"
        "    open('moments.json', 'w').write(json.dumps({'returned': time.monotonic()}))\n    return frame\n"
    )
    take = (
        "import json, time\n\n\n@transformer\ndef taken(made):\n    called = time.monotonic()\n"
        "    moments = json.load(open('moments.json'))\n"
        "    open('moments.json', 'w').write(json.dumps({**moments, 'called': called}))\n    return len(made)\n"
    )
    lines = ["  made: {file: loaders/made.py}", "  taken: {file: transformers/taken.py, upstream: [made]}"]
    return _write(root, "handover", lines, {"loaders/made.py": make, "transformers/taken.py": take})


def streamed(root: Path, rows: int) -> Path:
    """Make a generator of many rows and a filter that passes them on to Parquet, a piece at a time."""
    make = (
        "from collections.abc import Iterator\nimport numpy as np\n\n\n@loader\n"
        "def many() -> Iterator[pd.DataFrame]:\n    rng = np.random.default_rng(1)\n"
        f"    for start in range(0, {rows}, 1_000_000):\n"
        f"        n = min(1_000_000, {rows} - start)\n"
        "        yield pd.DataFrame({'id': np.arange(start, start + n), 'a': rng.random(n), 'b': rng.random(n),\n"
        "                            'kind': rng.integers(0, 9, n)})\n"
    )
    keep = (
        "from collections.abc import Iterator\n\n\n@transformer\n"
        "def kept(many: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:\n"
        "    for piece in many:\n        yield piece[piece['a'] > 0.5]\n"
    )
    write = (
        "from collections.abc import Iterator\nimport pyarrow as pa\nimport pyarrow.parquet as pq\n\n\n@exporter\n"
        "def out(kept: Iterator[pd.DataFrame]):\n    writer = None\n    for piece in kept:\n"
        "        table = pa.Table.from_pandas(piece, preserve_index=False)\n"
        "        writer = writer or pq.ParquetWriter('out.parquet', table.schema)\n"
        "        writer.write_table(table)\n    writer.close()\n"
    )
    lines = [
        "  many: {file: loaders/many.py}",
        "  kept: {file: transformers/kept.py, upstream: [many]}",
        "  out: {file: exporters/out.py, upstream: [kept]}",
    ]
    blocks = {"loaders/many.py": make, "transformers/kept.py": keep, "exporters/out.py": write}
    return _write(root, "streamed", lines, blocks)


def many_blocks(root: Path, count: int) -> Path:
    """Make a pipeline of many blocks, each with a file of its own."""
    blocks = {"loaders/b0.py": "@loader\ndef b0():\n    return 0\n"}
    lines = ["  b0: {file: loaders/b0.py}"]
    for n in range(1, count):
        blocks[f"transformers/b{n}.py"] = f"@transformer\ndef b{n}(value):\n    return value + {n}\n"
        lines.append(f"  b{n}: {{file: transformers/b{n}.py, upstream: [b{(n - 1) // 2}]}}")
    return _write(root, "many", lines, blocks)


TRIVIAL = {
    "loaders/one.py": "@loader\ndef one():\n    return 1\n",
    "transformers/add.py": "@transformer\ndef add(value):\n    return value + 1\n",
    "transformers/total.py": "@transformer\ndef total(*values):\n    return sum(values)\n",
}


def _write(root: Path, name: str, lines: list[str], blocks: dict[str, str]) -> Path:
    contents = {"flowstone.yaml": f"name: {name}\n", f"pipelines/{name}.yaml": "blocks:\n" + "\n".join(lines) + "\n"}
    contents |= {path: HEAD + text for path, text in blocks.items()}
    for path, text in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root
