"""The exception tree: every failure that a user can meet is a type of ours with a message for a person."""

from flowstone.errors.base import FlowstoneError, InvalidProject, Place, Problem, SourceError

__all__ = ["FlowstoneError", "InvalidProject", "Place", "Problem", "SourceError"]
