"""Windows that slide over images, and the way back.

Images are (N, C, H, W): N examples, C channels, H rows, W columns. Output place (i, j) looks at the
window whose upper left corner is at (i s, j s), s the stride: entry (p, q) of it is x_(is+p)(js+q).
Where the last window would stick out it is left out, and what no window covers has gradient 0.
"""

from __future__ import annotations

import numpy as np

from gradcheck_reference.stable import Array

__all__ = ["dilated", "require_fit", "require_upstream", "spread", "windows_of"]


def windows_of(x: Array, height: int, width: int, stride: int, dilation: int = 1) -> Array:
    """Return a view of all windows, (N, C, H, W) -> (N, C, OH, OW, height, width).

    With a dilation d, entry (p, q) of a window is x_(is+dp)(js+dq): its entries stand d apart.
    """
    reach = (dilated(height, dilation), dilated(width, dilation))
    every = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(2, 3))
    return every[:, :, ::stride, ::stride, ::dilation, ::dilation]


def dilated(side: int, dilation: int) -> int:
    """Return how much of the image a window reaches over whose entries stand so far apart."""
    return dilation * (side - 1) + 1


def spread(
    dwindows: Array, shape: tuple[int, ...], stride: int, dilation: int = 1
) -> Array:
    """Return the transpose of ``windows_of``: add up at each place of x what its windows say.

    An entry of x lies in several windows if they overlap, so the parts are added, one place
    (p, q) of the window at a time: it meets each entry of x at most once.
    """
    _, _, OH, OW, height, width = dwindows.shape
    dx = np.zeros(shape, dwindows.dtype)
    for p in range(height):
        for q in range(width):
            top, left = dilation * p, dilation * q
            rows = slice(top, top + stride * OH, stride)
            columns = slice(left, left + stride * OW, stride)
            dx[:, :, rows, columns] += dwindows[:, :, :, :, p, q]
    return dx


def require_fit(
    x: Array, height: int, width: int, stride: int, padding: int
) -> tuple[int, int]:
    """Return (OH, OW), checked: positive strides, and windows no larger than the padded image."""
    if stride < 1 or padding < 0 or height < 1 or width < 1:
        raise ValueError(
            f"stride and window must be at least 1 and padding at least 0, "
            f"not {stride}, {(height, width)} and {padding}"
        )
    _, _, H, W = x.shape
    if H + 2 * padding < height or W + 2 * padding < width:
        raise ValueError(
            f"a window of {(height, width)} doesn't fit into an image of {(H, W)} "
            f"with a padding of {padding}"
        )
    OH = (H + 2 * padding - height) // stride + 1
    OW = (W + 2 * padding - width) // stride + 1
    return OH, OW


def require_upstream(dout: Array, expected: tuple[int, ...]) -> None:
    """Raise ValueError, naming both shapes, unless dout has the output's."""
    if dout.shape != expected:
        raise ValueError(f"dout must have the output's shape {expected}, not {dout.shape}")
