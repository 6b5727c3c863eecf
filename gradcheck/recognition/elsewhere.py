"""Objects that wait for somebody else to set what they read: ``layer.input_shape = ...``.

Such code isn't wrong, and can't be called as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcheck.calls.closeness import EXACT, FAILED
from gradcheck.calls.template import Execute, ProgrammedSubject
from gradcheck.conventions.base import Proposal
from gradcheck.recognition.probing import Fit, probe_of
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Fault, Program
from gradcheck.subject import Call

__all__ = ["waits_for"]

MISSING = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
NOTHING = "NoneType"
OF_SHAPES = frozenset({"IndexError", "ValueError", "TypeError"})
"""What code raises whose arrays have other axes."""
AXES = 4
OTHER_IMAGES = "its images lie in a way that we don't know"
UPSTREAM = re.compile(r"(?:d|grad|delta|error|err|upstream|g)(?:_?\w+)?|\w+_(?:grad|delta|error)")
"""What an attribute is called that may hold what arrives from behind."""


def waits_for(found: Sequence[Fit], best: Fit, module: ModuleDescription, execute: Execute) -> str:
    """Return why a reading that raised is no verdict on the code; nothing if it is one.

    Parameters
    ----------
    found : sequence of Fit
        All that was tried for the same names.
    best : Fit
        The best of them.
    """
    if best.is_misread:
        return ""
    if best.forward < EXACT and _is_of_images(best) and _raises_at_other_sizes(best, execute):
        return OTHER_IMAGES
    if best.fault is None:
        return ""
    is_forward = best.forward == FAILED and best.proposal.template.output is not None
    if any(f.is_refused for f in found) and (is_forward or best.is_refused):
        return "it is written for other shapes or objects than the arrays that we know to give"
    cls = _class_of(best.proposal, module)
    if cls is None:
        return ""
    is_alone = best.proposal.template.upstream == "none"
    attribute = _missing(best.fault, cls, module, is_alone=is_alone)
    if attribute:
        return f"its backward reads the attribute {attribute}, which somebody else is to set"
    if NOTHING in best.fault.message and (is_forward or is_alone):
        empty = next(_never_set(best.proposal, cls, execute), "")
        if empty:
            return f"its attribute {empty} is None until somebody else sets it"
    if is_forward and best.fault.type_name in OF_SHAPES and _is_of_images(best):
        return OTHER_IMAGES
    return ""


def _is_of_images(fit: Fit) -> bool:
    """Return whether a layer takes images, which lie in more ways than we know."""
    component = fit.proposal.component
    variables = component.variables(fit.variant)
    return component.kind == "layer" and any(len(v.dims) >= AXES for v in variables)


def _raises_at_other_sizes(fit: Fit, execute: Execute) -> bool:
    """Return whether a layer only takes its images because two sides happen to be alike."""
    component, variant, fixed = fit.proposal.component, fit.variant, fit.layout.sizes
    if not fit.proposal.template.forward or fit.forward == FAILED:
        return False
    told = tuple(sorted({**fit.proposal.sizes, **fixed}.items()))
    sizes = probe_of(component, variant, told).sizes
    other = {n: k if n in dict(told) else k + 1 for n, k in sizes.items()}
    example = probe_of(component, variant, tuple(sorted(
        (n, k) for n, k in component.fitted_sizes(other, variant).items()
    )))  # fmt: skip
    subject = ProgrammedSubject(fit.template, component, variant, fit.layout, execute)
    (answer,) = subject.run([Call("forward", example.inputs)])
    return answer.fault is not None and answer.fault.type_name in OF_SHAPES


def _class_of(proposal: Proposal, module: ModuleDescription) -> ClassDescription | None:
    owner = proposal.names[0].partition(".")[0]
    return next((c for c in module.classes if c.name == owner), None)


def _missing(
    fault: Fault, cls: ClassDescription, module: ModuleDescription, *, is_alone: bool
) -> str:
    """Return the attribute that isn't there, where it is no slip of a name."""
    asked = MISSING.search(fault.message) if fault.type_name == "AttributeError" else None
    if asked is None or asked[1] == NOTHING:
        return ""
    attribute = asked[2]
    if any(target.endswith(f".{attribute}") and target.count(".") > 1
           for target in _assigned(module)):  # fmt: skip
        return attribute  # self.inp.g = ...
    is_own = asked[1] == cls.name
    return attribute if is_own and is_alone and UPSTREAM.fullmatch(attribute) else ""


def _assigned(module: ModuleDescription) -> Iterator[str]:
    """Yield what functions and methods assign to."""
    for function in module.functions:
        for target in function.assignments:
            yield f"self.{target}" if "." in target else target
    for cls in module.classes:
        for method in (*cls.methods.values(), *cls.private.values()):
            yield from method.assignments


def _never_set(proposal: Proposal, cls: ClassDescription, execute: Execute) -> Iterator[str]:
    """Yield the attributes that a new object has empty and that none of its methods sets."""
    steps = tuple(s for s in proposal.template.setup if s[0] != "set" and "$" not in str(s))
    program = Program((*steps, ("get", "attrs", "obj", "__dict__")), (), ("attrs",))
    if not any(step[0] == "call" and step[1] == "obj" for step in steps):
        return
    (reply,) = execute([program])
    attributes = None if reply.fault is not None else reply.values[0]
    if not isinstance(attributes, dict):
        return
    others = [m for n, m in (*cls.methods.items(), *cls.private.items()) if n != "__init__"]
    set_later = {target for m in others for target in m.assignments}
    yield from (name for name, value in attributes.items()
                if value is None and f"self.{name}" not in set_later)  # fmt: skip
