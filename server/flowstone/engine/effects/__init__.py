"""What an edit would change: blocks tried on samples in a worker that is thrown away, with nothing published."""
