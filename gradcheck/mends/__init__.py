"""What to change: the line that is off, and how it reads once it is right."""
