"""How an object of a class that nothing is known of is built: from sizes, lists, other objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.naming import normalised
from gradcheck.own_calls import PENALTIES
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
    Parameter,
)
from gradcheck.records.program import Step
from gradcheck.template import Reading

__all__ = ["OUTPUTS", "RATES", "WIDTH_IN", "Filling", "Parts", "filling", "fillings", "from_arrays",
           "parts_of", "with_layers"]  # fmt: skip

WIDTHS = (4, 3, 6)
"""Sizes that layers are built with, distinct; the first is even, for heads."""
WIDTH_IN, WIDTH_HIDDEN, OUTPUTS = 4, 5, (3, 1)
"""Sizes that networks are built with: of three classes, or of one output."""
COUNTS: Mapping[str, int] = {
    **dict.fromkeys(("heads", "numheads", "nheads", "nhead", "h", "head"), 2),
    **dict.fromkeys(("numlayers", "nlayers", "layers", "depth", "nblocks", "numblocks", "n"), 2),
}
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
RATES = frozenset({"learningrate", "lr", "eta", "learnrate", "lrate"})
LAYERS = frozenset({"layers", "modules", "blocks"})
ADDING = ("add", "add_layer", "addLayer", "append", "push", "add_module")
SETTING = ("set", "compile", "configure", "setup", "set_loss", "use")
FINISHING = ("finalize", "build", "finalise")
INFERRING = ("eval", "eval_mode", "test_mode", "set_eval", "inference_mode")
"""Methods after which nothing is dropped."""
LOSSES = frozenset({"loss", "lossfunction", "lossfn", "criterion", "cost", "costfunction",
                    "objective", "error"})  # fmt: skip
ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky-relu", "elu", "softplus", "silu")
"""Of components: what stands between two layers, smooth ones first."""
LAST = ("softmax", "sigmoid")
NAMED_AFFINE = frozenset({"dense", "linear", "fullyconnected", "affine", "denselayer", "fc",
                          "linearlayer", "layerdense", "fclayer"})  # fmt: skip
"""Names of layers that may be read only as parts: their weights come with the first data."""
COSTS = ("cross-entropy", "binary-cross-entropy", "squared-error")
MANY = 8
"""A default width is taken smaller where it is at least that: derivatives are by entries."""
RATE = 0.1


@dataclass(frozen=True)
class Filling:
    """Steps that leave a new object in slot ``obj``, and the sizes that it was built with."""

    steps: tuple[Step, ...]
    sizes: tuple[int, ...]
    given: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Arrays that the constructor takes, by their operands' names, and their shapes."""

    looking: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Further operands of the steps, and their shapes where the object is looked at."""

    def warmed(self, method: str, operand: str, shape: tuple[int, ...]) -> Filling:
        """Return it with a first call of a method, which may make the weights."""
        steps: tuple[Step, ...] = (
            ("get", "first call", "obj", method),
            ("call", "first result", "first call", [f"${operand}"], {}),
        )  # fmt: skip
        return replace(self, steps=(*self.steps, *steps), looking={operand: shape})


@dataclass(frozen=True)
class Parts:
    """Classes of the file that networks are put together from."""

    layers: tuple[ClassDescription, ...] = ()
    """Affine layers that sizes are enough for."""
    activations: tuple[ClassDescription, ...] = ()
    last: tuple[ClassDescription, ...] = ()
    """Activations that make probabilities, and no activation at all where there is none."""
    losses: tuple[ClassDescription, ...] = ()


def parts_of(readings: Sequence[Reading], module: ModuleDescription) -> Parts:
    """Return the classes among readings that networks can be put together from."""
    classes = {c.name: c for c in module.classes}
    found: dict[str, list[ClassDescription]] = {}
    for reading in readings:
        owner, _, method = reading.names[0].partition(".")
        if method and owner in classes and reading.template.gradients:
            found.setdefault(reading.component, []).append(classes[owner])

    def of(components: Sequence[str]) -> tuple[ClassDescription, ...]:
        return tuple(cls for c in components for cls in found.get(c, ()))

    named = tuple(c for c in module.classes
                  if normalised(c.name) in NAMED_AFFINE and 1 <= _needed(c) <= 2)  # fmt: skip
    easy = tuple(c for c in of(ACTIVATIONS) if not _needed(c))
    last = tuple(c for c in of(LAST) if not _needed(c))
    losses = tuple(c for c in of(COSTS) if not _needed(c))
    return Parts(of(("affine",)) or named[:1], easy[:1], last[:2], losses[:2])


def _needed(cls: ClassDescription) -> int:
    """Return how many arguments a constructor must be given."""
    init = cls.methods.get("__init__")
    return len(init.required) if init else 0


def filling(cls: ClassDescription) -> Filling | None:
    """Return how to build a layer from sizes; None where its constructor wants more."""
    init = cls.methods.get("__init__")
    steps: list[Step] = [("name", "cls", cls.name)]
    slots: list[str] = []
    sizes: list[int] = []
    for parameter in init.required if init else ():
        plain = normalised(parameter.name)
        number = COUNTS.get(plain)
        if number is None and plain in DROPPED:
            number = 0
        if number is None and _is_size(parameter.name) and len(sizes) < len(WIDTHS):
            number = WIDTHS[len(sizes)]
            sizes.append(number)
        if number is None:
            return None
        slots.append(f"a{len(slots)}")
        steps.append(("constant", slots[-1], number))
    off = {p.name: "off" for p in (init.parameters if init else ())
           if p.has_default and normalised(p.name) in DROPPED}  # fmt: skip
    if off:
        steps.append(("constant", "off", 0.0))
    steps.append(("call", "obj", "cls", slots, off))
    return Filling(tuple(steps), tuple(sizes)) if sizes else None


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


def fillings(cls: ClassDescription) -> Iterator[Filling]:
    """Yield the ways to build a network from widths: with three outputs, then with one."""
    init = cls.methods.get("__init__")
    for outputs in OUTPUTS:
        told = _arguments(init, (WIDTH_IN, WIDTH_HIDDEN, outputs))
        if told is None:
            return
        steps, slots, keywords, sizes = told
        if sizes:
            whole: tuple[Step, ...] = (
                ("name", "cls", cls.name), *steps, ("call", "obj", "cls", slots, keywords)
            )
            yield Filling(whole, tuple(sizes))
            quiet = next((m for m in INFERRING if m in cls.methods
                          and not cls.methods[m].required), None)  # fmt: skip
            if quiet is not None:
                infer: tuple[Step, ...] = (("get", "infer", "obj", quiet),
                                           ("call", "infers", "infer", [], {}))  # fmt: skip
                yield Filling((*whole, *infer), tuple(sizes))


def _arguments(
    init: FunctionDescription | None, widths: Sequence[int]
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


def _is_replaced(parameter: Parameter) -> bool:
    """Return whether a default is replaced: a width that is too large, a rate of dropping."""
    plain = normalised(parameter.name)
    is_large = isinstance(parameter.default, int) and parameter.default >= MANY
    return plain in DROPPED | LISTS | HIDDEN_LISTS | {"dtype"} or (
        is_large and _is_size(parameter.name)
    )


def _value(
    parameter: Parameter, widths: Sequence[int], left: list[int]
) -> object | None:
    """Return what a parameter is given, or None; a width of ``left`` is used up."""
    plain = normalised(parameter.name)
    if plain in HIDDEN_LISTS:
        return list(widths[1:-1])
    if plain in LISTS and (parameter.default is None or not parameter.has_default):
        return list(widths)
    if plain in DROPPED:
        return 0.0
    if plain in PENALTIES | RATES:
        return RATE
    if plain == "dtype":
        return "float64"
    if plain.endswith("seed"):
        return 1
    if plain in {"activation", "activationname", "hiddenactivation"}:
        return "relu"
    if not _is_size(parameter.name):
        return None
    words = set(parameter.name.lower().strip("_").split("_"))
    if words & OUT_OF:
        return _taken(widths[-1], left)
    return _taken(widths[0] if words & INTO else (left or [widths[1]])[0], left)


def _taken(width: int, left: list[int]) -> int:
    if width in left:
        left.remove(width)
    return width


def with_layers(
    cls: ClassDescription, parts: Parts, *, has_loss: bool = False
) -> Iterator[Filling]:
    """Yield the ways to put a network together from layers of the file.

    Two layers and an activation between them are handed to the constructor, or added one by one.
    With ``has_loss`` a loss is set, too, and an activation may stand last.
    """
    if not parts.layers or not parts.activations:
        return
    for last in (*parts.last, None) if has_loss else (None,):
        for loss in (*parts.losses, None) if has_loss else (None,):
            built = _chain(parts, last)
            put = _put_together(cls, *built, loss) if built is not None else None
            if put is not None:
                yield put


def _chain(
    parts: Parts, last: ClassDescription | None
) -> tuple[tuple[Step, ...], list[str]] | None:
    """Return the steps that make the layers, and their slots."""
    layer, activation = parts.layers[0], parts.activations[0]
    steps: list[Step] = []
    slots: list[str] = []
    made: list[tuple[ClassDescription, Sequence[int]]] = [
        (layer, (WIDTH_IN, WIDTH_HIDDEN)), (activation, ()), (layer, (WIDTH_HIDDEN, OUTPUTS[0])),
    ]  # fmt: skip
    made += [(last, ())] if last is not None else []
    for place, (cls, widths) in enumerate(made):
        needed = _needed(cls)
        own = widths[-needed:] if needed else ()
        if needed > len(widths):
            return None
        names = [f"l{place} {k}" for k in range(needed)]
        steps += [("constant", n, width) for n, width in zip(names, own, strict=True)]
        steps += [("name", f"l{place} class", cls.name),
                  ("call", f"l{place}", f"l{place} class", names, {})]  # fmt: skip
        slots.append(f"l{place}")
    return tuple(steps), slots


def _put_together(
    cls: ClassDescription, steps: tuple[Step, ...], layers: list[str],
    loss: ClassDescription | None,
) -> Filling | None:  # fmt: skip
    init = cls.methods.get("__init__")
    given = init.parameters if init else ()
    whole: list[Step] = [*steps, ("list", "all layers", layers), ("name", "cls", cls.name)]
    if loss is not None:
        whole += [("name", "loss class", loss.name), ("call", "its loss", "loss class", [], {})]
    slots: list[str] = []
    has_layers = False
    for parameter in given:
        plain = normalised(parameter.name)
        if parameter.kind == "var-positional" and plain in LAYERS:
            slots += layers
            has_layers = True
        elif parameter.kind == "positional" and not parameter.has_default:
            if plain in LAYERS:
                slots.append("all layers")
                has_layers = True
            elif plain in LOSSES and loss is not None:
                slots.append("its loss")
            else:
                slots.append(f"any {plain}")
                whole.append(("recorder", f"any {plain}"))
    whole.append(("call", "obj", "cls", slots, {}))
    adding = next((m for m in ADDING if m in cls.methods), None)
    if not has_layers:
        if adding is None or len(cls.methods[adding].required) != 1:
            return None
        whole.append(("get", "add", "obj", adding))
        whole += [("call", f"added {n}", "add", [n], {}) for n in layers]
    whole += _set_up(cls, loss)
    return Filling(tuple(whole), (WIDTH_IN, WIDTH_HIDDEN, OUTPUTS[0]))


def _set_up(cls: ClassDescription, loss: ClassDescription | None) -> Iterator[Step]:
    """Yield the steps that set a loss (what else is asked for does nothing) and finish."""
    setting = next((m for m in SETTING if m in cls.methods), None)
    if loss is not None and setting is not None:
        slots: list[str] = []
        keywords: dict[str, str] = {}
        for parameter in cls.methods[setting].parameters:
            plain = normalised(parameter.name)
            slot = "its loss" if plain in LOSSES else f"any {plain}"
            if parameter.kind not in {"positional", "keyword"} or (
                parameter.has_default and slot != "its loss"
            ):
                continue
            if slot != "its loss":
                yield ("recorder", slot)
            if parameter.kind == "keyword" or parameter.has_default:
                keywords[parameter.name] = slot
            else:
                slots.append(slot)
        yield ("get", "set up", "obj", setting)
        yield ("call", "is set up", "set up", slots, keywords)
    finishing = next((m for m in FINISHING if m in cls.methods
                      and not cls.methods[m].required), None)  # fmt: skip
    if finishing is not None:
        yield ("get", "finish", "obj", finishing)
        yield ("call", "finished", "finish", [], {})


def _is_size(name: str) -> bool:
    words = name.lower().strip("_").split("_")
    is_count = words[0] == "n" and len(words) == 2  # n_x, n_h, n_y
    return is_count or any(w in SIZES for w in words) or normalised(name).endswith(("dim", "size"))
