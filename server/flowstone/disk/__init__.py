"""Writing files whole or not at all: the one way that every other room writes them."""
