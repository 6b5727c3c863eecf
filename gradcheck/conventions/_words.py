"""What a constructor wants besides sizes: a generator, a seed, a name, which activation it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import normalised
from gradcheck.component import Component
from gradcheck.conventions._branches import NAMES
from gradcheck.conventions._constants import Passing
from gradcheck.conventions.base import Proposal
from gradcheck.records.description import ClassDescription, Parameter
from gradcheck.records.program import Step, Value

__all__ = ["MAKER", "by_word", "may_activate", "with_generators"]

GENERATORS = frozenset({"rng", "generator", "randomgenerator", "prng", "randomstate", "gen"})
SEEDS = frozenset({"seed", "randomseed", "rngseed"})
TITLES = frozenset({"name", "layername", "title"})
INITIALISERS = frozenset({"weightinitfn", "biasinitfn", "weightinit", "biasinit", "initfn",
                          "initializer", "initialiser", "weightinitializer", "biasinitializer",
                          "kernelinitializer", "weightinitialiser", "biasinitialiser",
                          "winit", "binit", "weightsinitfn", "init"})  # fmt: skip
"""Names of a function that makes an array of the sizes that it is given."""
ACTIVATIONS = frozenset({"activation", "act", "activationfn", "activationfunc", "actfn",
                         "activationfunction", "nonlinearity", "nonlin", "actfunc"})  # fmt: skip
"""Names of what a layer with weights may put after them."""
LINEAR = frozenset({"linear", "identity", "none", ""})
MAKER = "kept maker"
WORD, ANY = "kept name", "layer"
MOST_WORDS = 3


def with_generators(passing: Passing, names: Sequence[str], component: Component) -> Passing:
    """Return the passing with a generator, a seed, what makes arrays, what it is to be called."""
    titles = TITLES | NAMES if component.kind == "activation" else TITLES
    kinds = {"kept generator": GENERATORS, "kept seed": SEEDS, WORD: titles,
             MAKER: INITIALISERS}  # fmt: skip
    slots = {n: slot for n in passing.others(names) for slot, words in kinds.items()
             if normalised(n) in words}  # fmt: skip
    if not slots:
        return passing
    steps: tuple[Step, ...] = (("generator", "kept generator"), ("constant", "kept seed", 0),
                               ("constant", WORD, ANY))  # fmt: skip
    if MAKER in slots.values():
        steps += (("name", "its numpy", "np"), ("get", "its random", "its numpy", "random"),
                  ("get", MAKER, "its random", "randn"))  # fmt: skip
    return replace(passing, slots={**passing.slots, **slots}, steps=(*passing.steps, *steps))


def may_activate(
    cls: ClassDescription, component: Component, attributes: Mapping[str, Value] | None
) -> bool:
    """Return whether a layer is told of an activation that follows, as far as its object shows.

    What it gives is no affine layer's value then, and none is wrong.
    """
    init = cls.methods.get("__init__")
    told = [p for p in (init.parameters if init else ()) if normalised(p.name) in ACTIVATIONS]
    if component.kind != "layer" or not told:
        return False
    (parameter,) = told[:1]
    if isinstance(parameter.default, str) or not parameter.has_default:
        return str(parameter.default).lower() not in LINEAR or not parameter.has_default
    kept = (value for name, value in (attributes or {}).items() if normalised(name) in ACTIVATIONS)
    return any(value is not None for value in kept)


def by_word(proposal: Proposal, cls: ClassDescription) -> Iterator[Proposal]:
    """Yield a proposal for each word by which a class may be told to be its component.

    ``Activation("relu")``: one class is several activations. Where the constructor takes no such
    word, the proposal alone.
    """
    component = proposal.component
    chooser = _chooser(cls) if component.kind == "activation" else None
    if chooser is None:
        yield proposal
        return
    words = list(dict.fromkeys((*component.names, component.id)))[:MOST_WORDS]
    if chooser.default in words:  # what it is if nothing is said
        yield replace(proposal, branch=component.id)
        return
    for place, word in enumerate(words):
        told: tuple[Step, ...] = tuple(
            _told(step, chooser, word) for step in proposal.template.setup
        )
        if chooser.has_default:
            told = (("constant", WORD, word), *told)
        yield replace(
            proposal, template=replace(proposal.template, setup=told), branch=component.id,
            rank=proposal.rank + place, is_surmised=True,
            notes=(*proposal.notes, f"constructed with {chooser.name}={word!r}"),
        )  # fmt: skip


def _chooser(cls: ClassDescription) -> Parameter | None:
    """Return the constructor's parameter that may say which activation an object is."""
    init = cls.methods.get("__init__")
    return next(
        (p for p in (init.parameters if init else ())
         if normalised(p.name) in (NAMES | TITLES if not p.has_default else NAMES)), None,
    )  # fmt: skip


def _told(step: Step, chooser: Parameter, word: str) -> Step:
    """Return a step of the construction with the word in the place of any."""
    if step == ("constant", WORD, ANY):
        return "constant", WORD, word
    if chooser.has_default and step[:3] == ("call", "obj", "cls"):
        return (*step[:4], {**step[4], chooser.name: WORD})
    return step
