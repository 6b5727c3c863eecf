"""Probe examples, and how well a proposal fits on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.calls.closeness import EXACT, FACTOR, FAILED, RAN, SHAPED, probe_sizes, score
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.naming import UNNAMED
from gradcheck.calls.results import Path
from gradcheck.calls.template import ProgrammedSubject, Template
from gradcheck.component import Array, Component, Variant
from gradcheck.conventions.base import Proposal
from gradcheck.examples import Example, remembered
from gradcheck.presentation import Layout
from gradcheck.recognition.foreign import is_foreign
from gradcheck.records.program import Fault, Opaque, Value
from gradcheck.strategies.source import RandomSource
from gradcheck.subject import Answer

__all__ = ["PROBE_SEED", "SLIPS", "Fit", "calls_arrays", "fixed_sizes", "is_opaque",
           "is_partly_exact", "is_refused",
           "is_trivial", "may_be_ours", "probe_of"]  # fmt: skip

PROBE_SEED = 20
CACHED_PROBES = 4096
FEW = 2
OWN_FAULTS = frozenset({"NotImplementedError", "NameError", "UnboundLocalError"})
"""Exceptions that no other arguments would have spared."""
NO_AXIS = "AxisError"
"""What counts on an axis more than arrays have here isn't meant for these."""
NOT_CALLABLE = "'numpy.ndarray' object is not callable"
NO_ATTRIBUTE = "'numpy.ndarray' object has no attribute"
SLIPS = frozenset({"NameError", "UnboundLocalError"})
"""Exceptions at names that the code alone is to blame for."""
REFUSALS = frozenset({"ValueError", "TypeError", "AssertionError"})


@dataclass(frozen=True)
class Fit:
    """How well one proposal fits in one layout and variant."""

    proposal: Proposal
    layout: Layout
    variant: Variant
    forward: float
    gradient: float
    output: Path | None
    paths: Mapping[str, Path]
    rank: tuple[int, ...]
    is_narrow: bool = False
    is_misread: bool = False
    """Whether what came back can't be what the convention expects."""
    is_trivial: bool = False
    """Whether what came back is an argument again, but for a factor, or one number throughout."""
    is_opaque: bool = False
    """Whether the value is an object, or an array of objects, or the code wants such."""
    fitted: tuple[str, ...] = ()
    """Constants whose values were told by the student's value."""
    is_partly_exact: bool = False
    """Whether every gradient came back, and that of a model's largest parameter is right."""
    fault: Fault | None = None
    """What the call for the value raised, else that for the gradient."""
    is_refused: bool = False
    """Whether the code itself refused what it was handed, or was written for other objects."""
    is_slip: bool = False
    """Whether the gradient's code can't run, whatever it is given, or hands out two gradients in
    each other's place: what is called like a model and has its cost is one all the same."""
    further: tuple[Variant, ...] = ()
    """What it is judged in too: other values of the constants that the caller chooses."""

    @property
    def template(self) -> Template:
        """The proposal's template, with the places where value and gradients were found."""
        return replace(self.proposal.template, output=self.output, gradients=dict(self.paths))

    @property
    def is_acceptable(self) -> bool:
        """Whether names or numbers are enough to take it."""
        if self.is_misread or self.proposal.is_decoy:
            return False
        if self.proposal.is_surmised and (self.forward == FAILED or self.is_trivial):
            return False
        if self.proposal.needs_gradients and self.gradient < SHAPED:
            is_named = self.proposal.strength > UNNAMED
            return is_named and self.is_slip and self.forward == EXACT
        if self.proposal.strength == SURE:
            return True
        if self.proposal.component.kind == "step" and self.proposal.strength <= UNNAMED:
            return False  # with some constants a step is what any function may return
        if self.proposal.component.needs_name:
            return False
        is_whole = bool(self.paths) and self.output is not None
        is_unnamed = self.proposal.strength <= UNNAMED
        if is_unnamed and self.proposal.component.id == "identity" and (
            not is_whole or self.proposal.template.setup
        ):  # fmt: skip
            return False  # half of it any function may return, and a container of no layers both
        if is_unnamed and self.is_trivial and not self.is_complete:
            return False
        if self.proposal.component.id == "identity":
            return self.forward == EXACT
        if self.output is None:
            is_told = self.proposal.component.is_broad and not is_unnamed
            if self.is_partly_exact:  # no accident: another of its gradients is wrong
                return True
            return self.gradient > SHAPED if is_told else self.gradient >= FACTOR
        if self.forward >= FACTOR or self.proposal.needs_value:
            return self.forward >= FACTOR
        return self.gradient >= EXACT and self.forward >= SHAPED

    @property
    def is_complete(self) -> bool:
        """Whether value and gradients both agree, so that nothing can fit better."""
        return self.forward == EXACT and self.gradient == EXACT

    @property
    def is_vector(self) -> bool:
        """Whether a layer is read as taking one 1-d example, or sequences."""
        is_layer = self.proposal.component.kind == "layer"
        return is_layer and self.layout.output in {"first-row", "steps"}

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts the best first."""
        is_free = "N" not in self.layout.sizes or (self.is_vector and self.is_complete)
        is_layer = self.proposal.component.kind == "layer" and bool(self.paths)
        answered = self.gradient if is_layer else max(self.forward, self.gradient)
        is_free = is_free and answered > FAILED
        is_fitting = self.forward == EXACT or (self.output is None and self.gradient == EXACT)
        # of two that are equally wrong the plain one, which takes no mean from elsewhere
        # and of two that are equally right the one that supposes no padding of five
        component = self.proposal.component
        odd = sum(component.constant(self.variant, c.name) not in c.usual
                  for c in component.constants if c.is_integer)  # fmt: skip
        order = (not self.proposal.template.averaged, -odd, *(-r for r in self.rank))
        return (self.is_acceptable, self.proposal.strength == SURE, is_fitting, is_free,
                self.forward, self.gradient, order)  # fmt: skip


@remembered(CACHED_PROBES)
def probe_of(
    component: Component, variant: Variant, fixed: tuple[tuple[str, int], ...],
    *, is_upstream_one: bool = True, regime: str = "ordinary", seed: int = PROBE_SEED,
) -> Example:  # fmt: skip
    """Return the probe example; its inputs depend on the variant's domain only."""
    names = component.sizes_of(variant)
    told = {k: v for k, v in fixed if k in names}
    sizes = probe_sizes([name for name in names if name not in told])
    sizes = component.fitted_sizes({name: {**sizes, **told}[name] for name in names}, variant)
    rng = np.random.Generator(np.random.Philox(seed))
    inputs = component.draw(RandomSource(rng, regime), sizes, variant)
    example = Example(component, variant, 0, regime, sizes, inputs, (seed,))
    if is_upstream_one:
        example.__dict__["upstream"] = np.ones_like(example.output)
    return example


