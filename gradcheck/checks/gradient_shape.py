"""Does backward return a gradient of exactly its variable's shape?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, described, told, unfit
from gradcheck.subject import Subject


class GradientShape(Check):
    """The gradient of a variable has the shape of the variable, whatever broadcasts."""

    id = "gradient-shape"
    title = "gradient with respect to {}: type and shape"
    question = "does each gradient have exactly the shape of its variable?"
    order = 30
    is_per_variable = True

    def reason_against(self, subject: Subject) -> str | None:
        """Need a backward."""
        return None if subject.variables else "no-backward"

    def ask(self, case: Case) -> Inquiry:
        """Call backward once."""
        (answer,) = yield [case.backward]
        names = case.subject.variables
        if answer.fault is not None:
            if answer.phase == "forward":
                return []  # forward's own checks carry it
            return [
                Observation("wrong", n, fault=answer.fault, phase="backward", evidence="fault",
                            details=told(answer.fault))
                for n in names
            ]  # fmt: skip
        found = []
        for name in names:
            expected = case.subject.show(name, case.example.inputs[name])
            value = answer.gradients.get(name)
            problem = unfit(value, expected, f"the gradient with respect to {name}")
            if problem is None:
                found.append(Observation("right", name))
                continue
            if value is None:
                problem = f"no gradient with respect to {name} is returned (None)"
            found.append(
                Observation("wrong", name, message=problem, expected=np.asarray(expected),
                            actual=value, evidence="gradient-shape",
                            details={"returned": described(value)})
            )  # fmt: skip
        return found


CHECK = GradientShape()
