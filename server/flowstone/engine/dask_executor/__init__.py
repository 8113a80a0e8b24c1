"""Blocks on a Dask cluster: the same blocks, run by the same `run_block`, on machines that users bring."""
