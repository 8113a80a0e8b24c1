"""What is kept on disk: project files, artifacts, the ledger, secrets. Every write goes through `publish`."""
