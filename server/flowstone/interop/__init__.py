"""Notebooks in and out, other tools' projects in."""
