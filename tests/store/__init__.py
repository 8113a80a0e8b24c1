"""Tests of the store: project files, YAML, edits, and the ways to write and watch them."""
