"""Types of the wire, a module for each subject; they are built on `wire_types.Wire`."""
