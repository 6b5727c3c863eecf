"""How an object of a class that nothing is known of is built: from sizes, lists, arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from gradcheck.calls.naming import normalised
from gradcheck.calls.template import RATE, SIZE
from gradcheck.own._calls import BATCHES, EXAMPLES, ONCE, PENALTIES, RATES
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    Parameter,
)
from gradcheck.records.program import Step

__all__ = ["OPTIMIZER", "OUTPUTS", "WIDTH_HIDDEN", "WIDTH_IN", "Filling", "filling", "fillings",
           "from_arrays"]  # fmt: skip

_COUNTED = re.compile(r"(?<=[a-z])_?(nodes|neurons|units|features|size|dim)\b")
WIDTHS = (4, 3, 6)
"""Sizes that layers are built with, distinct; the first is even, for heads."""
WIDTH_IN, WIDTH_HIDDEN, OUTPUTS = 4, 5, (3, 1)
"""Sizes that networks are built with: of three classes, or of one output."""
COUNTS: Mapping[str, int] = {
    **dict.fromkeys(("heads", "numheads", "nheads", "nhead", "h", "head", "headsnum",
                     "numattentionheads"), 2),
    **dict.fromkeys(("numlayers", "nlayers", "layers", "depth", "nblocks", "numblocks", "n",
                     "layersnum", "nlayer", "numencoderlayers", "numdecoderlayers"), 2),
    **dict.fromkeys(("maxlen", "maxlength", "maxseqlen", "maxseqlength", "blocksize",
                     "contextlength", "contextsize", "seqlen", "seqlength", "maxposition",
                     "sequencelength", "maxsequencelength", "windowsize"), 32),
}  # fmt: skip
"""Numbers that are no widths: two heads, two layers, room for every sequence that is tried."""
AMBIGUOUS = frozenset({"n", "h", "layers", "depth"})
"""Names that count something in layers only."""
VOCABULARY = 5
"""How many tokens there are."""
TYPES = frozenset({"dtype", "datatype"})
DROPPED = frozenset({"dropout", "dropoutrate", "droprate", "pdrop", "dropoutprob"})
SIZES = ("dim", "size", "model", "in", "out", "units", "hidden", "features", "input", "output",
         "embed", "width", "ff", "inputs", "outputs", "channels", "nin", "nout", "emb", "d",
         "neurons", "nodes", "dmodel", "dff", "indim", "outdim", "classes")  # fmt: skip
"""Words in the names of sizes."""
INTO = frozenset({"in", "input", "inputs", "features", "x", "nin", "indim"})
ARRAYS = frozenset({"weights", "weight", "bias", "biases", "gamma", "beta", "kernel", "param",
                    "params", "scale", "shift"})  # fmt: skip
SHAPES: Mapping[int, tuple[tuple[tuple[int, ...], ...], ...]] = {
    1: (((4, 3),), ((1, 4),), ((4,),)),
    2: (((4, 3), (3,)), ((4, 3), (1, 3)), ((3, 4), (3, 1)), ((4,), (4,)), ((1, 4), (1, 4))),
    3: (((4, 3), (3, 3), (3,)), ((4, 9), (3, 9), (9,)), ((4, 12), (3, 12), (12,))),
    6: (((4, 3), (3, 3), (3,)) * 2, ((4, 12), (3, 12), (12,)) * 2),
}
"""By their number: the shapes of arrays that constructors take: weights of recurrent layers have
one, three or four gates."""
OUT_OF = frozenset({"out", "output", "outputs", "classes", "y", "nout", "outdim", "labels"})
LISTS = frozenset({"sizes", "layers", "dims", "layersizes", "layerdims", "shape", "architecture",
                   "topology", "layersdims", "units", "nodes", "neurons", "layersize", "nnodes",
                   "structure"})  # fmt: skip
"""Names of a list of all widths."""
HIDDEN_LISTS = frozenset({"hiddensizelist", "hiddensizes", "hiddendims", "hiddenlayers",
                          "hiddenunits", "hiddenlayersizes", "hiddennodes"})  # fmt: skip
ONE_WIDTH = "one width"
"""Marks a parameter of such a name that is the width of the only hidden layer."""
ACTIVATIONS = frozenset({"activation", "activationname", "hiddenactivation",
                         "activationfunction"})  # fmt: skip
OPTIMIZERS = frozenset({"optimizer", "solver", "optimiser", "optim", "opt"})
OPTIMIZER = "recording optimizer"
"""The slot of what keeps gradients in an optimizer's place."""
INFERRING = ("eval", "eval_mode", "test_mode", "set_eval", "inference_mode")
"""Methods after which nothing is dropped."""
IMAGE = (1, 4, 4)
SHAPES_OF_IMAGES = frozenset({"inputdim", "inputshape", "imageshape", "inputsize", "imgshape"})
FILTERS: Mapping[str, int] = {"numfilters": 2, "nfilters": 2, "filtersize": 3, "kernelsize": 3}
"""Sizes that networks of images are built with."""
MANY = 8
"""A default width is taken smaller where it is at least that: derivatives are by entries. One of
1 is taken larger."""
STRENGTH = 0.1
"""Of penalties."""


