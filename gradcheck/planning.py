"""From a loaded submission to what is going to be judged: readings, items, what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from gradcheck import completeness, families, own
from gradcheck.calls.template import ProgrammedSubject, Reading
from gradcheck.component import Component
from gradcheck.discovery import members
from gradcheck.engine import planned
from gradcheck.own.base import Reader, Unread
from gradcheck.own_component import OWN, OwnComponent
from gradcheck.recognition.readings import Recognition, bounded, joint, recognise
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Fault
from gradcheck.references.loading import References
from gradcheck.replay import labels_of
from gradcheck.sandbox.session import Session

__all__ = ["LOADS", "Item", "Plan", "plan_of", "readers", "subject_of"]

LOADS = "loads"
"""The check that fails where a file doesn't load."""


@dataclass(frozen=True)
class Item:
    """One check of one variable of one component: an item of pytest."""

    component: str
    check: str
    variable: str | None

    @property
    def id(self) -> str:
        """As in ``<component>::<check>[<variable>]``."""
        tail = f"[{self.variable}]" if self.variable else ""
        return f"{self.component}::{self.check}{tail}"


@dataclass(frozen=True)
class Plan:
    """What a submission was taken for, or why it doesn't load."""

    fault: Fault | None = None
    recognition: Recognition = field(default_factory=lambda: Recognition((), ()))
    labels: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    absent: tuple[int, ...] = ()
    """Indices of the assignment's components that the submission lacks."""
    asked: tuple[int, ...] = ()
    """Of each reading: the index of the assignment's component; empty without one."""


def plan_of(
    module: ModuleDescription | Fault, session: Session, spec: AssignmentSpec | None,
    references: References,
) -> Plan:  # fmt: skip
    """Return what a loaded submission is taken for, and what an assignment asks of it."""
    if isinstance(module, Fault):
        return Plan(fault=module)
    recognition = joint(_recognised(part, session, spec, references) for part in module.parts)
    if spec is None:
        recognition = bounded(recognition)
    recognition, asked, absent = _asked_for(recognition, spec)
    labels = labels_of((r.component, r.names) for r in recognition.readings)
    items = [Item("", LOADS, None)] if module.unloaded and spec is None else []
    for place, (reading, label) in enumerate(zip(recognition.readings, labels, strict=True)):
        subject = subject_of(reading, session, references)
        items += [
            Item(label, check.id, variable)
            for check, variable, _ in planned(subject, families.all_checks())
        ]
        wanted = spec.components[asked[place]] if spec else None
        lacking = [completeness.CARRIER[part] for part in completeness.left_out(subject, wanted)]
        items += [item for c in lacking if (item := Item(label, c, None)) not in items]
    return Plan(None, recognition, labels, tuple(items), absent, asked)


def _recognised(
    module: ModuleDescription, session: Session, spec: AssignmentSpec | None,
    references: References,
) -> Recognition:  # fmt: skip
    """Return what the names of files are taken for; own functions where nothing is asked for."""
    execute = session.within(module.files)
    conventions = families.all_conventions()
    components = (*references.components, *families.all_components())
    wanted = spec.components if spec else ()
    named = {**references.named(module), **{name: c.id for c in wanted for name in c.names}}
    asked = {c.id for c in wanted}
    recognition = recognise(module, conventions, components, execute, named, asked=asked)
    if spec is None:
        for reader in readers():
            unread = Unread(recognition, module, conventions, components, execute)
            recognition = reader.read(unread)
    recognition = _without_bases(recognition, module)
    readings = (replace(r, modules=module.files) for r in recognition.readings)
    return Recognition(tuple(readings), recognition.unread)


@cache
def readers() -> tuple[Reader, ...]:
    """Return what reads code that no component knows, in the order in which it is asked."""
    return tuple(sorted(members(own, "READER", Reader), key=lambda r: r.order))


def _without_bases(recognition: Recognition, module: ModuleDescription) -> Recognition:
    """Return the recognition without unread classes that are judged in what inherits from them."""
    read = {name.partition(".")[0] for r in recognition.readings for name in r.names}
    bases = {base for cls in module.classes if cls.name in read for base in cls.bases}
    unread = tuple(u for u in recognition.unread if u.name not in bases)
    return replace(recognition, unread=unread)


def _asked_for(
    recognition: Recognition, spec: AssignmentSpec | None
) -> tuple[Recognition, tuple[int, ...], tuple[int, ...]]:
    """Return the readings that count, what each answers to, and what is missing."""
    if spec is None:
        return recognition, (), ()
    kept: list[Reading] = []
    asked: list[int] = []
    absent: list[int] = []
    left = list(recognition.readings)
    for index, wanted in enumerate(spec.components):
        found = next((r for r in left if _fits(r, wanted)), None)
        if found is None:
            absent.append(index)
            continue
        left.remove(found)
        kept.append(found)
        asked.append(index)
    order = sorted(range(len(kept)), key=lambda k: kept[k].line)
    readings = tuple(kept[k] for k in order)
    return (
        Recognition(readings, recognition.unread),
        tuple(asked[k] for k in order),
        tuple(absent),
    )


def _fits(reading: Reading, wanted: AssignmentComponent) -> bool:
    owners = {name.partition(".")[0] for name in reading.names} | set(reading.names)
    return reading.component == wanted.id and (not wanted.names or bool(owners & set(wanted.names)))


def subject_of(reading: Reading, session: Session, references: References) -> ProgrammedSubject:
    """Return the code of a reading as a subject, in a session that has loaded it."""
    execute = session.within(reading.modules)
    component: Component
    if reading.component == OWN:
        component = OwnComponent(reading.template, execute)
    else:
        brought = {c.id: c for c in references.components}
        component = brought.get(reading.component) or families.component(reading.component)
    return ProgrammedSubject(
        reading.template,
        component,
        component.variant(reading.variant),
        component.layout(reading.layout),
        execute,
        is_narrow=reading.is_narrow,
        further=[component.variant(v) for v in reading.further],
    )
