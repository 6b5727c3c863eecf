"""How layers of images are built: ``Conv2D(input_shape, kernel_size, depth)``, ``Reshape(a, b)``.

Their constructors take the shape of what they are given, a window, filters and channels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from gradcheck.calls.naming import normalised
from gradcheck.own._fillings import Filling
from gradcheck.records.description import ClassDescription, FunctionDescription
from gradcheck.records.program import Step

__all__ = ["of_images"]

IMAGE = (3, 5, 4)
"""What a layer is given, whichever of its axes the channels are."""
CHANNELS_LAST = (*IMAGE[1:], IMAGE[0])
WINDOW, FILTERS = 2, 2
SHAPES = frozenset({"inputshape", "inshape", "imageshape", "inputdim", "inputdims", "imgshape",
                    "inputsize", "shapein", "xshape"})  # fmt: skip
SHAPES_OUT = frozenset({"outputshape", "outshape", "targetshape", "newshape", "shapeout",
                        "outputdim", "outputsize"})  # fmt: skip
WINDOWS = frozenset({"kernelsize", "filtersize", "kernel", "k", "f", "ksize", "windowsize",
                     "poolsize", "poolshape", "kernelshape", "filtershape", "window", "size",
                     "kernelwidth", "kernelheight", "poolwidth", "poolheight"})  # fmt: skip
COUNTS: Mapping[str, int] = {
    **dict.fromkeys(("depth", "numfilters", "nfilters", "filters", "outchannels", "numkernels",
                     "nkernels", "numofkernels", "numoffilters", "outputdepth", "nout",
                     "filtersnum", "outputchannels", "cout", "outdepth"), FILTERS),
    **dict.fromkeys(("inchannels", "channels", "inputchannels", "nchannels", "numchannels",
                     "inputdepth", "numofchannels", "cin", "indepth", "nin"), IMAGE[0]),
    **dict.fromkeys(("stride", "strides", "s", "step"), 1),
    **dict.fromkeys(("padding", "pad", "p"), 0),
}  # fmt: skip


def of_images(cls: ClassDescription) -> Iterator[Filling]:
    """Yield the ways to build a layer of images, its window a number and then a pair."""
    init = cls.methods.get("__init__")
    plain = [normalised(p.name) for p in init.required] if init else []
    if init is None or not set(plain) & (SHAPES | WINDOWS):
        return
    for is_pair in (False, True) if set(plain) & WINDOWS else (False,):
        steps = _steps(init, is_pair=is_pair)
        if steps is None:
            return
        call: Step = ("call", "obj", "cls", [f"a{k}" for k in range(len(plain))], {})
        for image in (IMAGE,) if set(plain) & SHAPES else (IMAGE, CHANNELS_LAST):
            yield Filling((("name", "cls", cls.name), *steps, call), image, image=image)


def _steps(init: FunctionDescription, *, is_pair: bool) -> list[Step] | None:
    """Return the steps that make the constructor's arguments; None if it wants others."""
    steps: list[Step] = []
    for place, parameter in enumerate(init.required):
        plain, slot = normalised(parameter.name), f"a{place}"
        if plain in SHAPES:
            steps += _tuple(slot, IMAGE)
        elif plain in SHAPES_OUT:
            steps += _tuple(slot, (math.prod(IMAGE), 1))
        elif plain in WINDOWS:
            steps += _tuple(slot, (WINDOW, WINDOW)) if is_pair else [("constant", slot, WINDOW)]
        elif plain in COUNTS:
            steps.append(("constant", slot, COUNTS[plain]))
        else:
            return None
    return steps


def _tuple(slot: str, numbers: tuple[int, ...]) -> list[Step]:
    parts = [f"{slot} {k}" for k in range(len(numbers))]
    made: list[Step] = [("constant", part, n) for part, n in zip(parts, numbers, strict=True)]
    return [*made, ("tuple", slot, parts)]
