"""References that an assignment brings: read, tried, made components."""
