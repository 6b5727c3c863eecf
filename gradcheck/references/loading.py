"""References that an assignment brings: read from plain Python files, tried, made components.

The author writes a function (``def swish(z, beta): ...``), and may write its gradient beside it
in any convention. It is executed as a submission is: in a worker, which is started when it is
first asked something and ended with the submission that it judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import TracebackType

import numpy as np

from gradcheck import families
from gradcheck.calls.naming import EXACT, parsed, strength
from gradcheck.calls.template import Reading, Template
from gradcheck.component import Array, Inputs, Kind
from gradcheck.errors import SpecError
from gradcheck.examples import Example
from gradcheck.own_component import TARGETS
from gradcheck.recognition.probing import probe_of
from gradcheck.recognition.readings import recognise
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.reference import REAL_VALUES, AssignmentInput, parts_of
from gradcheck.references.code import ReferenceCode, code_of
from gradcheck.references.component import (
    BATCH,
    Argument,
    Authored,
    ReferenceComponent,
    ValueComponent,
)
from gradcheck.references.trials import answering, must_be_consistent
from gradcheck.sandbox.executors import Executor

__all__ = ["References", "try_references"]

KEPT = 32
"""References that a process remembers: those of some assignments."""
SAME = 1e-9
"""Relative difference that a sum over the examples in another order may make."""
OTHER_SIZES = ("T", "S", "R", "C", "M", "K", "F", "D")
"""What the first axis is called where its entries are no examples."""
PARTS = ("b", "bias", "w", "weight")
"""Single numbers that a gradient is asked for without saying so."""


class References(AbstractContextManager["References"]):
    """The components that an assignment brings; without any, nothing is started.

    Parameters
    ----------
    spec : AssignmentSpec or None
        The assignment.
    executor : Executor
        Starts the workers of the authors' files.
    """

    def __init__(self, spec: AssignmentSpec | None, executor: Executor) -> None:
        self._codes: list[ReferenceCode] = []
        self._brought: list[_Brought] = []
        if spec is None or not spec.references:
            return
        for index, wanted in enumerate(spec.components):
            if wanted.reference is None:
                continue
            file = parts_of(wanted.reference)[0]
            code = code_of(file, spec.references[file])
            code.use(executor)
            self._codes.append(code)
            self._brought.append(_Brought(spec.digest, index, wanted, code))

    @cached_property
    def components(self) -> tuple[ReferenceComponent, ...]:
        """The components, each read and tried once in this process.

        Raises
        ------
        SpecError
            If a reference can't be used, with its file and what to do.
        """
        return tuple(_made(b) for b in self._brought)

    def named(self, module: ModuleDescription) -> dict[str, str]:
        """Return which names of a submission mean a component of these, not of gradcheck's."""
        names = [f.name for f in module.functions] + [c.name for c in module.classes]
        return {
            name: component.id
            for component in self.components
            for name in names
            if strength(parsed(name), component) == EXACT
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        """End the workers; those of the next submission are started anew."""
        self.rest()

    def rest(self) -> None:
        """End the workers until something is asked again."""
        for code in self._codes:
            code.rest()


def try_references(spec: AssignmentSpec | None, executor: Executor) -> None:
    """See that an assignment's references can be used, before anything is graded by them.

    Raises
    ------
    SpecError
        If one can't.
    """
    with References(spec, executor) as references:
        _ = references.components


@dataclass(frozen=True)
class _Brought:
    """One component with its reference; the digest tells all of it."""

    digest: str
    index: int
    wanted: AssignmentComponent = field(compare=False)
    code: ReferenceCode = field(compare=False)


@lru_cache(maxsize=KEPT)
def _made(brought: _Brought) -> ReferenceComponent:
    wanted, code = brought.wanted, brought.code
    file = parts_of(str(wanted.reference))[0]
    module = code.load()
    function = _value_function(module, wanted, file)
    arguments = _arguments(function, wanted, file)
    names = ("_".join(parsed(function.name).words), *wanted.names)
    value = Template(
        (),
        (
            ("name", "f", function.name),
            ("call", "out", "f", [f"${a.name}" for a in arguments], {}),
        ),
        output=("out",),
        forward_function=function.name,
    )
    authored = Authored(wanted.id, file, names, arguments, value, code.execute)
    authored = _with_output(authored)
    reading = _gradient_of(authored, function, module)
    if reading is not None:
        authored = replace(authored, template=reading.template)
        must_be_consistent(authored, reading, module)
    return answering(ReferenceComponent(authored))


def _value_function(
    module: ModuleDescription, wanted: AssignmentComponent, file: str
) -> FunctionDescription:
    """Return the author's function that gives the value."""
    name = parts_of(str(wanted.reference))[1]
    values = [f for f in module.functions if not parsed(f.name).is_gradient]
    named = [f for f in values if f.name in {name, wanted.id.replace("-", "_")}]
    named = [f for f in named if f.name == name] or ([] if name else named or values)
    if len(named) == 1:
        return named[0]
    there = ", ".join(f.name for f in values) or "none"
    raise SpecError(
        file, "", f"which function is the reference of {wanted.id}? Its public functions: {there}. "
        f'Say reference = "{file}:NAME", or call it {wanted.id.replace("-", "_")}'
    )  # fmt: skip


def _arguments(
    function: FunctionDescription, wanted: AssignmentComponent, file: str
) -> tuple[Argument, ...]:
    taken = [p.name for p in function.required]
    given = dict(wanted.inputs)
    if not given and len(taken) == 1:
        given = {taken[0]: AssignmentInput(shape=("N", "D"))}
    if not taken or set(given) != set(taken):
        said = ", ".join(given) or "nothing"
        raise SpecError(
            file, "", f"{function.name} takes ({', '.join(taken)}), and the assignment's inputs "
            f"of {wanted.id} tell the shapes of {said}; write one for each, e.g. "
            '[components.inputs] x = "N D"'
        )  # fmt: skip
    return tuple(Argument(n, given[n], _is_asked(n, given[n])) for n in taken)


def _is_asked(name: str, given: AssignmentInput) -> bool:
    """Return whether a gradient with respect to an argument is asked for."""
    if given.gradient is not None:
        return given.gradient
    plain = name.replace("_", "").lower()
    if given.values not in REAL_VALUES or plain in TARGETS:
        return False
    return bool(given.shape) or plain in PARTS


def _with_output(authored: Authored) -> Authored:
    """Return what is known with where the value is, what kind it is and what batches are to it."""
    example = _bare_example(authored)
    component = ValueComponent(authored)
    (answer,) = component.asked([dict(example.inputs)])
    output = answer.output
    if isinstance(output, tuple | list) and output:
        authored = replace(authored, template=replace(authored.template, output=("out", 0)))
        output = output[0]
    if isinstance(output, bool) or not isinstance(output, np.ndarray | float | int):
        raise SpecError(authored.file, "", f"the reference of {authored.id} returns "
                        f"{type(output).__name__}; it must return an array or a number, alone or "
                        "first of several")  # fmt: skip
    is_scalar = np.ndim(output) == 0
    kind = _kind(authored, np.shape(output))
    authored = replace(authored, is_scalar=is_scalar, kind=kind)
    if kind == "model":
        authored = replace(authored, arguments=_without_data(authored.arguments))
    batch = _batch(authored, dict(example.inputs), np.asarray(output))
    if batch == "ordered":
        return replace(authored, arguments=_without_batch(authored.arguments))
    return replace(authored, batch=batch)


def _bare_example(authored: Authored) -> Example:
    """Return the probe example; nothing of the author's is asked for it."""
    component = ValueComponent(authored)
    return probe_of(component, component.variants[0], (), is_upstream_one=False)


def _kind(authored: Authored, shape: tuple[int, ...]) -> Kind:
    """Return what conventions and checks take it for."""
    variables = [a.variable for a in authored.arguments]
    if not shape:
        weights = [v for v in variables if v.role == "parameter" and v.dims]
        return "model" if weights and len(weights) < len(variables) else "cost"
    is_elementwise = not any(v.dims for v in variables[1:]) and len(shape) == len(variables[0].dims)
    return "activation" if is_elementwise else "layer"


def _batch(authored: Authored, inputs: Inputs, whole: Array) -> str:
    """Return what the value is of its examples: found out by asking for them one by one."""
    rows = {a.name for a in authored.arguments if a.variable.is_batch}
    if not rows:
        return "rows"
    component = ValueComponent(authored)
    count = len(inputs[next(iter(rows))])
    parts = [
        {n: v[k : k + 1] if n in rows else v for n, v in inputs.items()} for k in range(count)
    ]
    order = np.roll(np.arange(count), 1)
    turned = {n: v[order] if n in rows else v for n, v in inputs.items()}
    values = [component.value_of(a) for a in component.asked([*parts, turned])]
    *singles, moved = values
    if not whole.shape:
        if _is_same(moved, whole):
            both = {"sum": np.sum(singles), "mean": np.mean(singles)}
            return next((n for n, v in both.items() if _is_same(v, whole)), "mixed")
        return "ordered"
    if len(whole) != count or not _is_same(moved, whole[order]):
        return "ordered"
    is_rows = all(s.shape == (1, *whole.shape[1:]) for s in singles)
    return "rows" if is_rows and _is_same(np.concatenate(singles), whole) else "mixed"


def _is_same(actual: Array, expected: Array) -> bool:
    return actual.shape == expected.shape and bool(
        np.all(np.abs(actual - expected) <= SAME * np.max(np.abs(expected), initial=0.0))
    )


def _without_data(arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    """Return the arguments of which only parameters have a gradient, but for what is told so."""
    return tuple(
        replace(a, is_differentiable=a.is_differentiable and (
            a.given.gradient is True or a.variable.role == "parameter"))
        for a in arguments
    )  # fmt: skip


def _without_batch(arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    """Return the arguments with another name for what their rows are: no examples."""
    taken = {d for a in arguments for d in (*a.given.shape, a.given.classes)}
    free = next(s for s in OTHER_SIZES if s not in taken)
    return tuple(
        replace(a, given=a.given.model_copy(
            update={"shape": tuple(free if d == BATCH else d for d in a.given.shape)}))
        for a in arguments
    )  # fmt: skip


def _gradient_of(
    authored: Authored, function: FunctionDescription, module: ModuleDescription
) -> Reading | None:
    """Return how the author's own gradient is asked for, if there is one."""
    component = ValueComponent(authored)
    found = recognise(
        module, families.all_conventions(), [component], authored.execute,
        {function.name: authored.id},
    ).readings  # fmt: skip
    return next(
        (r for r in found if function.name in r.names and r.template.gradients
         and r.template.output is not None),
        None,
    )  # fmt: skip
