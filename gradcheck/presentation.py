"""How a canonical array looks in a student's code: reversible reshapes by name.

Every component thinks in one canonical form (examples are rows, vectors are 1-d,
scalars are 0-d). A layout says for each variable which presentation the student's
code uses. All are linear rearrangements, so that the gradient of a presented variable
is the presented gradient; labels are the exception, and have no gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["PRESENTATIONS", "Layout", "Presentation"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Presentation:
    """A reversible rearrangement.

    Parameters
    ----------
    present : callable
        From the canonical array (and the sizes) to the student's.
    restore : callable
        Back, for gradients and outputs; raises ValueError if the shape doesn't fit.
    is_number : bool
        Whether the value is passed as a plain Python number.
    """

    present: Callable[[Array, Mapping[str, int]], Array]
    restore: Callable[[Array], Array]
    is_number: bool = False


def _one_hot(labels: Array, sizes: Mapping[str, int]) -> Array:
    indicator: Array = np.eye(sizes["K"])[labels]
    return indicator


def _three(array: Array) -> Array:
    if array.ndim != 3:
        raise ValueError("no batch of sequences")
    return array


PRESENTATIONS: Mapping[str, Presentation] = {
    "same": Presentation(lambda a, _: a, lambda a: a),
    "number": Presentation(lambda a, _: a, lambda a: a.reshape(()), is_number=True),
    "single-number": Presentation(
        lambda a, _: a.reshape(()), lambda a: a.reshape(1, 1), is_number=True
    ),
    "vector-number": Presentation(
        lambda a, _: a.reshape(()), lambda a: a.reshape(1), is_number=True
    ),
    "transpose": Presentation(lambda a, _: a.T, lambda a: a.T),
    "column": Presentation(lambda a, _: a[:, None], lambda a: a[:, 0]),
    "row": Presentation(lambda a, _: a[None, :], lambda a: a[0, :]),
    "one-element": Presentation(lambda a, _: a.reshape(1), lambda a: a.reshape(())),
    "one-by-one": Presentation(lambda a, _: a.reshape(1, 1), lambda a: a.reshape(())),
    "first-row": Presentation(lambda a, _: a[0], lambda a: a[None]),
    "first-row-column": Presentation(lambda a, _: a[0][:, None], lambda a: a[:, 0][None]),
    "middle-axis": Presentation(lambda a, _: a[:, None], lambda a: a[:, 0]),
    "last-axis": Presentation(lambda a, _: a[..., None], lambda a: a[..., 0]),
    "squeeze-column": Presentation(lambda a, _: a[:, 0], lambda a: a[:, None]),
    "second-first": Presentation(  # of three axes: time before examples, parts before both
        lambda a, _: a.transpose(1, 0, 2), lambda a: a.transpose(1, 0, 2)
    ),
    "axes-swapped": Presentation(  # the first two, of however many
        lambda a, _: a.swapaxes(0, 1), lambda a: a.swapaxes(0, 1)
    ),
    "third-first": Presentation(
        lambda a, _: a.transpose(2, 0, 1), lambda a: a.transpose(1, 2, 0)
    ),
    "second-first-turned": Presentation(
        lambda a, _: a.transpose(1, 2, 0), lambda a: a.transpose(2, 0, 1)
    ),
    "nhwc": Presentation(
        lambda a, _: a.transpose(0, 2, 3, 1), lambda a: a.transpose(0, 3, 1, 2)
    ),
    "hwio": Presentation(
        lambda a, _: a.transpose(2, 3, 1, 0), lambda a: a.transpose(3, 2, 0, 1)
    ),
    "hwc": Presentation(
        lambda a, _: a[0].transpose(1, 2, 0), lambda a: a.transpose(2, 0, 1)[None]
    ),
    "image": Presentation(lambda a, _: a[0, 0], lambda a: a[None, None]),
    "nlc": Presentation(lambda a, _: a.transpose(0, 2, 1), lambda a: a.transpose(0, 2, 1)),
    "kio": Presentation(lambda a, _: a.transpose(2, 1, 0), lambda a: a.transpose(2, 1, 0)),
    "oihw": Presentation(
        lambda a, _: a.transpose(1, 0, 2, 3), lambda a: a.transpose(1, 0, 2, 3)
    ),
    "one-pixel": Presentation(lambda a, _: a[:, :, None, None], lambda a: a[:, :, 0, 0]),
    "one-pixel-last": Presentation(lambda a, _: a[:, None, None, :], lambda a: a[:, 0, 0, :]),
    "without-channel": Presentation(lambda a, _: a[:, 0], lambda a: a[:, None]),
    "last-of-four": Presentation(lambda a, _: a.reshape(1, 1, 1, -1), lambda a: a[0, 0, 0]),
    "second-of-four": Presentation(
        lambda a, _: a.reshape(1, -1, 1, 1), lambda a: a[0, :, 0, 0]
    ),
    "pixels-nchw": Presentation(  # rows that are the pixels of two images of 2 x 3
        lambda a, _: a.reshape(2, 2, 3, -1).transpose(0, 3, 1, 2),
        lambda a: a.transpose(0, 2, 3, 1).reshape(-1, a.shape[1]),
    ),
    "pixels-nhwc": Presentation(
        lambda a, _: a.reshape(2, 2, 3, -1), lambda a: a.reshape(-1, a.shape[3])
    ),
    "steps": Presentation(  # rows that are the three steps of two sequences
        lambda a, _: a.reshape(2, 3, -1), lambda a: _three(a).reshape(-1, a.shape[2])
    ),
    "one-hot": Presentation(_one_hot, lambda a: np.argmax(a, axis=1)),
    "one-hot-vector": Presentation(
        lambda a, sizes: _one_hot(a, sizes)[0], lambda a: np.argmax(a).reshape(1)
    ),
    "one-hot-columns": Presentation(
        lambda a, sizes: _one_hot(a, sizes).T, lambda a: np.argmax(a, axis=0)
    ),
}


@dataclass(frozen=True, eq=False)
class Layout:
    """Which presentation each variable of a component has.

    Parameters
    ----------
    id : str
        Kebab-case, unique in the component.
    title : str
        For the report, e.g. "examples in columns".
    of : Mapping[str, str]
        From variable to presentation; what isn't named is ``same``.
    output : str
        Presentation of the output.
    sizes : Mapping[str, int]
        Sizes that this layout fixes, e.g. N = 1 for code that takes one example.
    """

    id: str
    title: str
    of: Mapping[str, str] = field(default_factory=dict)
    output: str = "same"
    sizes: Mapping[str, int] = field(default_factory=dict)

    def presentation(self, variable: str) -> Presentation:
        """Return the variable's presentation."""
        return PRESENTATIONS[self.of.get(variable, "same")]

    @property
    def of_output(self) -> Presentation:
        """The output's presentation."""
        return PRESENTATIONS[self.output]
