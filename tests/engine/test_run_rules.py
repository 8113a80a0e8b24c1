"""What a pipeline says of how its blocks run, on real workers: maps, conditions, callbacks, policies and limits."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.engine.conftest import Opener
from tests.kit.small_projects import replace_in, write_project
from tests.kit.small_runs import LINE, block_of, failure_of, rows, run_line, states, until

from flowstone.engine.workbench import Workbench
from flowstone.model.run import BlockState, Outcome, RunRecord, RunRequest, RunState

DAYS = {
    "loaders/days.py": """
        @loader
        def days():
            return pd.DataFrame({"day": ["b", "a", "b"], "n": [1, 2, 3]})
    """,
    "transformers/sums.py": """
        @transformer
        def sums(days: pd.DataFrame):
            return pd.DataFrame({"day": [days.day.iloc[0]], "n": [int(days.n.sum())]})
    """,
}


async def value(bench: Workbench, run: RunRecord, block: str) -> Any:
    result = block_of(run, block).result
    assert result is not None
    return json.loads(await bench.value(result.outputs[0].hash))


async def test_a_block_is_mapped_over_the_values_of_a_column_and_gives_one_table(
    opened: Opener, tmp_path: Path
) -> None:
    """A month is thirty days that do not know each other; what reads them wants the month."""
    pipeline = """
        blocks:
          days: {file: loaders/days.py}
          sums: {file: transformers/sums.py, upstream: [days], map: {over: days, by: day, width: 1}}
    """
    bench = await opened(write_project(tmp_path, pipeline, DAYS))

    run = await run_line(bench)
    again = await run_line(bench)
    replace_in(tmp_path, "pipelines/line.yaml", "by: day, width: 1", "rows: 3, width: 2")
    otherwise = await run_line(bench)

    assert states(run) == {"days": "done", "sums": "done", "sums-0": "done", "sums-1": "done"}
    assert await rows(bench, run, "sums") == [{"day": "a", "n": 2}, {"day": "b", "n": 4}]
    assert [block.item.label for block in run.blocks if block.item is not None] == ["a", "b"]
    assert states(again) == {"days": "reused", "sums": "reused"}
    assert states(otherwise) == {"days": "reused", "sums": "done", "sums-0": "done"}
    assert (await bench.run(run.id)) == run


async def test_a_block_is_mapped_over_stretches_of_rows(opened: Opener, tmp_path: Path) -> None:
    """A service that takes a hundred at a time gets a hundred at a time."""
    pipeline = """
        blocks:
          days: {file: loaders/days.py}
          sums: {file: transformers/sums.py, upstream: [days], map: {over: days, rows: 2}}
    """
    bench = await opened(write_project(tmp_path, pipeline, DAYS))

    run = await run_line(bench)

    assert await rows(bench, run, "sums") == [{"day": "b", "n": 3}, {"day": "b", "n": 3}]


async def test_a_block_is_mapped_over_a_params_list_and_another_over_what_it_gave(
    opened: Opener, tmp_path: Path
) -> None:
    """One file a month, and then one check a file."""
    pipeline = """
        params:
          months: {type: json, default: [1, 2, 3]}
        blocks:
          load: {file: loaders/load.py, map: {over: months, as: month}}
          twice: {file: transformers/twice.py, upstream: [load], map: {over: load}}
    """
    blocks = {
        "loaders/load.py": "@loader\ndef load(*, month: int):\n    return month * 10\n",
        "transformers/twice.py": "@transformer\ndef twice(ten: int):\n    return ten * 2\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    assert run.state is RunState.DONE, run
    assert await value(bench, run, "load") == [10, 20, 30]
    assert await value(bench, run, "twice") == [20, 40, 60]


async def test_a_block_mapped_over_an_empty_list_gives_an_empty_list(opened: Opener, tmp_path: Path) -> None:
    """On a day without new files the night's run is done, as it is with a param's empty list."""
    pipeline = """
        blocks:
          files: {file: loaders/files.py}
          read: {file: transformers/read.py, upstream: [files], map: {over: files}}
    """
    blocks = {
        "loaders/files.py": "@loader\ndef files():\n    return []\n",
        "transformers/read.py": "@transformer\ndef read(name: str):\n    return name\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    assert states(run) == {"files": "done", "read": "done"}
    assert await value(bench, run, "read") == []


async def test_an_item_that_fails_fails_its_block_and_says_which(opened: Opener, tmp_path: Path) -> None:
    """Of three hundred files, the one to look at."""
    pipeline = """
        params:
          months: {type: json, default: [1, 0, 2]}
        blocks:
          load: {file: loaders/load.py, map: {over: months, as: month}}
          most: {file: loaders/load.py, map: {over: months, as: month, on_failure: skip}}
    """
    blocks = {"loaders/load.py": "@loader\ndef load(*, month: int):\n    return 10 // month\n"}
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    assert failure_of(run, "load").code == "items_failed"
    assert failure_of(run, "load").message.startswith("1 of 3 items failed, first load-1 (0): ")
    assert failure_of(run, "load-1").exception == "ZeroDivisionError"
    assert await value(bench, run, "most") == [10, 5]


async def test_a_condition_decides_by_what_an_upstream_gave(opened: Opener, tmp_path: Path) -> None:
    """Nothing new today: nothing to write, and nobody to wake."""
    pipeline = """
        params:
          region: {type: text, default: north}
        blocks:
          news: {file: loaders/news.py}
          quiet: {file: transformers/pass_on.py, upstream: [news], when: "not news.value"}
          loud: {file: transformers/pass_on.py, upstream: [news], when: "news.value and region == 'north'"}
          below: {file: transformers/pass_on.py, upstream: [quiet]}
    """
    blocks = {
        "loaders/news.py": "@loader\ndef news():\n    return True\n",
        "transformers/pass_on.py": "@transformer\ndef pass_on(what):\n    return what\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)
    again = await run_line(bench)

    assert states(run) == {"news": "done", "quiet": "skipped", "loud": "done", "below": "skipped"}
    assert states(again) == {"news": "reused", "quiet": "skipped", "loud": "reused", "below": "skipped"}
    assert run.state is RunState.DONE


async def test_callbacks_are_called_with_the_run_and_the_failure_and_their_own_failure_fails_no_run(
    opened: Opener, tmp_path: Path
) -> None:
    """Who is told by a web hook must be told; a hook that is down must not undo the night's load."""
    pipeline = "blocks:\n  good: {file: loaders/good.py}\n  bad: {file: loaders/bad.py}\n"
    body = "    open('told.txt', 'a').write(f'{run.block} {getattr(failure, \"message\", None)}\\n')\n"
    blocks = {
        "loaders/good.py": "from flowstone import on_success\n@loader\ndef good():\n    return 1\n"
        "@on_success\ndef tell(run):\n    open('told.txt', 'a').write(run.block)\n"
        "    raise ValueError('hook is down')\n",
        "loaders/bad.py": "from flowstone import on_failure\n@loader\ndef bad():\n    raise OSError('no disk')\n"
        f"@on_failure\ndef tell(run, failure):\n{body}",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    called = block_of(run, "good").callback
    assert states(run) == {"good": "done", "bad": "failed"}
    assert called is not None
    assert called.failure is not None
    assert (called.outcome, called.state, called.failure.message) == (
        Outcome.SUCCESS,
        BlockState.FAILED,
        "hook is down",
    )
    told = (tmp_path / "told.txt").read_text(encoding="utf-8")
    assert "good" in told
    assert "bad no disk" in told


async def test_only_named_exceptions_are_tried_again_and_their_subclasses(opened: Opener, tmp_path: Path) -> None:
    """ConnectionResetError is a ConnectionError; a KeyError is a mistake."""
    retries = "retries: {attempts: 3, only_on: [ConnectionError]}"
    pipeline = f"blocks:\n  net: {{file: loaders/net.py, {retries}}}\n  key: {{file: loaders/key.py, {retries}}}\n"
    blocks = {
        "loaders/net.py": "@loader\ndef net(*, run: Run):\n    if run.attempt < 3:\n"
        "        raise ConnectionResetError('peer')\n    return run.attempt\n",
        "loaders/key.py": "@loader\ndef key():\n    return {}['a']\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    net, key = block_of(run, "net"), block_of(run, "key")
    assert (net.state, net.attempt, key.attempt) == ("done", 3, 1)
    assert [(one.attempt, one.state.value, one.failure and one.failure.exception) for one in net.earlier] == [
        (1, "failed", "ConnectionResetError"),
        (2, "failed", "ConnectionResetError"),
    ]


async def test_what_is_below_a_tolerated_failure_gets_none(opened: Opener, tmp_path: Path) -> None:
    """The report is made without the weather."""
    pipeline = """
        blocks:
          weather: {file: loaders/weather.py, on_failure: continue}
          report: {file: transformers/report.py, upstream: [weather]}
    """
    blocks = {
        "loaders/weather.py": "@loader\ndef weather():\n    raise OSError('down')\n",
        "transformers/report.py": "@transformer\ndef report(weather):\n    return str(weather)\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    assert (states(run), run.state) == ({"weather": "failed", "report": "done"}, RunState.DONE)
    assert await value(bench, run, "report") == "None"


async def test_runs_of_one_server_share_the_projects_resources(opened: Opener, tmp_path: Path) -> None:
    """Two pipelines that each keep to two connections must not have four."""
    pipeline = "blocks:\n  b: {file: loaders/b.py, uses: {db: 2}}\n"
    body = """
        import os, time
        from pathlib import Path

        @loader
        def b():
            mine = Path(f"{os.getpid()}.here")
            mine.touch()
            time.sleep(0.3)
            together = len(list(Path().glob("*.here")))
            mine.unlink()
            return together
    """
    root = write_project(tmp_path, pipeline, {"loaders/b.py": body})
    (root / "flowstone.yaml").write_text("name: small\nlimits: {db: 2}\n", encoding="utf-8")
    bench = await opened(root)
    ids = [await bench.start_run(RunRequest(LINE)) for _ in range(3)]
    ended = [await bench.wait(one) for one in ids]

    assert [await value(bench, run, "b") for run in ended] == [1, 1, 1]


async def test_a_stop_ends_a_map_and_a_callback_that_never_ends(opened: Opener, tmp_path: Path) -> None:
    """Stop means five seconds, whatever a block is in the middle of."""
    pipeline = """
        params: {days: {type: json, default: [1, 2, 3, 4]}}
        blocks:
          quick: {file: loaders/quick.py}
          load: {file: loaders/load.py, map: {over: days, as: day}}
    """
    blocks = {
        "loaders/quick.py": "import time\nfrom flowstone import on_success\n@loader\ndef quick():\n    return 1\n"
        "@on_success\ndef tell():\n    open('told.txt', 'w').close()\n    time.sleep(600)\n",
        "loaders/load.py": "import time\n@loader\ndef load(*, day: int):\n    time.sleep(600)\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))
    run = await bench.start_run(RunRequest(LINE))
    await until((tmp_path / "told.txt").exists)

    await bench.stop_run(run)
    async with asyncio.timeout(60):
        ended = await bench.wait(run)

    called = block_of(ended, "quick").callback
    assert ended.state is RunState.CANCELLED
    assert (block_of(ended, "quick").state, block_of(ended, "load").state) == ("done", "cancelled")
    assert called is not None
    assert called.failure is not None
    assert called.failure.code == "callback_stopped"
