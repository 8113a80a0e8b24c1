"""What blocks gave in a run, as a notebook keeps it below their cells."""

from __future__ import annotations

import json
from typing import Any

from flowstone.engine.workbench import Workbench
from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine
from flowstone.model.output import Output, OutputKind, Receipt
from flowstone.model.run import BlockResult, BlockRun, Failure, RunRecord
from flowstone.model.window import Window

SHOWN_ROWS = 20
SHOWN_LINES = 500
RESULT = "execute_result"

Shown = dict[str, Any]


async def outputs_of_run(bench: Workbench, run: RunRecord) -> dict[BlockId, list[Shown]]:
    """Return what each block of a run printed, gave or failed with. Raises: ArtifactCorrupt, for a damaged output."""
    return {block.id: await _of_block(bench, run.id, block) for block in run.blocks}


async def _of_block(bench: Workbench, run: RunId, block: BlockRun) -> list[Shown]:
    page = await bench.logs(run, block.id, limit=SHOWN_LINES)
    shown = _streams(page.lines)
    if block.failure is not None:
        return [*shown, _error(block.failure)]
    return shown if block.result is None else [*shown, *await outputs_of_result(bench, block.result)]


async def outputs_of_result(bench: Workbench, result: BlockResult) -> list[Shown]:
    """Return what a block gave: its outputs and receipts as one result, as a notebook shows the last expression."""
    shown = [await _output(bench, output) for output in result.outputs]
    if len(shown) > 1:
        named = zip(result.outputs, shown, strict=True)
        return [{"output_type": "display_data", "metadata": {}, **_titled(output.name, one)} for output, one in named]
    if shown:
        return [{"output_type": RESULT, **shown[0]}]
    if result.receipts:
        return [{"output_type": RESULT, "data": {"text/plain": "\n".join(map(_receipt, result.receipts))}}]
    return []


def _titled(name: str, shown: Shown) -> Shown:
    return {"data": {**shown["data"], "text/plain": f"{name}:\n{shown['data'].get('text/plain', '')}"}}


async def _output(bench: Workbench, output: Output) -> Shown:
    if output.kind is OutputKind.TABLE:
        return {"data": _table(await bench.rows(output.hash, Window(limit=SHOWN_ROWS)), output)}
    value = json.loads(await bench.value(output.hash))
    match output.kind:
        case OutputKind.RICH:
            return {"data": value["content"]}
        case OutputKind.OBJECT:
            return {"data": {"text/plain": str(value.get("text") or value.get("value") or value["type"])}}
        case _:
            return {"data": {"text/plain": json.dumps(value, ensure_ascii=False, indent=1)}}


def _table(stream: bytes, output: Output) -> dict[str, str]:
    import pyarrow as pa

    frame = pa.ipc.open_stream(stream).read_all().to_pandas()
    size = f"{output.rows or 0:,} rows × {len(output.columns):,} columns"
    shown = f", the first {len(frame)} shown" if len(frame) < (output.rows or 0) else ""
    return {
        "text/html": f"{frame.to_html(max_cols=50, border=0)}\n<p>{size}{shown}</p>",
        "text/plain": f"{frame.to_string(max_cols=20)}\n\n{size}{shown}",
    }


def _receipt(receipt: Receipt) -> str:
    rows = "" if receipt.rows is None else f": {receipt.rows:,} rows"
    return f"{receipt.action} {receipt.target}{rows}"


def _streams(lines: tuple[LogLine, ...]) -> list[Shown]:
    """Return printed lines as a notebook has them: those in a row from one stream together."""
    shown: list[Shown] = []
    for line in lines:
        name = "stdout" if line.stream == "stdout" else "stderr"
        if shown and shown[-1]["name"] == name:
            shown[-1]["text"] += line.text + "\n"
        else:
            shown.append({"output_type": "stream", "name": name, "text": line.text + "\n"})
    return shown


def _error(failure: Failure) -> Shown:
    frames = [f"  {frame.file}:{frame.line} in {frame.function}\n    {frame.text}" for frame in failure.frames]
    name = failure.exception or failure.code
    return {
        "output_type": "error",
        "ename": name,
        "evalue": failure.message,
        "traceback": [*frames, f"{name}: {failure.message}"],
    }
