"""Pages: templates, one style sheet, charts; the same for files and for the service."""
