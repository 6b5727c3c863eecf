"""An assignment tried out: the author's solution has full marks, spoilt ones lose some.

Wrong solutions are made from the model: its text with a wrapper appended that spoils what
one of its functions returns, as a mistake would. Each is graded by the whole line, like a
student's. The model's text is only ever executed in a worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.api import grade
from gradcheck.calls.results import Path
from gradcheck.calls.template import Reading
from gradcheck.errors import SpecError
from gradcheck.options import Options
from gradcheck.pipeline import Prepared
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec
from gradcheck.records.report import ComponentReport, Report
from gradcheck.records.submission import Submission
from gradcheck.reporting import SUBMISSION
from gradcheck.sandbox.executors import Executor

__all__ = ["Spoilt", "Tried", "tried", "wrong_solutions"]

ENOUGH = 1e-9
"""Points: what is lost must be more than rounding."""
ATTRIBUTES = "attrs"
"""The slot of a template that stands for what the object keeps."""


@dataclass(frozen=True)
class Mistake:
    """One way to spoil a function: the new value of each spoilt result, as an expression."""

    id: str
    title: str
    expression: str = ""
    """Empty: the function is taken out."""
    is_of_value: bool = False


MISTAKES = (
    Mistake("sign-flipped", "the gradient's sign is flipped", "-v"),
    Mistake("extra-factor-two", "the gradient is doubled", "2 * v"),
    Mistake("unfinished", "the gradient is zero", "0 * v"),
    Mistake("off-by-a-thousandth", "the gradient is 0.1 % too large", "v * 1.001"),
    Mistake("one-entry", "one entry of the gradient is wrong", "_one_entry(v)"),
    Mistake("not-implemented", "the gradient's function raises", "_raise()"),
    Mistake("wrong-value", "the value is 1 % too large", "v * 1.01", is_of_value=True),
    Mistake("constant-added", "a constant is added to the value", "v + 1", is_of_value=True),
    Mistake("left-out", "the gradient's function is left out"),
)

WRAPPER = '''

def _spoilt(function):
    import functools
    import numpy as np

    def _one_entry(v):
        v = np.array(v, dtype=float)
        v.flat[0] = 2 * v.flat[0] + 1
        return v if v.ndim else float(v)

    def _raise():
        raise NotImplementedError

    def changed(value, path):
        if not path:
            v = value if np.ndim(value) == 0 else np.asarray(value)
            return {expression}
        if isinstance(value, dict):
            return {{**value, path[0]: changed(value[path[0]], path[1:])}}
        entries = list(value)
        entries[path[0]] = changed(entries[path[0]], path[1:])
        return type(value)(entries)

    @functools.wraps(function)
    def wrong(*args, **kwargs):
        result = function(*args, **kwargs)
        for path in {returned!r}:
            result = changed(result, path)
        for name, *path in {kept!r}:
            setattr(args[0], name, changed(getattr(args[0], name), path))
        return result

    return wrong


{target} = _spoilt({target})
'''


@dataclass(frozen=True)
class Spoilt:
    """A wrong solution, and the component that must lose marks for it."""

    component: str
    function: str
    mistake: Mistake
    submission: Submission


@dataclass(frozen=True)
class Tried:
    """A wrong solution as it was graded."""

    spoilt: Spoilt
    report: Report
    lost: float | None
    """Points that the right component lost; None where it couldn't be judged."""
    others: tuple[str, ...]
    """Other components that lost points too: those that call the spoilt function."""

    @property
    def is_caught(self) -> bool:
        """Whether the right component lost marks."""
        return self.lost is not None and self.lost > ENOUGH


def wrong_solutions(
    model: Submission, spec: AssignmentSpec, *, executor: Executor
) -> Iterator[Spoilt]:
    """Yield the wrong solutions that the model gives, component by component.

    Raises
    ------
    SpecError
        If nothing that the assignment asks for is recognised in the model.
    """
    prepared = Prepared(model, spec, executor=executor)
    prepared.close()
    plan = prepared.plan
    if not plan.recognition.readings:
        raise SpecError(spec.model or model.id, "", "nothing that the assignment asks for is "
                        "recognised in the model; see: gradcheck check")  # fmt: skip
    for reading in plan.recognition.readings:
        for mistake in MISTAKES:
            spoilt = _spoilt(model, reading, mistake)
            if spoilt is not None:
                yield spoilt


def _spoilt(model: Submission, reading: Reading, mistake: Mistake) -> Spoilt | None:
    """Return the model with one function spoilt; None where it has no such function."""
    template = reading.template
    function = template.backward_function or template.forward_function
    paths: Sequence[Path] = tuple(template.gradients.values())
    if mistake.is_of_value:
        function = template.forward_function
        paths = () if template.output is None else (template.output,)
    if function is None or not paths:
        return None
    file = model.files[0]
    if not mistake.expression:
        if function == template.forward_function or "." in function:
            return None  # the value goes with it, or the class stays without a method
        text = f"{file.text}\n\ndel {function}\n"
        return Spoilt(reading.component, function, mistake, model.edited(text, mistake.id))
    text = WRAPPER.format(
        expression=mistake.expression,
        returned=[path[1:] for path in paths if path[0] != ATTRIBUTES],
        kept=[path[1:] for path in paths if path[0] == ATTRIBUTES],
        target=function,
    )
    return Spoilt(reading.component, function, mistake, model.edited(file.text + text, mistake.id))


def tried(
    spoilt: Spoilt, spec: AssignmentSpec, right: Report, *, executor: Executor, options: Options
) -> Tried:
    """Return a wrong solution graded, compared with the model's report."""
    report = grade(spoilt.submission, spec, executor=executor, options=options)
    lost: dict[str, float | None] = {
        c.id: _lost(c, report) for c in right.components if c.kind != SUBMISSION
    }
    others = tuple(
        name for name, points in lost.items() if name != spoilt.component and (points or 0) > ENOUGH
    )
    return Tried(spoilt, report, lost.get(spoilt.component), others)


def _lost(right: ComponentReport, report: Report) -> float | None:
    """Return how many points of a component a wrong solution lost; all, where it is missing."""
    found = [c for c in report.components if c.id == right.id]
    if not found:
        return right.max_points
    kept = found[0].points
    return None if kept is None else right.max_points - kept


def unfilled(spec: AssignmentSpec, right: Report) -> tuple[AssignmentComponent, ...]:
    """Return the components that the model doesn't have full marks for."""
    full = [c.id for c in right.components if c.points == c.max_points and c.outcome == "passed"]
    return tuple(c for c in spec.components if c.id not in full)
