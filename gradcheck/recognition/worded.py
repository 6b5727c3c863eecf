"""Functions that are several by a word, each of them read: ``activate(z, kind="tanh")``.

``activate[kind=tanh]`` is one more function, without the parameter; what is proposed for it becomes
a call of ``activate`` that hands the word over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.calls.naming import EXACT, parsed, strength
from gradcheck.calls.steps import ASSIGNING, slots_of
from gradcheck.calls.template import Reading, Template
from gradcheck.component import Component
from gradcheck.conventions.base import Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription, Parameter
from gradcheck.records.program import Step

__all__ = ["Worded", "unasked", "worded"]

MOST_OPERANDS = {"activation": 1, "cost": 3}
"""What a value takes beside the word; more than that are layers, whose words others read."""
MOST_WORDS = 12
SLOT = "word {}"


@dataclass(frozen=True)
class _Told:
    """A function that is told a word: where it takes it, and what it is called by itself."""

    name: str
    parameter: str
    place: int | None
    """Among the positional arguments, if all before it are required."""
    word: str


class Worded:
    """The functions of a module that are several by a word.

    Parameters
    ----------
    module : ModuleDescription
    components : sequence of Component
        One of which a word must mean, by its name.
    """

    def __init__(self, module: ModuleDescription, components: Sequence[Component]) -> None:
        self._told: dict[str, _Told] = {}
        self._components = [c for c in components if c.kind in MOST_OPERANDS]
        self.parts: list[ModuleDescription] = []
        """For each word a module of the functions that know it."""
        found = [(f, p) for f in module.functions if (p := self._chooser(f)) is not None]
        values = {"".join(parsed(f.name).stem) for f, p in found
                  if not parsed(f.name).is_gradient and self._is_value(f, p)}  # fmt: skip
        kept = [(f, p) for f, p in found
                if "".join(parsed(f.name).stem) in values
                or (parsed(f.name).is_gradient and self._is_alone(f, p))]  # fmt: skip
        self.names = frozenset(f.name for f, _ in kept)
        words = dict.fromkeys(w for _, p in kept for w in p.words)
        for word in list(words)[:MOST_WORDS]:
            functions = tuple(self._bound(f, p, word) for f, p in kept if word in p.words)
            self.parts.append(replace(module, functions=functions, classes=()))

    def _chooser(self, function: FunctionDescription) -> Parameter | None:
        """Return the parameter whose words choose among activations or costs."""
        return next((p for p in function.parameters if any(map(self._means, p.words))), None)

    def _means(self, word: str) -> bool:
        name = parsed(word)
        return any(strength(name, c) == EXACT for c in self._components)

    def _is_value(self, function: FunctionDescription, chooser: Parameter) -> bool:
        count = len([p for p in function.required if p.name != chooser.name])
        kinds = {c.kind for w in chooser.words for c in self._components
                 if strength(parsed(w), c) == EXACT}  # fmt: skip
        return 0 < count <= max(MOST_OPERANDS[kind] for kind in kinds)

    def _is_alone(self, function: FunctionDescription, chooser: Parameter) -> bool:
        """Return whether a gradient takes no more than a value would."""
        return self._is_value(function, chooser) and not any(p.keys for p in function.parameters)

    def _bound(
        self, function: FunctionDescription, chooser: Parameter, word: str
    ) -> FunctionDescription:
        """Return a function as it is with one word."""
        name = f"{function.name}[{chooser.name}={word}]"
        before = [p.name for p in function.required]
        place = before.index(chooser.name) if chooser.name in before else None
        self._told[name] = _Told(function.name, chooser.name, place, word)
        left = tuple(p for p in function.parameters if p.name != chooser.name)
        return replace(function, name=name, parameters=left)

    @property
    def all_told(self) -> Sequence[_Told]:
        """The functions with each of their words."""
        return tuple(self._told.values())

    def without(self, module: ModuleDescription) -> ModuleDescription:
        """Return the module without the functions that are read word by word."""
        left = tuple(f for f in module.functions if f.name not in self.names)
        return replace(module, functions=left)

    def told(self, proposal: Proposal) -> Proposal | None:
        """Return a proposal for bound functions as one that hands the word over; None if it can't.

        A function that is handed on to another one has no word with it.
        """
        known = [self._told[n] for n in proposal.names if n in self._told]
        if not known:
            return proposal
        template = _handing(proposal.template, self._told)
        if template is None:
            return None
        names = tuple(self._told[n].name if n in self._told else n for n in proposal.names)
        first = known[0]
        return replace(
            proposal, names=names, template=template, branch=f"{first.parameter}={first.word}",
            notes=(*proposal.notes, f"called with {first.parameter}={first.word!r}"),
        )  # fmt: skip


def worded(module: ModuleDescription, components: Sequence[Component]) -> Worded:
    """Return the functions of a module that are several by a word."""
    return Worded(module, components)


def unasked(
    module: ModuleDescription, components: Sequence[Component], readings: Sequence[Reading]
) -> Iterator[str]:
    """Yield calls of functions that are read by other words only: ``activate(kind='swoosh')``."""
    asked: dict[str, frozenset[str]] = {}
    for reading in readings:
        steps = (*reading.template.setup, *reading.template.forward, *reading.template.backward)
        words = frozenset(str(s[2]) for s in steps if s[0] == "constant" and _is_word(str(s[1])))
        for name in reading.names if words else ():
            asked[name] = asked.get(name, frozenset()) | words
    for told in Worded(module, components).all_told:
        if told.name in asked and told.word not in asked[told.name]:
            yield f"{told.name}({told.parameter}={told.word!r})"


def _is_word(slot: str) -> bool:
    return slot.startswith(SLOT.format(""))


def _handing(template: Template, told: Mapping[str, _Told]) -> Template | None:
    """Return a template in whose calls the bound functions get their words."""
    fetched: dict[str, _Told] = {}
    parts = []
    for steps in (template.setup, template.forward, template.backward):
        written = list(_written(steps, told, fetched))
        if any(step is None for step in written):
            return None
        parts.append(tuple(step for step in written if step is not None))
    own = {name: one.name for name, one in told.items()}
    value, gradient = template.forward_function or "", template.backward_function or ""
    return replace(template, setup=parts[0], forward=parts[1], backward=parts[2],
                   forward_function=own.get(value, value) or None,
                   backward_function=own.get(gradient, gradient) or None)  # fmt: skip


def _written(
    steps: Collection[Step], told: Mapping[str, _Told], fetched: dict[str, _Told]
) -> Iterator[Step | None]:
    for step in steps:
        if step[0] == "name" and step[2] in told:
            one = fetched[step[1]] = told[step[2]]
            yield "name", step[1], one.name
            yield "constant", SLOT.format(one.parameter), one.word
            continue
        if step[0] == "call" and step[2] in fetched:
            yield _given(step, fetched[step[2]])
            continue
        if step[0] in ASSIGNING:
            fetched.pop(str(step[1]), None)
        yield None if set(slots_of(step)) & fetched.keys() else step


def _given(step: Step, told: _Told) -> Step:
    """Return a call with the word in its place."""
    slot, given = SLOT.format(told.parameter), list(step[3])
    if told.place is None or told.place > len(given):
        return (*step[:4], {**step[4], told.parameter: slot})
    return (*step[:3], [*given[: told.place], slot, *given[told.place :]], step[4])