def is_trivial(value: Value, subject: ProgrammedSubject, example: Example) -> bool:
    """Return whether a value is an argument but for a factor, or the same number everywhere."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
        return False
    arguments = [subject.show(n, v, example.sizes) for n, v in example.inputs.items()]
    if np.size(value) < FEW:
        return any(np.array_equal(value, argument) for argument in arguments)
    return bool(np.all(value == np.ravel(value)[0])) or any(
        score(value, argument) >= FACTOR for argument in arguments
    )


def is_partly_exact(
    component: Component, raw: Value, scores: Sequence[Sequence[float]],
    expected: Sequence[Mapping[str, Array]],
) -> bool:  # fmt: skip
    """Return whether as many gradients as a model has came back, and the largest is right.

    Parameters
    ----------
    raw : Value
        What the call returned.
    scores, expected : sequence
        How close each gradient is to each that is accepted, and these.
    """
    if component.kind != "model" or not isinstance(raw, tuple | list | Mapping):
        return False
    for one, gradients in zip(scores, expected, strict=True):
        sizes = [np.size(g) for g in gradients.values()]
        largest = sizes.index(max(sizes))
        if len(raw) == len(one) and min(one) >= RAN and one[largest] == EXACT:
            return True
    return False


def fixed_sizes(proposal: Proposal, layout: Layout) -> tuple[tuple[str, int], ...]:
    """Return the sizes that a submission's objects or the layout fix, sorted."""
    return tuple(sorted({**proposal.sizes, **layout.sizes}.items()))


def may_be_ours(answer: Answer | None, closeness: float, *, is_guess: bool) -> bool:
    """Return whether what a call gave may come of our calling it as it isn't meant.

    A code's own checks may refuse it; where its call is a guess, anything that raises may.
    """
    fault = answer.fault if answer is not None else None
    if answer is None or fault is None:
        has_come = answer is not None and (answer.output is not None or bool(answer.raw))
        return is_guess and has_come and closeness <= RAN
    if is_refused(fault):
        return True
    return is_guess and fault.kind == "exception" and fault.type_name not in OWN_FAULTS


def calls_arrays(answer: Answer | None) -> bool:
    """Return whether code calls what it is given: ``adam(grad, x)`` wants a function."""
    fault = answer.fault if answer is not None else None
    return fault is not None and NOT_CALLABLE in fault.message


def is_refused(fault: Fault) -> bool:
    """Return whether code says itself that it isn't meant for what it was handed."""
    if fault.type_name == NO_AXIS or is_foreign(fault):
        return True
    return fault.is_refusal and fault.type_name in REFUSALS


def is_opaque(value: Value, answer: Answer | None) -> bool:
    """Return whether a value is an object, or code asks an array for what arrays don't have.

    An autograd engine's objects are meant then.
    """
    fault = answer.fault if answer is not None else None
    if fault is not None and fault.type_name == "AttributeError" and NO_ATTRIBUTE in fault.message:
        return True
    return isinstance(value, Opaque)
