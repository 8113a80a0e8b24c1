"""The ledger: runs, their events, and which result belongs to which fingerprint."""
