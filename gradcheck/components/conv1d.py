"""The convolutional layer of sequences."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.component import Array, Variable, Variant
from gradcheck.components._convolution import Convolution
from gradcheck.components._images import KERNEL_SIZES, PADDING, STRIDE, fitted
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import other_convolutions

X = Variable("x", "the sequences x", ("N", "C", "L"),
             aliases=("x", "input", "inputs", "signal", "sequence", "seq", "data", "a", "xin",
                      "inp", "signals"),
             weak=("z", "h", "prev", "features", "batch", "arr", "s"))  # fmt: skip
W = Variable("W", "the kernels W", ("F", "C", "R"), role="parameter",
             aliases=("w", "weight", "weights", "kernel", "kernels", "filter", "filters",
                      "theta", "filt"),
             weak=("k", "f", "h"))  # fmt: skip
B = Variable("b", "the bias b", ("F",), role="parameter", aliases=("b", "bias", "biases"))
FEW = (2, 3, 5)


class Conv1d(Convolution):
    """out = x cross-correlated with F kernels along its last axis, plus b."""

    id = "conv1d"
    title = "convolutional layer of sequences"
    names = ("conv1d", "conv_1d", "convolution1d", "convolve1d", "temporal_conv",
             "temporal_convolution", "conv1d_layer", "correlate1d",
             "cross_correlation1d", "cross_correlate1d")  # fmt: skip
    sizes = ("N", "C", "F", "R", "OW")
    choices = {"N": FEW, "C": FEW, "F": FEW, "R": (3, 2), "OW": (3, 4)}
    size_names = KERNEL_SIZES
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip
    constants = (STRIDE, PADDING)
    domain = "finite reals; the last window ends where the padded sequence ends"
    variants = (
        Variant("bias", "cross-correlation with a bias", {"bias": True}),
        Variant("no-bias", "cross-correlation without a bias", {"bias": False}),
    )
    layouts = (
        Layout("ncl", "x (N, C, L), W (F, C, K), b (F,)"),
        Layout("ncl-b-column", "x (N, C, L), W (F, C, K), b (F, 1)", {"b": "column"}),
        Layout("nlc", "x (N, L, C), W (K, C, F), b (F,)", {"x": "nlc", "W": "kio"}, "nlc"),
        Layout("nlc-W-by-kernel", "x (N, L, C), W (F, K, C), b (F,)", {"x": "nlc", "W": "nlc"},
               "nlc"),
        Layout("cl", "one sequence at a time (C, L), W (F, C, K), b (F,)", {"x": "first-row"},
               "first-row", {"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, C, L), W (F, C, R), and b (F,) where there is one."""
        return (X, W, B) if variant.options["bias"] else (X, W)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with an L that the kernels cover to the last entry."""
        found = fitted({**sizes, "OH": sizes["OW"]}, sizes["R"], **self._constants(variant))
        return {**sizes, "OW": found["OW"], "L": found["W"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, L), W (F, C, R), b (F,)."""
        shapes = {v.name: tuple(sizes[d] for d in v.dims) for v in self.variables(variant)}
        return {name: source.reals(shape) for name, shape in shapes.items()}

    def value(self, x: Array, W: Array, b: Array, **constants: int) -> Array:
        """Return the reference's out (N, F, OL)."""
        return other_convolutions.conv1d(x, W, b, **constants)

    def gradients(
        self, upstream: Array, x: Array, W: Array, b: Array, **constants: int
    ) -> tuple[Array, Array, Array]:
        """Return the reference's dx, dW, db."""
        return other_convolutions.conv1d_backward(upstream, x, W, b, **constants)


COMPONENT = Conv1d()
