"""Whether edited code answers rightly what the code as it is answered wrongly: a few questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.checks.base import Case, Check
from gradcheck.closeness import EXACT, score
from gradcheck.component import Variant
from gradcheck.examples import Example, Profile, battery
from gradcheck.inquiries import conduct
from gradcheck.settling import settled
from gradcheck.subject import Call, Subject

__all__ = ["Question", "holds", "questions", "settled_at"]

AMBIGUOUS = frozenset({"batch-of-one", "square", "repeated-rows"})
MOST_EACH = 2
"""Examples of one failed check: what the first doesn't tell, another does."""
MOST_QUESTIONS = 8


@dataclass(frozen=True)
class Question:
    """A check of an example that it failed on."""

    check: Check
    example: Example
    variable: str | None


def questions(
    subject: Subject, checks: Sequence[Check], failed: Collection[tuple[str, str | None]],
    fixed: Mapping[str, int], seed: int, profile: Profile,
) -> list[Question]:  # fmt: skip
    """Return the smallest examples on which the named checks fail, the first checks first.

    Parameters
    ----------
    failed : collection of (str, str or None)
        Ids of checks, with the variables that they were asked of.
    fixed : Mapping[str, int]
        Sizes that the submission fixes.
    """
    variants = tuple(subject.variants)
    examples = battery(subject.component, variants, tuple(sorted(fixed.items())), seed, profile)
    cases = [Case(e, _at(subject, e)) for e in examples]
    names = {check for check, _ in failed}
    wanted = [c for c in sorted(checks, key=lambda c: c.order) if c.id in names]
    asked, _ = conduct([(check, case) for check in wanted for case in check.selected(cases)])
    found: dict[tuple[str, str | None], list[Question]] = {}
    for one in sorted(asked, key=lambda a: _plainness(a.case.example)):
        for observed in one.observations:
            key = (one.check.id, observed.variable)
            if observed.verdict == "wrong" and len(found.setdefault(key, [])) < MOST_EACH:
                found[key].append(Question(one.check, one.case.example, observed.variable))
    flat = [q for place in range(MOST_EACH) for one in found.values() for q in one[place:][:1]]
    return flat[:MOST_QUESTIONS]


def _plainness(example: Example) -> tuple[bool, int]:
    """Sort examples by their sizes, those last in which a transposed or squeezed array fits too."""
    return example.regime in AMBIGUOUS, sum(v.size for v in example.inputs.values())


def settled_at(
    subject: Subject, question: Question, names: Sequence[str], written: Collection[float]
) -> Variant | None:
    """Return the variant whose constants explain the value, of a subject that a wrong one misled.

    Parameters
    ----------
    names : sequence of str
        The constants that the wrong value told.
    written : collection of float
        Numbers that stand in the source: values that they may have, beside the usual ones.
    """
    component, example = subject.component, question.example
    (answer,) = subject.run([Call("forward", example.inputs)])
    bare = component.without(subject.variant, names)
    found = settled(component, bare, example.inputs, answer.output, subject.show_output)
    usual = {c.name: {*c.usual, *written} for c in component.constants}
    if any(component.constant(found, name) not in usual[name] for name in names):
        return None  # some constants explain any value
    expected = subject.show_output(component.forward(example.inputs, found))
    return found if score(answer.output, expected) == EXACT else None


def holds(subject: Subject, asked: Sequence[Question]) -> bool:
    """Return whether a subject answers all questions rightly."""
    pairs = list(dict.fromkeys((q.check, q.example) for q in asked))
    answered, _ = conduct([(c, Case(e, _at(subject, e))) for c, e in pairs])
    for (check, example), answer in zip(pairs, answered, strict=True):
        seen = {o.variable: o.verdict for o in answer.observations}
        wanted = {q.variable for q in asked if q.check is check and q.example is example}
        if {"wrong", "undecided"} & set(seen.values()) or not wanted <= set(seen):
            return False
    return True


def _at(subject: Subject, example: Example) -> Subject:
    is_own = example.variant.id == subject.variant.id
    return subject if is_own else subject.at(example.variant)
