"""Values of the model as types of the wire, one module a kind of thing."""
