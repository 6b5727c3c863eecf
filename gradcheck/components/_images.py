"""What components on images share: constants, sizes that fit, the input x (N, C, H, W)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradcheck.component import Variable
from gradcheck.constants import Constant

__all__ = ["DILATION", "KERNEL_SIZES", "ONE_IMAGE", "ONE_SQUARE", "PADDING", "POOL_STRIDE",
           "STRIDE", "WINDOW", "X", "fitted"]  # fmt: skip

X = Variable("x", "the images x", ("N", "C", "H", "W"),
             aliases=("x", "input", "inputs", "image", "images", "img", "imgs", "aprev", "data",
                      "a", "xin", "inp", "featuremap", "featuremaps"),
             weak=("a0", "z", "h", "prev", "features", "batch", "arr", "matrix", "m"))  # fmt: skip

LARGEST = 16
STRIDE = Constant("stride", "stride {:g}", (1, 2), 1, LARGEST,
                  aliases=("stride", "strides", "s", "step"),
                  is_integer=True, chosen=(2, 1, 1))  # fmt: skip
PADDING = Constant("padding", "padding {:g}", (0, 1, 2), 0, LARGEST,
                   aliases=("padding", "pad", "p", "pads", "padsize", "zeropadding"),
                   is_integer=True, chosen=(1, 1, 0))  # fmt: skip
POOL_STRIDE = replace(STRIDE, usual=(2, 3, 1), chosen=(2, 2))
"""Windows that overlap show more; those that don't are for code that can't have it."""
WINDOW = Constant("window", "window {:g}", (2, 3), 2, LARGEST,
                  aliases=("window", "poolsize", "size", "f", "k", "kernelsize", "windowsize",
                           "filtersize", "poolheight", "poolwidth", "poolh", "poolw", "kernel",
                           "pool", "ksize", "hf", "kernelshape", "poolshape", "windowshape"),
                  is_integer=True, chosen=(3, 2),
                  keys=("pool_height", "pool_width", "pool_size"))  # fmt: skip

DILATION = Constant("dilation", "dilation {:g}", (1,), 1, LARGEST,
                    aliases=("dilation", "dilations", "dil", "dilationrate", "rate"),
                    is_integer=True, chosen=(1, 2, 2), keys=("dilation_rate",),
                    is_rare=True)  # fmt: skip
"""Where it isn't in the signature it is 1."""

ONE_IMAGE = {"N": 1}
ONE_SQUARE = {"N": 1, "OH": 3, "OW": 3}
"""For code that takes one side of an image for both."""
KERNEL_SIZES: Mapping[str, tuple[str, ...]] = {
    "C": ("inchannels", "cin", "inputchannels", "nin", "inc", "nchannels", "channels", "c",
          "inputdepth", "indepth", "ninputs", "numchannels", "inplanes", "ninchannels", "ic",
          "channelsin", "inchannel", "chin", "inch", "nc", "inputchannel", "nbchannels"),
    "F": ("outchannels", "cout", "outputchannels", "nout", "outc", "nfilters", "numfilters",
          "filters", "nkernels", "numkernels", "outdepth", "depth", "noutputs", "outplanes",
          "noutchannels", "oc", "channelsout", "outchannel", "f", "chout", "outch", "nf",
          "outputchannel", "outputdepth", "nfilter", "numfilter", "nbfilters", "nbkernels"),
    "R": ("kernelsize", "filtersize", "ksize", "k", "size", "kernel", "filterdim", "fsize",
          "ks", "kernelheight", "kernelwidth", "filterheight", "filterwidth", "kh", "kw",
          "hfilter", "wfilter", "filterh", "filterw"),
}  # fmt: skip
"""What constructors of convolutions call their sizes."""


def fitted(
    sizes: dict[str, int], window: int, stride: int, padding: int = 0
) -> dict[str, int]:
    """Return the sizes with an image that OH times OW windows cover to its last entry.

    A wide padding may leave nothing for the image itself; then there are more windows.
    """
    found = dict(sizes)
    for outputs, side in (("OH", "H"), ("OW", "W")):
        while window + stride * (found[outputs] - 1) <= 2 * padding:
            found[outputs] += 1
        found[side] = window + stride * (found[outputs] - 1) - 2 * padding
    return found
