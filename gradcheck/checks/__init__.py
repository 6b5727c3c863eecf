"""One property of a Subject a file, given a component."""
