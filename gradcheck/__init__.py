"""gradcheck decides whether hand-written gradients are right and, if not, names the mistake.

>>> import gradcheck
>>> callable(gradcheck.check)
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gradcheck.version import VERSION as __version__

if TYPE_CHECKING:
    from gradcheck.api import check as check

__all__ = ["__version__", "check"]


def __getattr__(name: str) -> Any:
    """Load the API on first use: importing the package must stay cheap for pytest."""
    if name == "check":
        return importlib.import_module("gradcheck.api").check
    raise AttributeError(f"module 'gradcheck' has no attribute {name!r}")
