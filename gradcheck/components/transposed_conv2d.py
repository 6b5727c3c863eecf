"""The transposed convolutional layer, which enlarges."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.component import Array, Variable, Variant
from gradcheck.components._convolution import Convolution
from gradcheck.components._images import KERNEL_SIZES, ONE_IMAGE, PADDING, STRIDE, X
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import other_convolutions

W = Variable("W", "the kernels W", ("C", "F", "R", "R"), role="parameter",
             aliases=("w", "weight", "weights", "kernel", "kernels", "filter", "filters",
                      "theta", "filt"),
             weak=("k", "f"))  # fmt: skip
B = Variable("b", "the bias b", ("F",), role="parameter", aliases=("b", "bias", "biases"))
FEW = (2, 3, 5)


class TransposedConv2d(Convolution):
    """Each entry of x puts its multiple of a kernel into the output, s apart; plus b."""

    id = "transposed-conv2d"
    title = "transposed convolutional layer"
    channels_axis = 1
    names = ("transposed_conv2d", "conv_transpose2d", "transpose_conv2d", "transposed_conv",
             "transpose_conv", "conv_transpose", "conv2d_transpose", "convtranspose2d", "deconv",
             "deconv2d", "deconvolution", "deconvolution2d", "transposed_convolution",
             "transposed_convolution2d", "convtranspose", "upconv", "up_conv", "upconv2d",
             "fractionally_strided_conv")  # fmt: skip
    sizes = ("N", "C", "F", "R", "OH", "OW")
    choices = {"N": FEW, "C": FEW, "F": FEW, "R": (3, 2), "OH": (2, 4), "OW": (3, 5)}
    size_names = KERNEL_SIZES
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip
    constants = (STRIDE, PADDING)
    domain = "finite reals; kernels are square, and something is left when the padding is cut off"
    variants = (
        Variant("bias", "with a bias", {"bias": True}),
        Variant("no-bias", "without a bias", {"bias": False}),
    )
    layouts = (
        Layout("nchw", "x (N, C, H, W), W (C, F, K, K), b (F,)"),
        Layout("nchw-b-column", "x (N, C, H, W), W (C, F, K, K), b (F, 1)", {"b": "column"}),
        Layout("nchw-b-map", "x (N, C, H, W), W (C, F, K, K), b (1, F, 1, 1)",
               {"b": "second-of-four"}),
        Layout("nchw-W-turned", "x (N, C, H, W), W (F, C, K, K), b (F,)", {"W": "oihw"}),
        Layout("nhwc", "x (N, H, W, C), W (K, K, F, C), b (F,)", {"x": "nhwc", "W": "hwio"},
               "nhwc"),
        Layout("chw", "one image at a time (C, H, W), W (C, F, K, K), b (F,)", {"x": "first-row"},
               "first-row", ONE_IMAGE),
        Layout("one-channel", "one image at a time (H, W), one kernel (K, K)",
               {"x": "image", "W": "image", "b": "vector-number"}, "image",
               ONE_IMAGE | {"C": 1, "F": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, C, H, W), W (C, F, R, R), and b (F,) where there is one."""
        return (X, W, B) if variant.options["bias"] else (X, W)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with those of an image of which the padding leaves something."""
        constants, found = self._constants(variant), dict(sizes)
        for outputs, side in (("OH", "H"), ("OW", "W")):
            most = 2 * constants["padding"] - sizes["R"]
            found[side] = max(sizes[outputs], most // constants["stride"] + 2)
        return found

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, H, W), W (C, F, R, R), b (F,)."""
        shapes = {v.name: tuple(sizes[d] for d in v.dims) for v in self.variables(variant)}
        return {name: source.reals(shape) for name, shape in shapes.items()}

    def value(self, x: Array, W: Array, b: Array, **constants: int) -> Array:
        """Return the reference's out (N, F, OH, OW)."""
        return other_convolutions.transposed_conv2d(x, W, b, **constants)

    def gradients(
        self, upstream: Array, x: Array, W: Array, b: Array, **constants: int
    ) -> tuple[Array, Array, Array]:
        """Return the reference's dx, dW, db."""
        return other_convolutions.transposed_conv2d_backward(upstream, x, W, b, **constants)


COMPONENT = TransposedConv2d()
