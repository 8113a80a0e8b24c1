"""The command line: builds the services and starts things."""
