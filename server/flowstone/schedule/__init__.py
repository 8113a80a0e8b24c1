"""When runs start."""
