"""A name that doesn't exist."""

from __future__ import annotations

import re

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

ERRORS = frozenset({"NameError", "AttributeError", "UnboundLocalError", "KeyError"})
KEY = re.compile(r"(['\"]).*\1")
"""What a KeyError says of a key that is a text."""
MISSING = ("not defined", "has no attribute", "not associated with a value", "no name")
"""What Python and the worker say of a name that isn't there; other errors share the types."""


class NameSlip(Diagnosis):
    """An undefined name or a wrong attribute."""

    id = "name-slip"
    title = "a name doesn't exist"
    specificity = 85
    page = Page(
        wrong="def sigmoid_prime(z): return s * (1 - s)",
        right="def sigmoid_prime(z): s = sigmoid(z); return s * (1 - s)",
        derivation=(
            "1. a name that a function uses must be its argument, be assigned in it before, or "
            "stand at the top of the module\n"
            "2. a variable of another function isn't visible, even if the notebook once had one "
            "of that name\n"
            "3. an attribute (self.x) must have been assigned by __init__ or forward, under the "
            "same spelling"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where NameError or AttributeError is raised."""
        slips = [
            s
            for s in evidence.seen
            if s.details.get("raised") in ERRORS and _is_missing(str(s.details.get("message")))
        ]
        if not slips:
            return None
        return Explanation(
            frozenset(s.variable for s in slips if s.variable is not None),
            f"a name doesn't exist where it is used: {slips[0].details.get('message', '')}",
            "define it, or mend its spelling",
            checks=frozenset(s.check for s in slips if s.variable is None),
        )


def _is_missing(message: str) -> bool:
    return bool(KEY.fullmatch(message)) or any(words in message for words in MISSING)


DIAGNOSIS = NameSlip()
