"""A night's run with all that a run page has to tell: retries, items, receipts, a failure, a stop and a resumption."""

from __future__ import annotations

from pathlib import Path

from tests.kit.small_projects import write_project

NIGHT = """
    description: What a night's run may have
    params:
      month: {type: date, default: 2024-01-01}
    blocks:
      regions: {file: loaders/regions.py}
      orders:  {file: loaders/orders.py, retries: {attempts: 3, delay: 1s}}
      prices:  {file: transformers/prices.py, upstream: [regions], map: {over: regions}}
      joined:  {file: transformers/joined.py, upstream: [orders, prices]}
      to_lake: {file: exporters/to_lake.py, upstream: [joined]}
      report:  {file: transformers/report.py, upstream: [joined]}
"""
BLOCKS = {
    "loaders/regions.py": "@loader\ndef regions():\n    return ['north', 'south', 'east']\n",
    "loaders/orders.py": """
        import pathlib
        import warnings

        @loader
        def orders(*, month: str, run: Run):
            run.logger.info("reading %s, attempt %s", month, run.attempt)
            for page in range(1, 40):
                print("page", page, "of 40")
            if run.attempt < 3:
                raise ConnectionError("the shop did not answer")
            warnings.warn("12 orders have no price", stacklevel=1)
            return pd.DataFrame({"region": ["north", "south", "east"], "amount": [10, 20, 30]})
    """,
    "transformers/prices.py": """
        @transformer
        def prices(regions):
            print("prices of", regions)
            return pd.DataFrame({"region": [regions], "price": [len(regions)]})
    """,
    "transformers/joined.py": """
        @transformer
        def joined(orders, prices):
            prices = pd.concat(prices) if isinstance(prices, list) else prices
            return orders.merge(prices, on="region")
    """,
    "exporters/to_lake.py": """
        from flowstone import Lake

        @exporter
        def to_lake(joined, *, lake: Lake = connection("lake")):
            return lake.write(joined, "orders", if_exists="replace")
    """,
    "transformers/report.py": """
        import pathlib

        @transformer
        def report(joined):
            print("looking for the targets")
            print("ERROR no targets.csv yet")
            for line in range(200):
                print("line", line)
            if not pathlib.Path("targets.csv").exists():
                raise FileNotFoundError("targets.csv is not there yet")
            return joined.assign(target=1)
    """,
}
CONNECTIONS = "profiles:\n  local:\n    lake: {type: local, path: lake}\n"


def write_night(root: Path) -> Path:
    """Write a pipeline whose orders come at the third attempt, and whose report waits for a file `targets.csv`."""
    return write_project(root, NIGHT, BLOCKS, {"connections.yaml": CONNECTIONS})
