"""Number systems: the submission's own arithmetic, done with other numbers.

In a worker that is told to, a second copy of the submission is loaded whose ``numpy``,
``math`` and ``float`` resolve to swapped ones, before its source runs. They carry every
real number of the submission as a wider one:

``complex``
    complex128. The real part is computed as in float64, operation by operation; the
    imaginary part follows the branch that the real part takes. Comparisons, ``abs``,
    ``sign``, ``var``, ``sort`` and the like look at the real part only.
``longdouble``
    The platform's long double, 80 bits on x86.

What can't be carried raises :class:`NotCarried`; nothing is carried wrongly in silence on
purpose, and whoever uses the values compares them with those of the plain copy.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.exceptions import ComplexWarning

from .functions import COMMON, DUAL
from .modules import swapped_builtins
from .rules import dispatch
from .wide import Wide, base, carry, real

__all__ = ["Wide", "carry", "real", "refuse_losses", "swap"]


def swap(system: str) -> dict[str, Any]:
    """Make this process compute in a number system; return the second copy's built-ins.

    Parameters
    ----------
    system : {"complex", "longdouble"}
        See the module's docstring.
    """
    if system == "complex":
        Wide.width, Wide.dispatch, Wide.functions = np.dtype(np.complex128), dispatch, dict(DUAL)
    else:
        Wide.width, Wide.dispatch = np.dtype(np.longdouble), _native
        Wide.functions = dict(COMMON)
    return swapped_builtins()


def _native(ufunc: np.ufunc, method: str, inputs: Any, kwargs: Any) -> Any:
    """Return what NumPy itself gives for the carriers."""
    kwargs.pop("dtype", None)
    return getattr(ufunc, method)(*(base(i) for i in inputs), **kwargs)


def refuse_losses() -> None:
    """Have NumPy raise where it would drop what is carried."""
    warnings.filterwarnings("error", category=ComplexWarning)
