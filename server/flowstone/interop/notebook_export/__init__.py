"""A pipeline becomes a Jupyter notebook: a cell a block, with what a run gave below it."""
