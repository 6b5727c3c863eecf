"""The seed of a run: the caller's, else what the assignment's rule gives."""

from __future__ import annotations

import hashlib
import hmac
import os

from gradcheck.errors import InternalError, UsageError
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.submission import Submission

__all__ = ["KEY_VARIABLE", "SHORTEST_KEY", "course_key", "seed_for"]

KEY_VARIABLE = "GRADCHECK_COURSE_KEY"
SHORTEST_KEY = 16
"""Characters: a shorter key could be found by trying."""
SEED_BYTES = 4


def course_key(spec: AssignmentSpec) -> str:
    """Return the course's key from the environment.

    Raises
    ------
    UsageError
        If it isn't set, or too short to be secret.
    """
    key = os.environ.get(KEY_VARIABLE)
    if key is None:
        raise UsageError(
            f"the seed of assignment {spec.id!r} is secret: set {KEY_VARIABLE} to the course's "
            "key, or choose a seed yourself"
        )
    if len(key) < SHORTEST_KEY:
        raise UsageError(f"{KEY_VARIABLE} has {len(key)} characters; a key that nobody guesses has "
                         f"{SHORTEST_KEY} at least")  # fmt: skip
    return key


def seed_for(
    spec: AssignmentSpec | None,
    submission: Submission,
    *,
    wanted: int | None = None,
    student: str | None = None,
    key: str | None = None,
) -> int:
    """Return the seed that a submission is judged with.

    Parameters
    ----------
    wanted : int or None
        The caller's own, which goes before the assignment's.
    student : str or None
        Whose submission it is; its id, where nobody says.
    key : str or None
        The course's key, for ``seed = "secret"``.

    Raises
    ------
    InternalError
        If the assignment's seed is secret and the caller forgot the key.

    Notes
    -----
    ``per-student``: SHA-256 of the assignment's digest and the student. ``secret``:
    HMAC-SHA-256 with the course's key of the assignment's and the submission's digests.
    """
    if wanted is not None:
        return wanted
    if spec is None:
        return 0
    if spec.seed == "per-student":
        message = f"{spec.digest}\0{student or submission.id}".encode()
        return _number(hashlib.sha256(message).digest())
    if spec.seed == "secret":
        if key is None:
            raise InternalError(f"no key for the secret seed of {spec.id!r}")
        message = f"{spec.digest}\0{submission.digest}".encode()
        return _number(hmac.digest(key.encode(), message, "sha256"))
    return spec.seed


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:SEED_BYTES])