@dataclass(frozen=True)
class Filling:
    """Steps that leave a new object in slot ``obj``, and the sizes that it was built with."""

    steps: tuple[Step, ...]
    sizes: tuple[int, ...]
    given: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Arrays that the constructor takes, by their operands' names, and their shapes."""

    looking: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Further operands of the steps, and their shapes where the object is looked at."""
    image: tuple[int, ...] = ()
    """The shape of one input, where it is an image."""
    vocabulary: int = 0
    """How many tokens it knows; 0 where it isn't told."""

    def warmed(self, method: str, operand: str, shape: tuple[int, ...]) -> Filling:
        """Return it with a first call of a method, which may make the weights."""
        steps: tuple[Step, ...] = (
            ("get", "first call", "obj", method),
            ("call", "first result", "first call", [f"${operand}"], {}),
        )  # fmt: skip
        return replace(self, steps=(*self.steps, *steps), looking={operand: shape})


def filling(cls: ClassDescription) -> Filling | None:
    """Return how to build a layer from sizes; None where its constructor wants more."""
    init = cls.methods.get("__init__")
    steps: list[Step] = [("name", "cls", cls.name)]
    slots: list[str] = []
    sizes: list[int] = []
    vocabulary = 0
    for parameter in init.required if init else ():
        if _is_optimizer(parameter):
            steps.append(("recorder", OPTIMIZER))
            slots.append(OPTIMIZER)
            continue
        plain = normalised(parameter.name)
        number: object = COUNTS.get(plain)
        if plain in DROPPED:
            number = 0
        elif plain in TYPES:
            number = "float64"
        elif "vocab" in plain:
            number = vocabulary = VOCABULARY
        elif number is None and _is_size(parameter.name) and len(sizes) < len(WIDTHS):
            number = WIDTHS[len(sizes)]
            sizes.append(WIDTHS[len(sizes)])
        if number is None:
            return None
        slots.append(f"a{len(slots)}")
        steps.append(("constant", slots[-1], number))
    optimizer = next((p.name for p in (init.parameters if init else ())
                      if p.has_default and _is_optimizer(p)), "")  # fmt: skip
    if optimizer:
        steps.append(("recorder", OPTIMIZER))
    values = {"off": 0.0, "type": "float64", "room": COUNTS["maxlen"]}
    given = {p.name: slot for p in (init.parameters if init else ()) if p.has_default
             and (slot := _default_slot(p))}  # fmt: skip
    steps += [("constant", slot, values[slot]) for slot in dict.fromkeys(given.values())]
    given |= {optimizer: OPTIMIZER} if optimizer else {}
    steps.append(("call", "obj", "cls", slots, given))
    sizes += [vocabulary] if vocabulary else []
    return Filling(tuple(steps), tuple(sizes), vocabulary=vocabulary) if sizes else None


