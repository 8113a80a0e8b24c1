"""The repository that a project lies in, by the `git` of this machine; the repository's own config runs nothing."""
