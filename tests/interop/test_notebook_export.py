"""A pipeline becomes a notebook that opens in Jupyter and computes the same there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tests.interop.conftest import Execute
from tests.kit.commands import flowstone, run
from tests.kit.small_projects import write_project

PIPELINE = """
    description: Numbers in many forms
    params:
      count: {type: integer, default: 4, description: How many}
      since: {type: date, default: 2024-01-31}
    blocks:
      numbers: {file: blocks/numbers.py}
      halves:  {file: blocks/halves.py, upstream: [numbers], params: {by: 2.5}}
      parts:   {file: blocks/parts.py, upstream: [numbers]}
      pieces:  {file: blocks/pieces.py, upstream: [parts]}
      lazy:    {file: blocks/lazy.py, upstream: [numbers]}
      total:   {file: blocks/total.sql, upstream: [halves, parts]}
      told:    {file: blocks/told.py, upstream: [total, lazy]}
      kept:    {file: blocks/kept.py, upstream: [total]}
      said:    {file: notes/said.md}
"""
BLOCKS = {
    "blocks/numbers.py": """
        from datetime import date

        @loader
        def numbers(*, count: int, since: date, run: Run):
            print("loading", count)
            assert isinstance(since, date), since
            return pd.DataFrame({"n": range(count), "day": pd.Timestamp(since)})

        @check
        def none_is_negative(output):
            assert (output.n >= 0).all()
    """,
    "blocks/halves.py": """
        @transformer
        def halves(numbers: pd.DataFrame, *, by: float = 2.0):
            numbers["n"] = numbers["n"] / by
            return numbers
    """,
    "blocks/parts.py": """
        from flowstone import Outputs

        @transformer
        def parts(numbers: pd.DataFrame):
            return Outputs(low=numbers[numbers.n < 2], high=numbers[numbers.n >= 2])
    """,
    "blocks/pieces.py": """
        @transformer
        def pieces(parts: dict[str, pd.DataFrame]):
            for name, part in parts.items():
                yield part.assign(name=name)
    """,
    "blocks/lazy.py": """
        import polars as pl

        @transformer
        def lazy(numbers: pl.LazyFrame):
            return numbers.select(pl.col("n") * 10)
    """,
    "blocks/total.sql": """
        -- What it comes to
        SELECT sum(n) AS total, (SELECT count(*) FROM parts_low) AS low, $count AS wanted FROM halves
    """,
    "blocks/told.py": """
        @transformer
        def told(total, lazy):
            return {"total": float(total.total[0]), "lazy": int(lazy.n.sum())}
    """,
    "blocks/kept.py": """
        @exporter
        def kept(total, *, warehouse=connection("warehouse")):
            return warehouse.write(total, "totals", if_exists="replace")
    """,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a block of each form that inputs and outputs can have."""
    return write_project(tmp_path / "small", PIPELINE, BLOCKS, files={"notes/said.md": "# Said\n\nA note.\n"})


def export(project: Path, target: Path, *options: str) -> Any:
    done = flowstone("export", "line", "--project", str(project), "--output", str(target), *options)
    assert done.returncode == 0, done.stderr
    read: Any = nbformat.read
    notebook = read(target, as_version=4)
    nbformat.validate(notebook)
    return notebook


def results(notebook: Any) -> dict[str, list[str]]:
    """Return what the notebook keeps below each block's cell, as text, by the name in the cell's last line."""
    return {
        cell.source.splitlines()[-1]: [
            output.get("text") or output.get("evalue") or output["data"]["text/plain"] for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.outputs
    }


def test_an_exported_notebook_computes_what_the_pipeline_did(project: Path, tmp_path: Path, execute: Execute) -> None:
    """What is handed to a colleague with Jupyter must not be a picture of the pipeline but the pipeline."""
    run(project, "line", "--param", "count=5")
    target = tmp_path / "elsewhere" / "line.ipynb"
    kept = results(export(project, target, "--run", _newest(project)))

    executed = results(execute(target))

    assert kept["numbers"][0] == executed["numbers"][0] == "loading 5\n"
    assert json.loads(kept["told"][0]) == eval(executed["told"][0]) == {"total": 4.0, "lazy": 100}
    assert (
        kept["total"][0].splitlines()[1].split()
        == executed["total"][0].splitlines()[1].split()
        == ["0", "4.0", "2", "5"]
    )
    assert [line.split() for line in kept["pieces"][0].splitlines()[:6]] == [
        line.split() for line in executed["pieces"][0].splitlines()
    ]
    assert "totals" in kept["kept"][0]
    assert "totals" in executed["kept"][0]


def _row(shown: list[str]) -> list[str]:
    return shown[0].splitlines()[1].split()


def _newest(project: Path) -> str:
    listed = json.loads(flowstone("runs", "--project", str(project), "--json").stdout)
    newest: str = listed["runs"][0]["run"]
    return newest


def test_a_notebook_of_a_pipeline_has_its_params_and_notes(project: Path, tmp_path: Path) -> None:
    """Without a run there is nothing to show, and all to run."""
    notebook = export(project, tmp_path / "line.ipynb")

    cells = [cell.source for cell in notebook.cells]
    assert cells[0] == "# line\n\nNumbers in many forms"
    assert cells[1].endswith("project = open_project('small')")
    assert cells[2] == "count = 4  # How many\nsince = '2024-01-31'"
    assert notebook.cells[2].metadata.tags == ["parameters"]
    assert "# Said\n\nA note." in cells
    assert all(cell.get("execution_count") is None for cell in notebook.cells)
    assert any("halves = project.call(halves, numbers, by=2.5)" in cell for cell in cells)
    assert any(
        'total = project.sql("""' in cell and '{"halves": halves, "parts": parts}, count=count)' in cell
        for cell in cells
    )


def test_a_failed_run_is_exported_with_its_failure(project: Path, tmp_path: Path) -> None:
    """The failure is what somebody wants to look at in a notebook."""
    (project / "blocks/halves.py").write_text(
        "from flowstone import transformer\n@transformer\ndef halves(numbers, *, by):\n    return 1 / 0\n",
        encoding="utf-8",
    )
    flowstone("run", "line", "--project", str(project))

    notebook = export(project, tmp_path / "line.ipynb", "--run", _newest(project))

    assert "failed" in notebook.cells[0].source
    assert results(notebook)["halves"] == ["division by zero"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("line", "--run", "20990101-000000-abcdef"), "There is no run"),
        (("other",), "There is no pipeline “other”"),
        (("line", "--to", "argo"), "'argo' is not one of 'notebook'"),
    ],
)
def test_what_cannot_be_exported_is_said(project: Path, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """No file is better than a wrong one."""
    done = flowstone("export", *arguments, "--project", str(project), "--output", str(tmp_path / "x.ipynb"))

    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "x.ipynb").exists()


def test_a_block_that_cannot_be_read_stops_the_export(project: Path, tmp_path: Path) -> None:
    """A notebook without one of its blocks would compute something else."""
    (project / "blocks/lazy.py").unlink()

    done = flowstone("export", "line", "--project", str(project), "--output", str(tmp_path / "x.ipynb"))

    assert done.returncode == 2
    assert "line cannot be exported: the block lazy cannot be read" in done.stderr
