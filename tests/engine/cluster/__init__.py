"""Blocks on a real Dask cluster."""
