"""What a write would do, told beforehand: it does none of it, and the write then does just that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.kit.fake_bigquery import FakeBigQuery
from tests.kit.warehouses import IN_RUN, LATER_RUN, Opener, opener

from flowstone.errors.connectors import InputEmpty, KeysInvalid, SchemaMismatch, TargetExists, TargetMissing

BEFORE = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-02"]), "id": [1, 2, 3]})
NEW = pd.DataFrame({"day": pd.to_datetime(["2024-01-02", "2024-01-03"]), "id": [2, 4]})
LAYOUT: dict[str, Any] = {"partition_by": "day"}
WRITES: list[dict[str, Any]] = [
    {"if_exists": "append", **LAYOUT},
    {"if_exists": "replace", **LAYOUT},
    {"if_exists": "replace_partition", **LAYOUT},
    {"if_exists": "merge", "keys": ["id"], **LAYOUT},
]


@pytest.mark.parametrize("options", WRITES, ids=lambda options: options["if_exists"])
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "new"])
def test_a_write_does_what_its_plan_said(open_changeable: Opener, is_there: bool, options: dict[str, Any]) -> None:
    """A plan that a person agrees to is worth what it keeps."""
    if is_there:
        open_changeable(IN_RUN).write(BEFORE, "sales", **LAYOUT)
    warehouse = open_changeable(LATER_RUN)

    plan = warehouse.plan(NEW, "sales", **options)
    before = _rows(warehouse)
    receipt = warehouse.write(NEW, "sales", **options)

    assert before == (len(BEFORE) if is_there else None)
    assert (plan.action, plan.rows, plan.target) == (receipt.action, receipt.rows, receipt.target)
    if plan.replaced_rows is not None:
        assert _rows(warehouse) == (before or 0) - plan.replaced_rows + plan.rows
    assert warehouse.plan(NEW, "sales", **options).action == "adopted"


def _rows(warehouse: Any) -> int | None:
    try:
        return len(warehouse.read("sales"))
    except TargetMissing:
        return None


def test_a_plan_names_the_partitions_and_the_new_columns(open_changeable: Opener) -> None:
    """What will be overwritten, and how the table changes, is what people want to see first."""
    open_changeable(IN_RUN).write(BEFORE, "sales", **LAYOUT)
    wider = NEW.assign(colour="red")

    plan = open_changeable(LATER_RUN).plan(wider, "sales", if_exists="replace_partition", evolution="add", **LAYOUT)

    assert plan.partitions == ("20240102", "20240103")
    assert plan.new_columns == ("colour",)
    assert "colour" not in open_changeable(IN_RUN).read("sales").columns


@pytest.mark.parametrize(
    ("frame", "options", "error"),
    [
        (NEW, {}, TargetExists),
        (NEW.head(0), {"if_exists": "replace"}, InputEmpty),
        (NEW.assign(colour="red"), {"if_exists": "append"}, SchemaMismatch),
        (pd.concat([NEW, NEW]), {"if_exists": "merge", "keys": ["id"]}, KeysInvalid),
    ],
    ids=["there", "empty", "columns", "keys"],
)
def test_a_plan_fails_as_the_write_would(
    open_changeable: Opener, frame: pd.DataFrame, options: dict[str, Any], error: type[Exception]
) -> None:
    """A rehearsal that goes well where the performance will not is no rehearsal."""
    open_changeable(IN_RUN).write(BEFORE, "sales", **LAYOUT)

    for method in ("plan", "write"):
        with pytest.raises(error):
            getattr(open_changeable(LATER_RUN), method)(frame, "sales", **options)


def test_a_plan_makes_no_file(tmp_path: Path) -> None:
    """Looking at what would happen leaves no trace."""
    plan = opener("duckdb", tmp_path, {"path": "w.duckdb"})(IN_RUN).plan(NEW, "sales")

    assert plan.action == "created"
    assert list(tmp_path.iterdir()) == []


def test_a_merge_is_planned_with_what_it_would_read(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """The bytes are known, by a dry run, before anybody pays for them; no other job is sent."""
    open_fake(IN_RUN).write(BEFORE, "sales", **LAYOUT)
    jobs = dict(fake_bigquery.jobs)

    plan = open_fake(LATER_RUN).plan(NEW, "sales", if_exists="merge", keys=["id", "day"], **LAYOUT)

    assert plan.read_bytes == fake_bigquery.query_bytes
    assert fake_bigquery.jobs == jobs
    assert plan.partitions == ("20240102", "20240103")
