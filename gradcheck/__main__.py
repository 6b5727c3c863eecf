"""``python -m gradcheck``: the command line."""

from gradcheck.cli import entry

if __name__ == "__main__":
    entry()
