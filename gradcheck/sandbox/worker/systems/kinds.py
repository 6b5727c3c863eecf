"""Types that the second copy of a submission asks about: ``float``, ``np.float64`` ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from .wide import Number, Wide, base, carry, number

__all__ = ["AbstractMeta", "FloatMeta", "abstract_type", "float_type", "plain"]


class FloatMeta(type):
    """A float type to the submission: called, asked of instances, given as a dtype."""

    real_type: Any
    dtype: Any

    def __call__(cls, value: Any = 0.0) -> Any:
        """Return the value, with what it carries."""
        if isinstance(value, Wide):
            if cls.real_type is float:
                return number(value.reshape(()))
            return value if value.ndim else number(value)
        if cls.real_type is float:
            return float(value)
        return carry(np.float64(base(value)))

    def __instancecheck__(cls, value: Any) -> bool:
        """Return whether it stands for such a float."""
        return isinstance(value, (cls.real_type, Number))

    def __subclasscheck__(cls, other: Any) -> bool:
        """Return whether another type is such a float."""
        return issubclass(plain(other), cls.real_type)

    def __eq__(cls, other: Any) -> bool:
        """Compare as the real type does, with dtypes too."""
        return bool(cls.real_type == plain(other))

    def __hash__(cls) -> int:
        """Return the real type's hash."""
        return hash(cls.real_type)

    def __getattr__(cls, name: str) -> Any:
        """Return the real type's attribute."""
        return getattr(cls.real_type, name)


def float_type(real_type: Any) -> Any:
    """Return what stands for a float type."""
    known = {"real_type": real_type, "dtype": np.dtype(real_type)}
    return FloatMeta(real_type.__name__, (), known)


class AbstractMeta(type):
    """An abstract type of numbers, or of arrays, that what stands for a scalar is (or isn't)."""

    real_type: Any

    def __instancecheck__(cls, value: Any) -> bool:
        """Return whether the submission would see an instance."""
        if isinstance(value, Number):
            return cls.real_type is not np.ndarray
        if isinstance(value, Wide):
            return cls.real_type is np.ndarray
        return isinstance(value, cls.real_type)

    def __subclasscheck__(cls, other: Any) -> bool:
        """Return whether another type is one."""
        return issubclass(plain(other), cls.real_type)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Construct the real one."""
        return carry(cls.real_type(*args, **kwargs))

    def __getattr__(cls, name: str) -> Any:
        """Return the real type's attribute."""
        return getattr(cls.real_type, name)


def abstract_type(real_type: Any) -> Any:
    """Return what stands for an abstract type of numbers, or for the type of arrays."""
    return AbstractMeta(real_type.__name__, (), {"real_type": real_type})


def plain(value: Any) -> Any:
    """Return what a swapped type stands for; everything else as it is."""
    return value.real_type if isinstance(value, (FloatMeta, AbstractMeta)) else value
