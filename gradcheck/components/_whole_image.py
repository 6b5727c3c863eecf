"""What layers without windows share: one input x (N, C, H, W) of any size."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.component import Array, Component, Variable, Variant
from gradcheck.components._images import X
from gradcheck.strategies.source import Source

__all__ = ["WholeImage"]

FEW = (2, 3, 5)


class WholeImage(Component):
    """A layer of whole images."""

    kind = "layer"
    sizes = ("N", "C", "OH", "OW")
    choices = {"N": FEW, "C": FEW, "OH": (2, 4), "OW": (3, 5)}
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the only input, x (N, C, H, W)."""
        return (X,)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with those of the image."""
        return {**sizes, "H": sizes["OH"], "W": sizes["OW"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, H, W)."""
        return {"x": source.reals(tuple(sizes[d] for d in X.dims))}
