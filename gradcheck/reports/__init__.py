"""Report formats, one file each: ``render(report) -> bytes``."""
