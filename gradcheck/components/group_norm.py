"""Group normalisation."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.component import Variant
from gradcheck.components._image_normalization import ImageNormalization
from gradcheck.components._normalization import EPS
from gradcheck.constants import Constant

GROUPS = Constant(
    "groups", "{:g} groups", usual=(2, 4, 3, 1), low=1, high=16,
    aliases=("groups", "g", "numgroups", "ngroups", "group", "numgroup"), is_integer=True,
    chosen=(2,), keys=("num_groups",),
)  # fmt: skip
"""1 is a layer norm, C an instance norm: neither tells whether channels are grouped rightly."""


class GroupNorm(ImageNormalization):
    """The channels of an image in groups, each brought to mean 0 and variance 1."""

    id = "group-norm"
    title = "group normalisation"
    names = ("group_norm", "groupnorm", "group_normalization", "group_normalisation", "gn",
             "spatial_groupnorm", "spatial_group_norm", "group_norm_layer",
             "group_norm2d")  # fmt: skip
    constants = (EPS, GROUPS)
    domain = "finite reals; groups of neighbouring channels, all of one size"

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with a number of channels that the groups share evenly."""
        found, groups = super().fitted_sizes(sizes, variant), self.groups(variant, sizes["C"])
        return {**found, "C": groups * max(1, -(-found["C"] // groups))}

    def groups(self, variant: Variant, n_channels: int) -> int:
        """Return the constant."""
        return int(self.constant(variant, "groups"))


COMPONENT = GroupNorm()
