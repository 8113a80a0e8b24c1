"""What must hold of a project at every moment, and whether it does."""
