"""What Flowstone costs, measured beside what it cannot be cheaper than: `python -m bench`."""
