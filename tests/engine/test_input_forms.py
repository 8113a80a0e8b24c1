"""Inputs in the form that an annotation asks for, under whatever name the block knows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pandas as pd
import pytest
from tests.engine.conftest import Opener
from tests.kit.outputs import Shelf
from tests.kit.small_projects import write_project
from tests.kit.small_runs import block_of, failure_of, only_block, rows, run_line, states

from flowstone.engine.worker.code import load_module
from flowstone.engine.worker.forms import Form, annotations_of, form_of
from flowstone.engine.worker.inputs import CHUNK_BYTES, CHUNK_ROWS

HEAD = """
from flowstone import transformer
"""
FUTURE = "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
FORMS: dict[str, tuple[str, str, Form]] = {
    "pandas": ("import pandas as pd", "pd.DataFrame", Form.PANDAS),
    "pandas by another name": ("import pandas as p", "p.DataFrame", Form.PANDAS),
    "the class alone": ("from pandas import DataFrame", "DataFrame", Form.PANDAS),
    "the class by another name": ("from pandas import DataFrame as Frame", "Frame", Form.PANDAS),
    "in quotes": ("import pandas as p", '"p.DataFrame"', Form.PANDAS),
    "of the future": ("from __future__ import annotations\nimport pandas as p", "p.DataFrame", Form.PANDAS),
    "an alias": ("import pandas as pd\nTrips = pd.DataFrame", "Trips", Form.PANDAS),
    "annotated": ("import pandas as pd\nfrom typing import Annotated", 'Annotated[pd.DataFrame, "trips"]', Form.PANDAS),
    "perhaps nothing": ("import pandas as pd", "pd.DataFrame | None", Form.PANDAS),
    "perhaps nothing, as of old": (
        "import pandas as pd\nfrom typing import Optional",
        "Optional[pd.DataFrame]",
        Form.PANDAS,
    ),
    "several outputs": ("import polars as pl", "dict[str, pl.DataFrame]", Form.POLARS),
    "a kind of pandas": ("import geopandas", "geopandas.GeoDataFrame", Form.PANDAS),
    "polars": ("import polars as pl", "pl.DataFrame", Form.POLARS),
    "lazy polars": ("from polars import LazyFrame", "LazyFrame", Form.LAZY),
    "for type checkers alone": (
        f"{FUTURE}    import polars as pl",
        "pl.LazyFrame",
        Form.LAZY,
    ),
    "for type checkers alone, the class": (
        f"{FUTURE}    from polars import LazyFrame as Lazy",
        "Lazy",
        Form.LAZY,
    ),
    "Arrow": ("import pyarrow as pa", "pa.Table", Form.ARROW),
    "Arrow, batch by batch": ("import pyarrow", "pyarrow.RecordBatchReader", Form.READER),
    "DuckDB": ("import duckdb", "duckdb.DuckDBPyRelation", Form.RELATION),
    "chunks": (
        "import pandas as pd\nfrom collections.abc import Iterator",
        "Iterator[pd.DataFrame]",
        Form.PANDAS_CHUNKS,
    ),
    "chunks, as of old": ("import pandas as pd\nimport typing as t", "t.Iterable[pd.DataFrame]", Form.PANDAS_CHUNKS),
    "chunks in quotes": (
        "import pandas as pd\nfrom typing import Iterator",
        'Iterator["pd.DataFrame"]',
        Form.PANDAS_CHUNKS,
    ),
    "chunks of polars": (
        "import polars as pl\nfrom typing import Iterator",
        "Iterator[pl.DataFrame]",
        Form.POLARS_CHUNKS,
    ),
    "chunks of Arrow": ("import pyarrow as pa\nfrom typing import Iterator", "Iterator[pa.Table]", Form.ARROW_CHUNKS),
    "batches": ("import pyarrow as pa\nfrom typing import Iterator", "Iterator[pa.RecordBatch]", Form.BATCHES),
    "anything": ("from typing import Any", "Any", Form.AS_IT_IS),
    "either": ("import pandas as pd, polars as pl", "pd.DataFrame | pl.DataFrame", Form.AS_IT_IS),
    "a name that is nowhere": ("from __future__ import annotations", "Nowhere", Form.AS_IT_IS),
    "something else": ("", "int", Form.OTHER),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_annotation_means_the_class_and_not_its_spelling(tmp_path: Path, form: str) -> None:
    """`import pandas as p` is nobody's mistake."""
    imports, annotation, expected = FORMS[form]
    text = f"{imports}{HEAD}@transformer\ndef b(a: {annotation}):\n    return a\n"
    (tmp_path / "block.py").write_text(text)

    function = load_module(tmp_path, "block.py").b

    assert form_of(annotations_of(function).get("a", Any)) is expected


