"""`flowstone import`: a notebook's file becomes a pipeline that runs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.kit.commands import flowstone, run, states
from tests.kit.notebooks import notebook
from tests.kit.small_projects import write

CELLS = (
    "md:# Sales",
    "import pandas as pd\nrate = 2",
    "df = pd.DataFrame({'k': ['a', 'b', 'a'], 'n': [1, 2, 3]})",
    "md:## Per kind",
    "by = df.groupby('k').n.sum() * rate",
    "by.max()",
)


def project(folder: Path) -> Path:
    write(folder, "flowstone.yaml", "name: small\n")
    (folder / "Sales 2024.ipynb").write_bytes(notebook(*CELLS))
    return folder


def test_a_notebook_is_imported_and_runs(tmp_path: Path) -> None:
    """Minutes after opening Flowstone, somebody's own notebook is a pipeline."""
    folder = project(tmp_path)

    done = flowstone("import", str(folder / "Sales 2024.ipynb"), "--project", str(folder), "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "pipeline": "sales_2024",
        "files": [
            "loaders/df.py",
            "transformers/by.py",
            "transformers/max.py",
            "notes/sales.md",
            "pipelines/sales_2024.yaml",
        ],
        "warnings": [],
    }
    document = run(folder, "sales_2024", "--param", "rate=3")
    assert states(document) == {"df": "done", "by": "done", "max": "done"}
    shown = flowstone("show", "sales_2024", "max", "--project", str(folder), "--json")
    assert json.loads(shown.stdout)["value"] == 12


def test_a_notebook_is_not_imported_over_a_pipeline(tmp_path: Path) -> None:
    """The second import must not take what was made of the first."""
    folder = project(tmp_path)
    arguments = ("import", str(folder / "Sales 2024.ipynb"), "--project", str(folder))
    flowstone(*arguments)

    again, renamed = flowstone(*arguments), flowstone(*arguments, "--name", "other")

    assert again.returncode == 2
    assert "There is already a pipeline “sales_2024”" in again.stderr
    assert renamed.returncode == 0
    assert (folder / "loaders/other_df.py").exists()


def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    """The wrong file leaves the project as it was."""
    folder = project(tmp_path)

    done = flowstone("import", str(folder / "flowstone.yaml"), "--project", str(folder))

    assert done.returncode == 2
    assert "flowstone.yaml cannot be imported: it is not JSON" in done.stderr
    assert not (folder / "pipelines").exists()
