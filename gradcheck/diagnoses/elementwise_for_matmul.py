"""An operator that works entry by entry, where a matrix product belongs."""

from __future__ import annotations

import re

from gradcheck.diagnoses._per_example import WEIGHTS, unsummed
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Seen

SHAPES = re.compile(
    r"could not be broadcast together with (?:remapped )?shapes (\(\d+,\d+\)) (\(\d+,\d+\))"
)
"""What NumPy says where two matrices don't have one shape."""
VALUE = "output-shape"


class ElementwiseForMatmul(Diagnosis):
    """x * W for x @ W."""

    id = "elementwise-for-matmul"
    title = "entries are multiplied where a matrix product belongs"
    specificity = 86
    page = Page(
        wrong="dx = dout * W.T",
        right="dx = dout @ W.T",
        derivation=(
            "z = x @ W: z[n, m] = sum over d of x[n, d] W[d, m]\n"
            "1. dx[n, d] = sum over m of dout[n, m] W[d, m]: a sum over the axis that both share\n"
            "2. * multiplies entries at the same place and sums nothing: it needs two arrays of "
            "one shape, and gives that shape\n"
            "3. (N, M) and (M, D) share the inner axis: that is what @ takes, to (N, D)\n"
            "4. where N = D = M, * doesn't raise and is wrong in silence: try it with three sizes "
            "that differ"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where two matrices can't be multiplied entry by entry, but by @."""
        unsummed_ones = evidence.agreeing(lambda t, v: unsummed(t, v) if v in WEIGHTS else None)
        if unsummed_ones:
            return Explanation(
                unsummed_ones, "inputs and errors are multiplied entry by entry: each example's "
                "part stands there, where a matrix product sums them", "write @ for the *",
            )  # fmt: skip
        slips = [(s, shapes) for s in evidence.seen if (shapes := _of_a_product(s)) is not None]
        if not slips:
            return None
        first, (one, other) = slips[0]
        is_value = any(s.check == VALUE for s, _ in slips)
        variables = {s.variable for s, _ in slips if s.variable is not None}
        return Explanation(
            frozenset(evidence.failing) if is_value else frozenset(variables),
            f"shapes {one} and {other} are combined entry by entry: only a matrix product takes "
            "these two",
            "write @ (or np.dot) for the * of that line",
            checks=frozenset({first.check} if first.variable is None else ()),
        )  # fmt: skip


def _of_a_product(seen: Seen) -> tuple[str, str] | None:
    """Return the shapes of two matrices that didn't fit, if a matrix product takes them."""
    if seen.details.get("raised") != "ValueError":
        return None
    found = SHAPES.search(str(seen.details.get("message", "")))
    if found is None:
        return None
    one, other = ([int(n) for n in text.strip("()").split(",")] for text in found.groups())
    is_product = one[1] == other[0] and one[1] > 1
    if not is_product:
        return None
    return tuple(text.replace(",", ", ") for text in found.groups())  # type: ignore[return-value]


DIAGNOSIS = ElementwiseForMatmul()
