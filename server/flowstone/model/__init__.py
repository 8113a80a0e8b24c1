"""Pure values: projects, pipelines, blocks, graphs, edits, params and runs. Nothing here opens a file."""
