"""One named mistake a file: how to tell it, how to say it, how to mend it."""
