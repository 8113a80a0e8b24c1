"""The server: thin Tornado handlers, one socket, the wire types, and who may speak to them."""
