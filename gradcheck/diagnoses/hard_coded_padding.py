"""The padding is taken off in a way that only some paddings stand."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial, same

FOLLOWING = frozenset({"gradient-shape", "gradient-value", "gradient-consistency",
                       "linear-in-upstream", "zero-upstream"})  # fmt: skip
PADDING = "padding"


class HardCodedPadding(Diagnosis):
    """dx_padded[:, :, pad:-pad, pad:-pad] with pad = 0."""

    id = "hard-coded-padding"
    title = "the padding is cut off in a way that only some paddings stand"
    specificity = 66
    page = Page(
        wrong="dx = dxp[:, :, pad:-pad, pad:-pad]",
        right="dx = dxp[:, :, pad:pad + H, pad:pad + W]",
        derivation=(
            "1. xp is x with pad zeros on each side: x is xp[pad : pad + H]\n"
            "2. so is dx of dxp\n"
            "3. pad:-pad is the same for pad > 0, but 0:-0 is 0:0, which is empty\n"
            "A padding of 1 that is written into the slice fits no other."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where dx is empty without padding, and right with one; or cut by a fixed number."""
        if "x" not in evidence.failing or all(
            c.name != PADDING for c in evidence.component.constants
        ):
            return None
        trials = [t for t in evidence.trials if "x" in t.actual]
        bare = [t for t in trials if _padding(t) == 0]
        padded = [t for t in trials if _padding(t) > 0]
        if bare and padded and all(t.actual["x"].size == 0 for t in bare) and all(
            same(t.actual["x"], t.expected["x"]) for t in padded
        ):  # fmt: skip
            return Explanation(
                frozenset({"x"}), "dx is empty where the padding is 0: pad:-pad is 0:0 then",
                "cut with pad:pad + H", checks=FOLLOWING,
            )  # fmt: skip
        return None


def _padding(trial: Trial) -> float:
    return trial.example.component.constant(trial.example.variant, PADDING)


DIAGNOSIS = HardCodedPadding()
