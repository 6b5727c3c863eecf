"""gradcheck decides whether hand-written gradients are right and, if not, names the mistake.

>>> import gradcheck
>>> callable(gradcheck.check)
True
"""

from __future__ import annotations

import importlib

from gradcheck.version import VERSION as __version__

TYPE_CHECKING = False  # typing's own costs its import, and python -m may find another there
if TYPE_CHECKING:
    from gradcheck.api import check as check

__all__ = ["__version__", "check"]


def __getattr__(name: str) -> object:
    """Load the API on first use: importing the package must stay cheap for pytest."""
    if name == "check":
        return importlib.import_module("gradcheck.api").check
    raise AttributeError(f"module 'gradcheck' has no attribute {name!r}")
