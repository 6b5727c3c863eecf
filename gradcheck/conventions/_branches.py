"""One function for several components: ``pool_forward(x, hparameters, mode="max")``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import normalised
from gradcheck.conventions.base import Proposal
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["branched", "without_word"]

NAMES = frozenset({"mode", "pooltype", "type", "method", "pooling", "pool", "kind",
                   "poolmode", "pooltypes", "op", "how", "activation", "act", "activationfunction",
                   "activationname", "nonlinearity"})  # fmt: skip
SLOT = "branch"
DECOY_RANK = 100


def branched(
    proposal: Proposal, forward: FunctionDescription, backward: FunctionDescription
) -> Iterator[Proposal]:
    """Yield a proposal for each word that may ask for its component's branch.

    Where the signature has no such parameter, or its default is no word of anybody's, the proposal
    alone. A word that isn't the default is also tried as the default's component: what is that
    doesn't know the word.
    """
    branches = proposal.component.branches
    chosen = _parameter(forward, branches)
    if chosen is None:
        yield proposal
        return
    name, default = chosen
    own = branches.get(proposal.component.id, ())
    if default in own:
        yield replace(_asking(proposal, backward, name, default),
                      branch=proposal.component.id)  # fmt: skip
    for place, word in enumerate(own if default not in own else ()):
        asking = _asking(proposal, backward, name, word)
        yield replace(asking, branch=proposal.component.id, rank=proposal.rank + place,
                      is_surmised=True)  # fmt: skip
    if default not in own:
        return
    for branch, words in branches.items():
        for word in words if branch != proposal.component.id else ():
            asking = _asking(proposal, backward, name, word)
            yield replace(asking, branch=branch, rank=proposal.rank + DECOY_RANK, is_decoy=True)


def without_word(
    function: FunctionDescription, branches: Mapping[str, Sequence[str]]
) -> FunctionDescription:
    """Return the function without a required parameter that chooses the branch."""
    kept = [p for p in function.parameters if p.has_default or normalised(p.name) not in NAMES]
    return replace(function, parameters=tuple(kept)) if branches else function


def _parameter(
    function: FunctionDescription, branches: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """Return the parameter that chooses the branch, and its default or nothing."""
    words = {word for several in branches.values() for word in several}
    for parameter in function.parameters:
        if normalised(parameter.name) not in NAMES:
            continue
        if parameter.default in words or (branches and not parameter.has_default):
            return parameter.name, str(parameter.default or "")
    return None


def _asking(
    proposal: Proposal, backward: FunctionDescription, name: str, word: str
) -> Proposal:
    """Return the proposal with the word passed to both functions, where they take one."""
    template = proposal.template
    also = next((p.name for p in backward.parameters if normalised(p.name) in NAMES), None)
    constant: Step = ("constant", SLOT, word)
    asked = tuple(_with_word(step, "f", name) for step in template.forward)
    derived = tuple(_with_word(step, "fb", also) for step in template.backward)
    return replace(
        proposal,
        template=replace(template, forward=(constant, *asked), backward=(constant, *derived)),
        notes=(*proposal.notes, f"called with {name}={word!r}"),
    )


def _with_word(step: Step, callee: str, name: str | None) -> Step:
    if name is None or step[0] != "call" or step[2] != callee:
        return step
    return (*step[:4], {**step[4], name: SLOT})
