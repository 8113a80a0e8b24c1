"""A Jupyter notebook becomes a pipeline: its cells blocks, what they hand to each other the graph."""
