"""The files are submissions: nothing here imports them."""

collect_ignore_glob = ["files/*"]
