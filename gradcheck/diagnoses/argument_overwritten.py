"""The caller's array is changed."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class ArgumentOverwritten(Diagnosis):
    """An argument is written to, so that the caller's data change behind its back."""

    id = "argument-overwritten"
    title = "an argument is changed in place"
    specificity = 80
    page = Page(
        wrong="x[x < 0] = 0; return x",
        right="return np.where(x > 0, x, 0)    # or: out = x.copy(); out[x < 0] = 0",
        derivation=(
            "1. NumPy passes arrays by reference: x[...] = ..., x *= ..., np.maximum(x, 0, x) and "
            "out=x write into the caller's array\n"
            "2. the gradient may look right, but the next layer's cache, or the next epoch's "
            "data, are not what they were\n"
            "3. x = x * 2 makes a new array and is harmless; x *= 2 isn't"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where an argument came back changed."""
        changed = [s for s in evidence.seen if s.evidence == "changed-argument"]
        if not changed:
            return None
        name = str(changed[0].details.get("argument", "an argument"))
        what = "the upstream gradient" if name == "upstream" else name
        name = "dout" if name == "upstream" else name
        return Explanation(
            frozenset(),
            f"{what} is written to in place: the caller's array is another one afterwards",
            f"work on a copy: {name} = {name}.copy()",
            checks=frozenset({"inputs-unchanged"}),
        )


DIAGNOSIS = ArgumentOverwritten()
