"""Whether edited code answers rightly what the code as it is answered wrongly: a few questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.checks.base import Case, Check
from gradcheck.examples import Example, Profile, battery
from gradcheck.inquiries import conduct
from gradcheck.subject import Subject

__all__ = ["Question", "holds", "questions"]

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
    for one in sorted(asked, key=lambda a: sum(v.size for v in a.case.example.inputs.values())):
        for observed in one.observations:
            key = (one.check.id, observed.variable)
            if observed.verdict == "wrong" and len(found.setdefault(key, [])) < MOST_EACH:
                found[key].append(Question(one.check, one.case.example, observed.variable))
    flat = [q for place in range(MOST_EACH) for one in found.values() for q in one[place:][:1]]
    return flat[:MOST_QUESTIONS]


def holds(subject: Subject, asked: Sequence[Question]) -> bool:
    """Return whether a subject answers all questions rightly."""
    pairs = list(dict.fromkeys((q.check, q.example) for q in asked))
    answered, _ = conduct([(c, Case(e, _at(subject, e))) for c, e in pairs])
    seen = [o.verdict for a in answered for o in a.observations]
    return bool(seen) and not {"wrong", "undecided"} & set(seen)


def _at(subject: Subject, example: Example) -> Subject:
    is_own = example.variant.id == subject.variant.id
    return subject if is_own else subject.at(example.variant)
