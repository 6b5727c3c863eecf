"""``python -m gradcheck``: the command line, which nothing in the working folder stands in for."""

import os
import sys

if __name__ == "__main__":
    # Python has put the working folder first: libraries come from elsewhere. Last, as the
    # package itself may live there.
    sys.path.sort(key=lambda folder: folder in {"", os.getcwd()})
    from gradcheck.cli import entry

    entry()
