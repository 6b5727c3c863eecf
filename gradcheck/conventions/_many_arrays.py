"""Gradient descent of arrays that are passed one by one: ``update(W1, b1, dW1, db1, alpha)``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.calls.naming import normalised
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["OneByOne", "one_by_one"]

FORMS = ("d{}", "grad{}", "{}grad", "delta{}", "d{}s")
LEAST = 2


@dataclass(frozen=True)
class OneByOne:
    """Which argument is the gradient of which, and which is the rate."""

    required: tuple[str, ...]
    gradients: dict[str, str]
    """From a parameter's argument to its gradient's."""
    rate: str

    @property
    def count(self) -> int:
        """How many parameters there are."""
        return len(self.gradients)

    def steps(self, function: FunctionDescription, whole: str, slopes: str, rate: str) -> Iterator[
        Step
    ]:
        """Yield the calls: each parameter is a row of ``whole``; the new rows go to ``out``."""
        slots = {self.rate: rate}
        for place, (name, gradient) in enumerate(self.gradients.items()):
            for argument, array in ((name, whole), (gradient, slopes)):
                slot = f"row {argument}"
                yield ("item", f"{slot} view", array, place)
                yield ("get", f"{slot} copy", f"{slot} view", "copy")
                yield ("call", slot, f"{slot} copy", [], {})
                slots[argument] = slot
        yield ("name", "f", function.name)
        yield ("call", "r", "f", [slots[n] for n in self.required], {})
        parts = [f"o{place}" for place in range(self.count)]
        for place, part in enumerate(parts):
            yield ("item", part, "r", place)
        yield ("list", "out", parts)


def one_by_one(function: FunctionDescription, rates: tuple[str, ...]) -> OneByOne | None:
    """Return the roles of a signature of several parameters, their gradients and a rate."""
    required = tuple(p.name for p in function.required)
    plain = {normalised(name): name for name in required}
    rate = next((name for name in required if normalised(name) in rates), None)
    gradients: dict[str, str] = {}
    for name in required:
        own = (plain.get(form.format(normalised(name))) for form in FORMS)
        gradient = next((g for g in own if g is not None), None)
        if gradient is not None and name != rate:
            gradients[name] = gradient
    used = {*gradients, *gradients.values(), rate}
    if rate is None or len(gradients) < LEAST or used != set(required):
        return None
    return OneByOne(required, gradients, rate)
