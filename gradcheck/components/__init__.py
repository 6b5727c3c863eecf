"""The gradable things, one file each; the only importers of ``gradcheck_reference``."""