BODIES = {
    "plain": ("a", "type(a).__module__ + '.' + type(a).__name__, len(a), int(a.n.sum())"),
    "pandas": ("a: p.DataFrame", "type(a).__name__, len(a), int(a.n.sum())"),
    "polars": ("a: pl.DataFrame", "type(a).__name__, len(a), int(a['n'].sum())"),
    "lazy": ("a: pl.LazyFrame", "type(a).__name__, a.collect().height, int(a.collect()['n'].sum())"),
    "arrow": ("a: pa.Table", "type(a).__name__, a.num_rows, sum(a['n'].to_pylist())"),
    "reader": ("a: pa.RecordBatchReader", "type(a).__name__, (t := a.read_all()).num_rows, sum(t['n'].to_pylist())"),
    "relation": ("a: duckdb.DuckDBPyRelation", "type(a).__name__, len(a.df()), int(a.df().n.sum())"),
    "chunks": ("a: Iterator[p.DataFrame]", "type(a).__name__, len(f := p.concat(a)), int(f.n.sum())"),
    "polars_chunks": ("a: Iterator[pl.DataFrame]", "type(a).__name__, len(f := pl.concat(a)), int(f['n'].sum())"),
    "batches": ("a: Iterator[pa.RecordBatch]", "type(a).__name__, (t := pa.Table.from_batches(a)).num_rows, 3"),
    "all_of_them": ("*a: pl.DataFrame", "type(a[0]).__name__, len(a[0]), int(a[0]['n'].sum())"),
}
IMPORTS = "import duckdb, pandas as p, polars as pl, pyarrow as pa\nfrom typing import Iterator\n"


async def test_a_block_gets_its_input_as_it_asks(opened: Opener, tmp_path: Path) -> None:
    """What a form is for is to be used: each is, by a worker."""
    entries = "".join(f"  {name}: {{file: transformers/{name}.py, upstream: [a]}}\n" for name in BODIES)
    texts = {
        f"transformers/{name}.py": f"{IMPORTS}@transformer\ndef {name}({given}):\n    got = {made}\n"
        "    return p.DataFrame({'got': [str(got)]})\n"
        for name, (given, made) in BODIES.items()
    }
    texts["loaders/a.py"] = "@loader\ndef a():\n    return pd.DataFrame({'n': [0, 1, 2]})\n"
    bench = await opened(write_project(tmp_path, "blocks:\n  a: {file: loaders/a.py}\n" + entries, texts))

    run = await run_line(bench)

    got = {name: (await rows(bench, run, name))[0]["got"] for name in BODIES}
    assert got == {
        "plain": "('pandas.DataFrame', 3, 3)",
        "pandas": "('DataFrame', 3, 3)",
        "polars": "('DataFrame', 3, 3)",
        "lazy": "('LazyFrame', 3, 3)",
        "arrow": "('Table', 3, 3)",
        "reader": "('RecordBatchReader', 3, 3)",
        "relation": "('DuckDBPyRelation', 3, 3)",
        "chunks": "('generator', 3, 3)",
        "polars_chunks": "('generator', 3, 3)",
        "batches": "('generator', 3, 3)",
        "all_of_them": "('DataFrame', 3, 3)",
    }


@pytest.mark.parametrize(
    ("given", "annotation", "words"),
    [
        ("[1, 2]", "pd.DataFrame", "The upstream gave a JSON value, and the block asks for a pd.DataFrame"),
        ("pd.DataFrame({'n': [1]})", "int", "A table cannot be given as int"),
        ("{1, 2}", "pd.DataFrame", "The upstream gave a set"),
    ],
)
async def test_a_form_that_the_upstream_did_not_give_is_named(
    opened: Opener, tmp_path: Path, given: str, annotation: str, words: str
) -> None:
    """The failure belongs to the block that asks, before a line of it has run."""
    pipeline = "blocks:\n  a: {file: loaders/a.py}\n  b: {file: transformers/b.py, upstream: [a]}\n"
    blocks = {
        "loaders/a.py": f"@loader\ndef a():\n    return {given}\n",
        "transformers/b.py": f"@transformer\ndef b(a: {annotation}):\n    return a\n",
    }

    run = await run_line(await opened(write_project(tmp_path, pipeline, blocks)))

    assert failure_of(run, "b").code == "input_unfit"
    assert words in failure_of(run, "b").message