def _default_slot(parameter: Parameter) -> str:
    """Return the slot of what a default is replaced by: nothing dropped, float64, little room."""
    plain = normalised(parameter.name)
    if plain in DROPPED:
        return "off"
    if plain in TYPES:
        return "type"
    default = parameter.default
    is_large = isinstance(default, int) and default > COUNTS["maxlen"]
    return "room" if is_large and COUNTS.get(plain) == COUNTS["maxlen"] else ""


def from_arrays(cls: ClassDescription) -> Iterator[Filling]:
    """Yield the ways to build a layer that is given its weights."""
    init = cls.methods.get("__init__")
    names = [p.name for p in init.required] if init else []
    if not names or not all(_is_array(n) for n in names):
        return
    for shapes in SHAPES.get(len(names), ()):
        call: Step = ("call", "obj", "cls", [f"${n}" for n in names], {})
        sizes = tuple(dict.fromkeys(n for s in shapes for n in s if n > 1))
        given = dict(zip(names, shapes, strict=True))
        yield Filling((("name", "cls", cls.name), call), sizes, given)


def _is_array(name: str) -> bool:
    plain = normalised(name)
    return plain in ARRAYS or (plain.startswith(("w", "b")) and len(plain) <= len("wxh"))


def fillings(cls: ClassDescription, activation: str = "") -> Iterator[Filling]:
    """Yield the ways to build a network from widths: with three outputs, then with one.

    A class of the file that is an activation is handed over where one is asked for.
    """
    init = cls.methods.get("__init__")
    may_be_listed = any(normalised(p.name) in HIDDEN_LISTS for p in init.parameters) if init else 0
    for outputs, is_listed in product(OUTPUTS, (True, False) if may_be_listed else (True,)):
        given = init if is_listed or init is None else _with_one_hidden(init)
        told = _arguments(given, (WIDTH_IN, WIDTH_HIDDEN, outputs), activation)
        if told is None:
            return
        steps, slots, keywords, sizes = told
        if sizes:
            whole: tuple[Step, ...] = (
                ("name", "cls", cls.name), *steps, ("call", "obj", "cls", slots, keywords)
            )
            image = IMAGE if any(_is_image(p) for p in (init.parameters if init else ())) else ()
            yield Filling(whole, tuple(sizes), image=image)
            quiet = next((m for m in INFERRING if m in cls.methods
                          and not cls.methods[m].required), None)  # fmt: skip
            if quiet is not None:
                infer: tuple[Step, ...] = (("get", "infer", "obj", quiet),
                                           ("call", "infers", "infer", [], {}))  # fmt: skip
                yield Filling((*whole, *infer), tuple(sizes), image=image)


def _with_one_hidden(init: FunctionDescription) -> FunctionDescription:
    """Return a constructor whose hidden layers are one, of a width that is a number."""
    parameters = tuple(
        replace(p, keys=(ONE_WIDTH,)) if normalised(p.name) in HIDDEN_LISTS else p
        for p in init.parameters
    )
    return replace(init, parameters=parameters)


def _arguments(
    init: FunctionDescription | None, widths: Sequence[int], activation: str
) -> tuple[list[Step], list[str], dict[str, str], list[int]] | None:
    """Return the steps, slots, keywords and sizes of a constructor's call; None if it wants more.

    Widths are those of the input, the hidden layers and the output.
    """
    steps: list[Step] = []
    slots: list[str] = []
    keywords: dict[str, str] = {}
    sizes: list[int] = []
    left = list(widths)
    for place, parameter in enumerate(init.parameters if init else ()):
        if parameter.kind not in {"positional", "keyword"}:
            continue
        if _is_optimizer(parameter):
            steps.append(("recorder", OPTIMIZER))
            if parameter.has_default or parameter.kind == "keyword":
                keywords[parameter.name] = OPTIMIZER
            else:
                slots.append(OPTIMIZER)
            continue
        if activation and normalised(parameter.name) in ACTIVATIONS and not parameter.has_default:
            steps += [("name", "activation class", activation),
                      ("call", f"a{place}", "activation class", [], {})]  # fmt: skip
            slots.append(f"a{place}")
            continue
        value = _value(parameter, widths, left)
        if value is None and not parameter.has_default:
            return None
        if value is None or (parameter.has_default and not _is_replaced(parameter)):
            continue
        sizes += value if isinstance(value, list) else []
        if isinstance(value, int) and not isinstance(value, bool) and value in widths:
            sizes.append(value)
        steps.append(("constant", f"a{place}", value))
        if parameter.has_default or parameter.kind == "keyword":
            keywords[parameter.name] = f"a{place}"
        else:
            slots.append(f"a{place}")
    return steps, slots, keywords, sizes


