"""What each route does, one module a resource: thin, and unaware of Tornado."""
