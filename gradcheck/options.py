"""What a caller may choose of a run, and what the assignment says where nobody chose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gradcheck.examples import Profile
from gradcheck.records.assignment import AssignmentSpec, Hints
from gradcheck.records.submission import Submission
from gradcheck.seeds import course_key, seed_for

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """What a caller may choose; None leaves it to the assignment.

    Parameters
    ----------
    seed : int or None
        What examples are drawn from.
    profile : "quick", "standard" or "thorough"
        How many examples are drawn.
    hints : "none", "location", "mistake", "fix" or None
        How much is told; without an assignment, "fix".
    isolation : int or None
        The level, 0 to 4, below which nothing is judged.
    student : str or None
        Whose submission it is, where examples are drawn for each; its id, if not said.
    course_key : str or None
        For assignments whose seed is secret.
    """

    seed: int | None = None
    profile: Profile = "standard"
    hints: Hints | None = None
    isolation: int | None = None
    student: str | None = None
    course_key: str | None = field(default=None, repr=False)

    def level_of(self, spec: AssignmentSpec | None) -> int:
        """Return the isolation that is required: the caller's, else the assignment's."""
        if self.isolation is not None:
            return self.isolation
        return spec.isolation if spec else 0

    def hints_of(self, spec: AssignmentSpec | None) -> Hints:
        """Return how much is told: the caller's level, else the assignment's."""
        return self.hints or (spec.hints if spec else "fix")

    def seed_of(self, spec: AssignmentSpec | None, submission: Submission) -> int:
        """Return the seed that a submission is judged with."""
        return seed_for(
            spec, submission, wanted=self.seed, student=self.student, key=self.course_key
        )

    @property
    def tries_mends(self) -> bool:
        """Whether mends are tried out: in a quick run only if hints of that level are asked for."""
        return self.profile != "quick" or self.hints == "fix"

    def keyed(self, spec: AssignmentSpec | None) -> Options:
        """Return the options with the course's key, where the assignment needs it.

        Raises
        ------
        UsageError
            If it needs one, and there is none.
        """
        if spec is None or spec.seed != "secret" or self.seed is not None:
            return self
        return replace(self, course_key=course_key(spec))