def _is_optimizer(parameter: Parameter) -> bool:
    """Return whether a parameter is an optimizer that is an object."""
    return normalised(parameter.name) in OPTIMIZERS and parameter.default is None


def _is_image(parameter: Parameter) -> bool:
    """Return whether a parameter is the shape of an image: its default is no plain number."""
    is_shape = normalised(parameter.name) in SHAPES_OF_IMAGES
    return is_shape and parameter.has_default and parameter.default is None


def _is_replaced(parameter: Parameter) -> bool:
    """Return whether a default is replaced: a width that is too large, a rate of dropping."""
    plain = normalised(parameter.name)
    words = set(_words(parameter.name))
    is_large = isinstance(parameter.default, int) and (
        parameter.default >= MANY or (parameter.default == 1 and bool(words & (INTO | OUT_OF)))
    )
    taken = DROPPED | LISTS | HIDDEN_LISTS | FILTERS.keys() | RATES | ONCE | BATCHES | OPTIMIZERS
    is_count = plain in COUNTS.keys() - AMBIGUOUS and isinstance(parameter.default, int)
    return (plain in taken | TYPES or is_count or _is_image(parameter)
            or (is_large and _is_size(parameter.name)))  # fmt: skip


def _value(
    parameter: Parameter, widths: Sequence[int], left: list[int]
) -> object | None:
    """Return what a parameter is given, or None; a width of ``left`` is used up."""
    plain = normalised(parameter.name)
    if _is_image(parameter):
        return list(IMAGE)
    if plain in FILTERS:
        return FILTERS[plain]
    if plain in HIDDEN_LISTS:
        return widths[1] if ONE_WIDTH in parameter.keys else list(widths[1:-1])
    if plain in LISTS and (parameter.default is None or not parameter.has_default):
        return list(widths)
    if plain in COUNTS.keys() - AMBIGUOUS:
        return COUNTS[plain]
    if plain in DROPPED:
        return 0.0
    if plain in PENALTIES:
        return STRENGTH
    if plain in RATES:
        return RATE
    if plain in ONCE:
        return 1
    if plain in BATCHES:
        return {SIZE: EXAMPLES}
    if plain in OPTIMIZERS and isinstance(parameter.default, str):
        return "sgd"
    if plain in TYPES:
        return "float64"
    if plain.endswith("seed"):
        return 1
    if plain in ACTIVATIONS:
        return "relu"
    if not _is_size(parameter.name):
        return None
    words = set(_words(parameter.name))
    if words & OUT_OF:
        return _taken(widths[-1], left)
    return _taken(widths[0] if words & INTO else (left or [widths[1]])[0], left)


def _words(name: str) -> list[str]:
    """Return a name's words in lower case; what is counted is a word: ``inputnodes``."""
    return _COUNTED.sub(r"_\1", name.lower()).strip("_").split("_")


def _taken(width: int, left: list[int]) -> int:
    if width in left:
        left.remove(width)
    return width


def _is_size(name: str) -> bool:
    words = _words(name)
    is_count = words[0] == "n" and len(words) == 2  # n_x, n_h, n_y
    return is_count or any(w in SIZES for w in words) or normalised(name).endswith(("dim", "size"))
