"""The convolutional layer."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.component import Array, Variable, Variant
from gradcheck.components._convolution import Convolution
from gradcheck.components._images import (
    DILATION,
    KERNEL_SIZES,
    ONE_IMAGE,
    ONE_SQUARE,
    PADDING,
    STRIDE,
    X,
    fitted,
)
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import convolution
from gradcheck_reference.windows import dilated

W = Variable("W", "the kernels W", ("F", "C", "R", "R"), role="parameter",
             aliases=("w", "weight", "weights", "kernel", "kernels", "filter", "filters", "wt",
                      "theta", "filt"),
             weak=("k", "f"))  # fmt: skip
B = Variable("b", "the bias b", ("F",), role="parameter", aliases=("b", "bias", "biases"))

CHANNELS_LAST = {"x": "nhwc", "W": "hwio"}
FIRST = {"x": "first-row"}
FEW = (2, 3, 5)


class Conv2d(Convolution):
    """out = x cross-correlated with F kernels, plus b; kernels are square."""

    id = "conv2d"
    title = "convolutional layer"
    names = ("conv2d", "conv", "convolution", "convolve", "convolution2d", "convolve2d",
             "convolutional", "conv_layer", "conv_single_channel", "cross_correlation",
             "cross_correlate", "correlate", "correlate2d", "conv3x3", "conv_2d", "conv_im2col",
             "conv_fast", "conv_strided", "conv2d_im2col")  # fmt: skip
    sizes = ("N", "C", "F", "R", "OH", "OW")
    choices = {"N": FEW, "C": FEW, "F": FEW, "R": (3, 2), "OH": (2, 4), "OW": (3, 5)}
    size_names = KERNEL_SIZES
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip
    constants = (DILATION, STRIDE, PADDING)
    domain = (
        "finite reals; kernels are square, and the last window ends where the padded image ends: "
        "H + 2 padding - kernel is a multiple of the stride"
    )
    variants = (
        Variant("bias", "cross-correlation with a bias", {"bias": True}),
        Variant("no-bias", "cross-correlation without a bias", {"bias": False}),
    )
    layouts = (
        Layout("nchw", "x (N, C, H, W), W (F, C, K, K), b (F,)"),
        Layout("nchw-b-column", "x (N, C, H, W), W (F, C, K, K), b (F, 1)", {"b": "column"}),
        Layout("nchw-b-row", "x (N, C, H, W), W (F, C, K, K), b (1, F)", {"b": "row"}),
        Layout("nchw-b-map", "x (N, C, H, W), W (F, C, K, K), b (1, F, 1, 1)",
               {"b": "second-of-four"}),
        Layout("nhwc", "x (N, H, W, C), W (K, K, C, F), b (1, 1, 1, F)",
               CHANNELS_LAST | {"b": "last-of-four"}, "nhwc"),
        Layout("nhwc-b-vector", "x (N, H, W, C), W (K, K, C, F), b (F,)", CHANNELS_LAST, "nhwc"),
        Layout("nhwc-b-row", "x (N, H, W, C), W (K, K, C, F), b (1, F)",
               CHANNELS_LAST | {"b": "row"}, "nhwc"),
        Layout("nhwc-W-by-kernel", "x (N, H, W, C), W (F, K, K, C), b (F,)",
               {"x": "nhwc", "W": "nhwc"}, "nhwc"),
        Layout("chw", "one image at a time (C, H, W), W (F, C, K, K), b (F,)", FIRST, "first-row",
               ONE_IMAGE),
        Layout("chw-b-column", "one image at a time (C, H, W), W (F, C, K, K), b (F, 1)",
               FIRST | {"b": "column"}, "first-row", ONE_IMAGE),
        Layout("hwc", "one image at a time (H, W, C), W (K, K, C, F), b (F,)",
               {"x": "hwc", "W": "hwio"}, "hwc", ONE_IMAGE),
        Layout("one-channel-filters", "one image at a time (H, W), W (F, K, K), out (OH, OW, F)",
               {"x": "image", "W": "without-channel"}, "hwc", ONE_IMAGE | {"C": 1}),
        Layout("one-channel", "one image at a time (H, W), one kernel (K, K)",
               {"x": "image", "W": "image", "b": "vector-number"}, "image",
               ONE_IMAGE | {"C": 1, "F": 1}),
        Layout("chw-square", "one square image at a time (C, H, H), W (F, C, K, K), b (F,)", FIRST,
               "first-row", ONE_SQUARE),
        Layout("chw-b-column-square", "one square image at a time (C, H, H), b (F, 1)",
               FIRST | {"b": "column"}, "first-row", ONE_SQUARE),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, C, H, W), W (F, C, R, R), and b (F,) where there is one."""
        return (X, W, B) if variant.options["bias"] else (X, W)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with H and W that the kernels cover to the last entry."""
        constants = self._constants(variant)
        reach = dilated(sizes["R"], constants["dilation"])
        return fitted(dict(sizes), reach, constants["stride"], constants["padding"])

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, H, W), W (F, C, R, R), b (F,)."""
        shapes = {v.name: tuple(sizes[d] for d in v.dims) for v in self.variables(variant)}
        return {name: source.reals(shape) for name, shape in shapes.items()}

    def value(self, x: Array, W: Array, b: Array, **constants: int) -> Array:
        """Return the reference's out (N, F, OH, OW)."""
        return convolution.conv2d(x, W, b, **constants)

    def gradients(
        self, upstream: Array, x: Array, W: Array, b: Array, **constants: int
    ) -> tuple[Array, Array, Array]:
        """Return the reference's dx, dW, db."""
        return convolution.conv2d_backward(upstream, x, W, b, **constants)


COMPONENT = Conv2d()
