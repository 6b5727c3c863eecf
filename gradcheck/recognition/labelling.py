"""Labels in both forms: code that takes integers and one-hot rows must be right with each."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.calls.closeness import EXACT, SHAPED
from gradcheck.calls.template import Execute
from gradcheck.presentation import Layout
from gradcheck.recognition.attempt import attempted, fit_of
from gradcheck.recognition.probing import Fit

__all__ = ["with_labels"]

LABELLED = frozenset({"cost", "model"})
ONE_HOT = "one-hot"


def with_labels(fit: Fit, execute: Execute) -> Fit:
    """Return the fit in the other form of labels, where the code takes both and is wrong there.

    That its value is right in both says that both are meant; where the gradient raises, it isn't:
    a helper of the value may take more than the function that calls it.
    """
    component = fit.proposal.component
    if not fit.is_complete or component.kind not in LABELLED:
        return fit
    for layout in _others(fit):
        asked = attempted(fit.proposal, layout, fit.variant, execute)
        other = fit_of(asked, fit.rank, fit.fitted)
        if other.forward == EXACT and SHAPED <= other.gradient < EXACT:
            return other
    return fit


def _others(fit: Fit) -> Iterator[Layout]:
    """Yield the layouts that differ from a fit's in the form of the labels only."""
    component = fit.proposal.component
    labels = [v.name for v in component.variables(fit.variant) if v.role == "target"]
    own = fit.layout
    for layout in component.layouts:
        forms = {_is_one_hot(one, name) for one in (own, layout) for name in labels}
        if len(forms) == 2 and layout.sizes == own.sizes and layout.output == own.output and (
            _without(layout, labels) == _without(own, labels)
        ):  # fmt: skip
            yield layout


def _is_one_hot(layout: Layout, name: str) -> bool:
    return layout.of.get(name, "same").startswith(ONE_HOT)


def _without(layout: Layout, names: list[str]) -> dict[str, str]:
    return {name: form for name, form in layout.of.items() if name not in names and form != "same"}
