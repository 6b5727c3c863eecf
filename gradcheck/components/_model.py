"""What models of several layers share: sizes that layers of little signal can't fall below."""

from __future__ import annotations

from gradcheck.component import Array, Component, Inputs, Variant

__all__ = ["Model"]

LEAST_SHARE = 2.0**-10
"""Of the largest gradient: what the others' natural size is at least."""


class Model(Component):
    """A network with its cost."""

    kind = "model"

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the gradients' sizes, at least the largest of all times 2^-10."""
        sizes = super().magnitude(inputs, upstream, variant)
        floor = max(sizes.values()) * LEAST_SHARE
        return {name: max(size, floor) for name, size in sizes.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the cost's size, at least 1."""
        return max(1.0, super().output_magnitude(inputs, variant))
