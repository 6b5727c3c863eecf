"""What forward kept is another call's."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class StaleCache(Diagnosis):
    """backward uses the data of another forward."""

    id = "stale-cache"
    title = "backward uses another call's data"
    specificity = 80
    page = Page(
        wrong="_cache = {}\ndef forward(x): _cache['x'] = x; return f(x), _cache",
        right="def forward(x): return f(x), {'x': x}",
        derivation=(
            "1. backward needs what forward saw: x, z, the mask\n"
            "2. two layers, or two batches, each have their own; one global place (a module's "
            "variable, a class attribute, a default argument) holds only the latest\n"
            "3. forward(x1), forward(x2), then backward of the first: it computes with x2\n"
            "Return a new cache from each forward, or keep it on the object (self.x), and let "
            "backward use the one that it is given."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where a forward on other data in between changed the gradient."""
        if not evidence.has("stale"):
            return None
        return Explanation(
            frozenset(),
            "backward uses the data of another forward: the cache is shared between calls",
            "return a new cache from each forward and use only that one",
            checks=frozenset({"no-stale-state"}),
        )


DIAGNOSIS = StaleCache()
