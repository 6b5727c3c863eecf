"""A worker on its standard streams, for programs that hand over no other descriptors.

Requests come on the standard input, replies go to the standard output; what the submission
prints goes where its errors go.
"""

from __future__ import annotations

import os

from . import serve

__all__ = ["main"]

_IN, _OUT, _ERROR = 0, 1, 2


def main() -> None:
    """Move the streams to descriptors of their own, and serve."""
    request, reply = os.dup(_IN), os.dup(_OUT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _IN)
    os.close(nothing)
    os.dup2(_ERROR, _OUT)
    serve.main(request, reply)
