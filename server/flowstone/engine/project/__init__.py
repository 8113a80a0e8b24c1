"""The parts of an open project, each with one purpose. The `Workbench` puts them together.

None of them knows the workbench: each is handed what it needs.
"""
