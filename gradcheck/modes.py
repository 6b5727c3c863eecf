"""The other mode of a layer: how code that trains is asked to infer, and calls in a row.

A layer with running statistics (batch normalisation) or with a mask (dropout) computes something
else in test than in training. A template is written for training; a :class:`Mode` says what of
it changes. Names only propose modes: checks use one once its values show that it is another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.records.program import Step

__all__ = ["MODE_SLOT", "OPTIONS_MODE", "TRAIN", "Mode", "held_slot", "in_a_row",
           "modes_of"]  # fmt: skip

MODE_SLOT = "mode {}"
"""Slot of a flag that a call passes for training."""
OPTIONS_MODE = "constant mode"
"""Slot of the mode in a dict of options."""
STARTED = "constant "
"""How slots of what is made before the first call begin: running statistics."""
TRAIN = "train"
TEST_WORDS = ("test", "eval", "inference", "infer", "predict", "valid", "validation", "testing",
              "evaluate", "evaluation")  # fmt: skip
"""What code calls the other mode, likeliest first."""


@dataclass(frozen=True)
class Mode:
    """What changes where code is asked to infer.

    Parameters
    ----------
    title : str
        As in messages: ``training=False``.
    values : Mapping[str, object]
        New values of constants that the calls pass, by slot.
    steps : tuple of Step
        What is done to the object before.
    methods : Mapping[str, str]
        Methods that are called in place of others.
    is_sure : bool
        Whether it can mean nothing else: a flag has one other value, a word has many.
    """

    title: str
    values: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    methods: Mapping[str, str] = field(default_factory=dict)
    is_sure: bool = False


def modes_of(forward: Sequence[Step], further: Sequence[Mode] = ()) -> tuple[Mode, ...]:
    """Return the modes that a template's calls may be made in, beside training."""
    return (*further, *_of_calls(forward))


def _of_calls(forward: Sequence[Step]) -> Iterator[Mode]:
    prefix = MODE_SLOT.format("")
    for step in forward:
        if step[0] != "constant" or not (step[1] == OPTIONS_MODE or step[1].startswith(prefix)):
            continue
        slot, value = step[1], step[2]
        name = slot.removeprefix(prefix) if slot.startswith(prefix) else "mode"
        if isinstance(value, str):
            yield from (Mode(f"{name}={w!r}", {slot: w}) for w in TEST_WORDS)
        else:
            other = type(value)(not value)
            yield Mode(f"{name}={other}", {slot: other}, is_sure=True)


def held_slot(forward: Sequence[Step]) -> str | None:
    """Return the slot of what lasts from call to call: an object's attributes, or a dict."""
    for step in forward:
        if step[0] == "get" and step[3] == "__dict__":
            return str(step[1])
        if step[0] == "dict" and any(slot == OPTIONS_MODE for _, slot in step[2]):
            return str(step[1])
    return None


def in_a_row(
    forward: Sequence[Step], runs: Sequence[tuple[Sequence[Step], Mode | None]],
    modes: Sequence[Mode],
) -> list[Step]:  # fmt: skip
    """Return the steps of several calls, each with its own inputs and in its own mode.

    Parameters
    ----------
    runs : sequence of (steps, Mode or None)
        What fills in the inputs, and the mode; None is training.
    modes : sequence of Mode
        All that there are.
    """
    steps: list[Step] = []
    for place, (puts, mode) in enumerate(runs):
        steps += puts
        if place == 0:
            steps += mode.steps if mode is not None else ()
            steps += forward if mode is None else [_changed(step, mode) for step in forward]
        else:
            steps += _again(forward, mode, modes)
    return steps


def _again(forward: Sequence[Step], mode: Mode | None, modes: Sequence[Mode]) -> list[Step]:
    """Return the steps of a further call: what was built stays, with the mode put into dicts."""
    switched = {slot for m in modes for slot in m.values}
    steps: list[Step] = list(mode.steps) if mode is not None else []
    for step in forward:
        if step[0] in {"get", "call"} and step[1].startswith(STARTED):
            continue
        if step[0] != "dict":
            steps.append(step if mode is None else _changed(step, mode))
            continue
        for key, slot in step[2]:
            if slot in switched:
                steps.append(("setitem", step[1], key, slot))
    return steps


def _changed(step: Step, mode: Mode) -> Step:
    if step[0] == "constant" and step[1] in mode.values:
        return ("constant", step[1], mode.values[step[1]])
    if step[0] == "get" and step[3] in mode.methods:
        return (*step[:3], mode.methods[step[3]])
    return step
