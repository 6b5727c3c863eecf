"""A path of a normalisation's gradient is left out: the mean's, the variance's, or both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._normalised import CENTRED, SCALED, grouped, means, sigma_of
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

Path = Callable[[Array, Array, int, Array], Array]
"""From the gradient of x_hat and x_hat itself, groups in rows, the pixels of a channel and sigma,
to sigma times the gradient of x."""
POWER = "the power of sigma is wrong in the path through the variance: dsigma^-1/dvar = -sigma^-3/2"
PATHS: dict[str, tuple[str, Path]] = {
    "variance": ("the path through the variance is missing", lambda g, *_: g - means(g)),
    "mean": ("the path through the mean is missing", lambda g, h, *_: g - h * means(g * h)),
    "both": ("the paths through the mean and the variance are missing", lambda g, *_: g),
    "pixels": (
        "the means are taken over the channels only, though the sums run over pixels as well",
        lambda g, h, n, _: g - n * (means(g) + h * means(g * h)),
    ),
    "sigma": (POWER, lambda g, h, _, s: g - means(g) - s**2 * h * means(g * h)),
    "square": (POWER, lambda g, h, _, s: g - means(g) - s * h * means(g * h)),
    "other size": (
        "the sums are divided by the other axis's size, not by how many are normalised together",
        lambda g, h, *_: g - g.shape[1] / len(g) * (means(g) + h * means(g * h)),
    ),
}
SQUARE = ("the path through the mean square is missing", PATHS["both"][1])


class NormalisationPathDropped(Diagnosis):
    """dx = g / sigma for (g - mean(g) - x_hat mean(g x_hat)) / sigma."""

    id = "normalisation-path-dropped"
    title = "a path through the normalisation's statistics is missing"
    specificity = 62
    page = Page(
        wrong="dx = gamma * dout / sigma",
        right="g = gamma * dout; dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / sigma",
        derivation=(
            "x_hat = (x - m) / sigma, with m = mean(x) and sigma² = mean((x - m)²) + eps\n"
            "1. x reaches x_hat by three paths: directly, through m, and through sigma\n"
            "2. directly: g / sigma, with g = dC/dx_hat = gamma dout\n"
            "3. through m, in which every x of the group has 1/n: -mean(g) / sigma\n"
            "4. through sigma, dsigma/dx = x_hat / n: -x_hat mean(g x_hat) / sigma\n"
            "5. dx is the sum of the three"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient without a path agrees."""
        known = evidence.component.id
        if known not in CENTRED | SCALED or "x" not in evidence.failing:
            return None
        for sentence, path in (SQUARE,) if known in SCALED else PATHS.values():

            def hypothesis(trial: Trial, variable: str, path: Path = path) -> Array | None:
                return _without(trial, path) if variable == "x" else None

            variables = evidence.agreeing(hypothesis)
            if variables:
                return Explanation(
                    variables, f"{sentence} in the gradient with respect to x",
                    "add it: each statistic depends on every x of its group",
                )  # fmt: skip
        return None


def _without(trial: Trial, path: Path) -> Array | None:
    """Return dx made of some of the paths, as the student's code sees it."""
    example = trial.example
    component, x = example.component, example.inputs["x"]
    gamma = example.inputs.get("gamma", np.ones(x.shape[1]))
    g = example.upstream * gamma.reshape(-1, *[1] * (x.ndim - 2))
    rows, _ = grouped(trial, x)
    centre = 0.0 if component.id in SCALED else means(rows)
    sigma = sigma_of(trial, component.constant(example.variant, "eps"))
    own, back = grouped(trial, g)
    return trial.show("x", back(path(own, (rows - centre) / sigma, x[0, 0].size, sigma) / sigma))


DIAGNOSIS = NormalisationPathDropped()
