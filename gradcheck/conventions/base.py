"""What a convention is, and what it proposes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.records.description import ModuleDescription

__all__ = ["FIRST_LAYER", "Convention", "Proposal", "Returned"]

FIRST_LAYER = (
    "backward returns no gradient with respect to x: the layer can only stand first in a network, "
    "and is judged by its parameters' gradients"
)

Returned = Literal["known", "gradients", "value-and-gradients", "nothing"]


@dataclass(frozen=True)
class Proposal:
    """One way to read a group of names; numbers decide whether it fits.

    Parameters
    ----------
    names : tuple of str
        The qualified public names that it uses, the value's first.
    variants : tuple of Variant
        Those of the component that the signature allows.
    layouts : tuple of str
        Ids of the layouts to try, in order.
    returned : {"known", "gradients", "value-and-gradients", "nothing"}
        Whether the template knows where the gradients stand, or whether they (and the
        value) are to be found in what the call ``raw`` returns.
    order : tuple of str
        The differentiable variables in the order in which forward takes them.
    strength : int
        How surely the names mean this component.
    """

    convention: str
    component: Component
    names: tuple[str, ...]
    template: Template
    variants: tuple[Variant, ...]
    layouts: tuple[str, ...]
    strength: int
    returned: Returned = "known"
    raw: Path = ()
    order: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    """From variable to the student's own name of it."""
    rank: int = 0
    line: int = 0
    notes: tuple[str, ...] = ()
    is_guess: bool = False
    """Whether its call is one of many that a signature may mean: what raises isn't read so."""
    is_decisive: bool = False
    """Whether nothing after it is tried once its value agrees: a shallower network shows less."""
    is_lazy: bool = False
    """Whether a value that is off may be ours: parameters are set before the code makes its own,
    which may take their place, or an activation may follow."""
    is_free_scale: bool = False
    """Whether a factor that all its gradients share may be a learning rate in the code."""
    is_once: bool = False
    """Whether a function that trains is told to go round once."""
    is_told_by_one: bool = False
    """Whether one gradient that is right is enough, where there is no value: it is one step."""
    branch: str = ""
    """Of functions that are several components: which one its calls ask for (by an id)."""
    is_surmised: bool = False
    """Whether the word that asks for it is a guess: what fails may not know it."""
    is_decoy: bool = False
    """Whether it is tried only to find out that the word isn't known."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Sizes that the submission's objects fix."""
    needs_value: bool = False
    """Whether its value must fit, and a gradient that does isn't enough: its name says more."""
    needs_gradients: bool = False
    """Whether its gradients must have the right shapes: another method may be the one meant."""


class Convention(ABC):
    """A way of writing: from a description of a module to proposals."""

    id: ClassVar[str]
    title: ClassVar[str]
    example: ClassVar[str]
    """A few lines in this convention, for messages and docs."""
    serves_own: ClassVar[bool] = False
    """Whether it also reads functions of the student's own, which no component fits."""
    order: ClassVar[int] = 0
    """Richer conventions (more names at once) are tried before poorer ones."""

    @abstractmethod
    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield proposals; ``execute`` may be used to look at objects."""
