"""What code is taken for: every proposal tried out, the one that fits kept."""
