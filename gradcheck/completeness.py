"""What an assignment asks of a component and the code leaves out: its value, or its gradient.

Without an assignment a value alone, or a gradient alone, is judged as far as it goes. With
one, leaving out what is asked for is a wrong answer, or it would be worth more than trying.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gradcheck.records.assignment import AssignmentComponent
from gradcheck.records.report import CheckReport, Finding
from gradcheck.subject import Subject

__all__ = ["CARRIER", "Part", "left_out", "with_left_out"]

Part = Literal["value", "gradient"]
CARRIER: dict[Part, str] = {"value": "forward-value", "gradient": "gradient-value"}
"""The check that fails where a part is left out."""
OF_PART: dict[Part, frozenset[str]] = {
    "value": frozenset({"forward-value", "output-shape"}),
    "gradient": frozenset(
        {"gradient-value", "gradient-shape", "gradient-consistency", "chain-rule", "kink",
         "linear-in-upstream", "zero-upstream", "not-differenced", "loss-decrease"}
    ),
}  # fmt: skip
"""Checks that are of one part; an assignment that lists only such asks for that part alone."""
NO_FORWARD = "no-forward"
ADVICE: dict[Part, str] = {
    "value": "write the function that returns the value as well",
    "gradient": "write its gradient as well, as NAME_prime, NAME_grad or NAME_backward beside NAME",
}


def left_out(subject: Subject, wanted: AssignmentComponent | None) -> tuple[Part, ...]:
    """Return the parts that the assignment asks for and the code hasn't.

    Parameters
    ----------
    wanted : AssignmentComponent or None
        None without an assignment: then nothing is asked for.
    """
    component = subject.component
    if wanted is None or not component.has_gradient:
        return ()
    listed = set(wanted.checks)
    parts: list[Part] = []
    if not subject.has_forward and not (listed and listed <= OF_PART["gradient"]):
        parts.append("value")
    if not _has_gradients(subject) and not (listed and listed <= OF_PART["value"]):
        parts.append("gradient")
    return tuple(parts)


def _has_gradients(subject: Subject) -> bool:
    """Return whether there are gradients; those of a layer with respect to its input, too."""
    whole = {v.name for v in subject.component.differentiable(subject.variant)}
    is_layer = subject.component.kind == "layer"
    return bool(subject.variables) and (not is_layer or whole <= set(subject.variables))


def with_left_out(
    checks: Sequence[CheckReport], parts: Sequence[Part], wanted: AssignmentComponent, name: str
) -> list[CheckReport]:
    """Return the checks with a failed one for each part that is left out.

    The checks of that part that the assignment gives points for are skipped because of it.

    Parameters
    ----------
    name : str
        Of the component, for the finding's id.
    """
    found = list(checks)
    for part in parts:
        carrier = CARRIER[part]
        found = [_because(c, carrier) if _is_out(c, part) else c for c in found if c.id != carrier]
        found.append(_failed(part, name))
        there = {c.id for c in found}
        for check in wanted.checks:
            if check in OF_PART[part] and check not in there:
                found.append(CheckReport(id=check, title=check, outcome="skipped",
                                         blocked_by=carrier))  # fmt: skip
    return found


def _is_out(check: CheckReport, part: Part) -> bool:
    """Tell whether a check was skipped for want of a part."""
    return check.outcome == "skipped" and (
        check.blocked_by == NO_FORWARD if part == "value" else check.id in OF_PART[part]
    )


def _because(check: CheckReport, carrier: str) -> CheckReport:
    return check.model_copy(update={"blocked_by": carrier})


def _failed(part: Part, name: str) -> CheckReport:
    message = f"the assignment asks for the {part}, and a part of it isn't there: {ADVICE[part]}"
    finding = Finding(id=f"{name}/{CARRIER[part]}", severity="fault", message=message)
    return CheckReport(id=CARRIER[part], title=part, outcome="failed", findings=(finding,))
