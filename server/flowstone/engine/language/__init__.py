"""What the editor knows of a text: its flaws, its format, and what a language server says of it."""
