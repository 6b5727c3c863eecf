"""Instance normalisation."""

from __future__ import annotations

from gradcheck.component import Variant
from gradcheck.components._image_normalization import ImageNormalization


class InstanceNorm(ImageNormalization):
    """Every channel of every image is brought to mean 0 and variance 1 over its pixels."""

    id = "instance-norm"
    title = "instance normalisation"
    names = ("instance_norm", "instancenorm", "instance_normalization", "instance_norm2d",
             "instance_normalisation", "instancenorm2d", "inorm", "spatial_instance_norm",
             "instance_norm_layer")  # fmt: skip
    domain = "finite reals, several pixels a channel; the variance divides by their number"

    def groups(self, variant: Variant, n_channels: int) -> int:
        """Return one group a channel."""
        return n_channels


COMPONENT = InstanceNorm()