@pytest.mark.parametrize(
    "make",
    [
        lambda: pd.DataFrame({"n": range(250_001)}),
        lambda: pd.DataFrame({"n": range(250_001)}, index=pd.date_range("2020", periods=250_001, freq="s")),
        lambda: pd.DataFrame({"n": range(100_001), "m": [1, "x", None] * 33_333 + [1, 2]}),
        lambda: pd.DataFrame({"n": pd.Series([], dtype="int32")}),
    ],
    ids=["numbers", "with days for an index", "kept as a pickle", "without rows"],
)
def test_chunks_put_together_are_the_frame(tmp_path: Path, make: Callable[[], pd.DataFrame]) -> None:
    """Piece by piece must mean the same as at once."""
    shelf, frame = Shelf(tmp_path), make()

    chunks = list(shelf.get(shelf.put(frame), annotation_of("Iterator[pd.DataFrame]", tmp_path)))

    pd.testing.assert_frame_equal(pd.concat(chunks), frame, check_freq=False)
    assert max(len(chunk) for chunk in chunks) <= CHUNK_ROWS


def test_chunks_of_large_rows_have_few_of_them(tmp_path: Path) -> None:
    """A hundred thousand rows of a megabyte each are no bounded chunk."""
    shelf = Shelf(tmp_path)
    frame = pd.DataFrame({"a": ["x" * (CHUNK_BYTES // 10)] * 25})

    chunks = list(shelf.get(shelf.put(frame), annotation_of("Iterator[pd.DataFrame]", tmp_path)))

    assert [len(chunk) for chunk in chunks[:2]] == [9, 9]
    assert sum(len(chunk) for chunk in chunks) == 25


def annotation_of(text: str, root: Path) -> Any:
    """Return an annotation as a block's parameter has it."""
    (root / "asks.py").write_text(
        f"import pandas as pd\nfrom typing import Iterator\n\ndef asks(a: {text}):\n{indent('pass', '    ')}\n"
    )
    return annotations_of(load_module(root, "asks.py").asks)["a"]


async def test_a_dataclass_of_the_project_is_handed_on_as_it_is(opened: Opener, tmp_path: Path) -> None:
    """A model that was fitted is used further down, by a block in another process as well."""
    pipeline = (
        "blocks:\n  fit: {file: loaders/fit.py}\n  use: {file: transformers/use.py, upstream: [fit]}\n"
        "  again: {file: transformers/again.py, upstream: [fit]}\n"
    )
    model = (
        "from dataclasses import dataclass\n\n@dataclass\nclass Model:\n    slope: float\n\n"
        "    def at(self, x):\n        return self.slope * x\n"
    )
    blocks = {
        "loaders/fit.py": "from lib.model import Model\n\n@loader\ndef fit():\n    return Model(2.0)\n",
        "transformers/use.py": "@transformer\ndef use(fit):\n    return fit.at(3)\n",
        "transformers/again.py": "from dataclasses import dataclass\n\n@dataclass\nclass Own:\n    n: int\n\n"
        "@transformer\ndef again(fit: 'lib.model.Model'):\n    return Own(int(fit.at(4)))\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks, {"lib/__init__.py": "", "lib/model.py": model}))

    run = await run_line(bench)
    (tmp_path / "lib/model.py").write_text(model.replace("self.slope * x", "self.slope * x + 1"))
    edited = await run_line(bench)

    assert states(run) == {"fit": "done", "use": "done", "again": "done"}
    values = []
    for record in (run, edited):
        result = block_of(record, "use").result
        assert result is not None
        values.append(await bench.value(result.outputs[0].hash))
    assert values == [b"6.0", b"7.0"]


async def test_a_check_asks_for_its_form_too(opened: Opener, tmp_path: Path) -> None:
    """What was too large to be returned at once must not be opened at once to be checked."""
    text = """
        import polars as pl
        from collections.abc import Iterator

        @loader
        def b():
            yield pd.DataFrame({"n": range(150_000)})
            yield pd.DataFrame({"n": range(150_000)})

        @check
        def comes_in_pieces(output: Iterator[pd.DataFrame]):
            lengths = [len(piece) for piece in output]
            assert max(lengths) <= 100_000 and sum(lengths) == 300_000, lengths

        @check
        def comes_as_polars(output: pl.DataFrame) -> None:
            assert output["n"].max() == 149_999

        @check
        def comes_as_a_frame(output):
            assert len(output) == 300_000
    """
    run = await only_block(opened, tmp_path, dedent(text))

    result = block_of(run, "b").result
    assert result is not None
    assert [(check.name, check.message) for check in result.checks] == [
        ("comes_in_pieces", ""),
        ("comes_as_polars", ""),
        ("comes_as_a_frame", ""),
    ]
