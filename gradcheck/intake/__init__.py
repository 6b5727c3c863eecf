"""Submissions from paths, folders, archives and notebooks: read within limits, never executed."""
