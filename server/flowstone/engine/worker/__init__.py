"""What runs inside a worker's process: the only place where user code and data live."""
