"""Networks that are put together from layers of the same file, with a loss of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.calls.naming import normalised
from gradcheck.calls.template import Reading
from gradcheck.own._fillings import OUTPUTS, WIDTH_HIDDEN, WIDTH_IN, Filling
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Step

__all__ = ["Parts", "parts_of", "with_layers"]

ADDING = ("add", "add_layer", "addLayer", "append", "push", "add_module")
SETTING = ("set", "compile", "configure", "setup", "set_loss", "use")
FINISHING = ("finalize", "build", "finalise")
LOSSES = frozenset({"loss", "lossfunction", "lossfn", "criterion", "cost", "costfunction",
                    "objective", "error"})  # fmt: skip
LAYERS = frozenset({"layers", "modules", "blocks"})
ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky-relu", "elu", "softplus", "silu")
"""Of components: what stands between two layers, smooth ones first."""
LAST = ("softmax", "sigmoid")
COSTS = ("cross-entropy", "binary-cross-entropy", "squared-error")
NAMED_AFFINE = frozenset({"dense", "linear", "fullyconnected", "affine", "denselayer", "fc",
                          "linearlayer", "layerdense", "fclayer"})  # fmt: skip
"""Names of layers that may be read only as parts: their weights come with the first data."""


@dataclass(frozen=True)
class Parts:
    """Classes of the file that networks are put together from."""

    layers: tuple[ClassDescription, ...] = ()
    """Affine layers that sizes are enough for."""
    activations: tuple[ClassDescription, ...] = ()
    last: tuple[ClassDescription, ...] = ()
    """Activations that make probabilities, and no activation at all where there is none."""
    losses: tuple[ClassDescription, ...] = ()

    @property
    def activation(self) -> str:
        """The name of the activation that is handed over; empty where there is none."""
        return next((cls.name for cls in self.activations), "")


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
