"""The usual costs as steps of a call program: for networks of the student's own without a cost.

What a network predicts is the student's; a cost of it that every textbook has makes one number of
that, of which the student's gradients are held to be those. All of it are methods of arrays and
functions of the NumPy that the student's own code has imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gradcheck.calls.template import SIZE
from gradcheck.records.program import Step

__all__ = ["OUT", "Setting", "TextbookCost", "textbook_costs"]

OUT = "out"
"""The slot of the cost."""
HALF = 0.5


@dataclass(frozen=True)
class Setting:
    """Where prediction and target are, and how they lie.

    Parameters
    ----------
    prediction, target : str
        Slots. The target is an array of the prediction's shape, labels, or a vector of one output.
    form : {"same", "labels", "vector"}
        Which of these the target is.
    is_columns : bool
        Whether the examples are columns.
    classes : int
        How many outputs there are.
    of_examples : str
        The size of the examples' axis.
    function : str
        A public function or class's method whose module has imported NumPy.
    """

    prediction: str
    target: str
    form: str
    is_columns: bool
    classes: int
    of_examples: str
    function: str


@dataclass(frozen=True)
class TextbookCost:
    """A cost's title, and the steps that leave it in the slot ``out``."""

    title: str
    steps: tuple[Step, ...]


@dataclass
class _Writer:
    """Writes steps, one call of a method of an array at a time."""

    setting: Setting
    steps: list[Step] = field(default_factory=list)

    def constant(self, value: object) -> str:
        """Return a slot with a constant."""
        slot = f"constant {value}"
        self.steps.append(("constant", slot, value))
        return slot

    def call(self, owner: str, method: str, *operands: str, **keywords: str) -> str:
        """Return the slot of what a method returns."""
        slot = f"({owner}).{method}({','.join(operands)})"
        own = f"{slot} method"
        self.steps += [("get", own, owner, method),
                       ("call", slot, own, list(operands), dict(keywords))]  # fmt: skip
        return slot

    def numpy(self, name: str, *operands: str, **keywords: str) -> str:
        """Return the slot of what a function of NumPy returns."""
        self.steps += [("name", "own code", self.setting.function),
                       ("get", "own names", "own code", "__globals__"),
                       ("item", "numpy", "own names", "np")]  # fmt: skip
        return self.call("numpy", name, *operands, **keywords)

    @property
    def axis(self) -> str:
        """The axis of the outputs, as a slot."""
        return self.constant(0 if self.setting.is_columns else 1)

    def target(self) -> str:
        """Return the slot of the target in the prediction's shape."""
        setting = self.setting
        if setting.form == "labels":
            rows = self.numpy("eye", self.constant(setting.classes))
            spread = self.call(rows, "__getitem__", setting.target)
            return self.call(spread, "transpose") if setting.is_columns else spread
        if setting.form == "vector":
            self.steps.append(("get", "prediction's shape", setting.prediction, "shape"))
            return self.call(setting.target, "reshape", "prediction's shape")
        return setting.target

    def finished(self, total: str, *, factor: float, reduction: str) -> tuple[Step, ...]:
        """Return the steps with the total times a factor, divided as a reduction says, in OUT."""
        slot = self.call(total, "__mul__", self.constant(factor))
        if reduction != "sum":
            count: Step = ("constant", "number of examples", {SIZE: self.setting.of_examples})
            self.steps.append(count)
            slot = self.call(slot, "__truediv__", "number of examples")
        if reduction == "entries":
            slot = self.call(slot, "__truediv__", self.constant(self.setting.classes))
        last: Step = ("tuple", OUT, [slot])
        return (*self.steps, last)


def _squared_error(to: _Writer) -> str:
    error = to.call(to.setting.prediction, "__sub__", to.target())
    return to.call(to.call(error, "__mul__", error), "sum")


def _cross_entropy(to: _Writer) -> str:
    logarithms = to.numpy("log", to.setting.prediction)
    return to.call(to.call(to.target(), "__mul__", logarithms), "sum")


def _binary_cross_entropy(to: _Writer) -> str:
    one, target, p = to.constant(1.0), to.target(), to.setting.prediction
    first = to.call(target, "__mul__", to.numpy("log", p))
    others = to.call(p, "__rsub__", one)
    second = to.call(to.call(target, "__rsub__", one), "__mul__", to.numpy("log", others))
    return to.call(to.call(first, "__add__", second), "sum")


def _from_logits(to: _Writer) -> str:
    logits = to.setting.prediction
    sums = to.call(to.numpy("exp", logits), "sum", axis=to.axis)
    right = to.call(to.call(to.target(), "__mul__", logits), "sum")
    return to.call(to.call(to.numpy("log", sums), "sum"), "__sub__", right)


def _binary_from_logits(to: _Writer) -> str:
    logits, one = to.setting.prediction, to.constant(1.0)
    sums = to.numpy("log", to.call(to.numpy("exp", logits), "__add__", one))
    right = to.call(to.target(), "__mul__", logits)
    return to.call(to.call(sums, "__sub__", right), "sum")


_KINDS: tuple[tuple[str, Callable[[_Writer], str], float, bool | None], ...] = (
    ("cross-entropy", _cross_entropy, -1.0, True),
    ("binary cross-entropy", _binary_cross_entropy, -1.0, None),
    ("squared error", _squared_error, 1.0, None),
    ("half the squared error", _squared_error, HALF, None),
    ("cross-entropy of the softmax", _from_logits, 1.0, True),
    ("binary cross-entropy of the sigmoid", _binary_from_logits, 1.0, None),
)
"""Title, total, factor, and whether it is one of several outputs only."""
_REDUCTIONS = {"mean": "mean over the examples", "sum": "sum", "entries": "mean over all entries"}


def textbook_costs(setting: Setting) -> Iterator[TextbookCost]:
    """Yield the costs that a prediction of that form may have."""
    for title, total, factor, is_of_classes in _KINDS:
        if is_of_classes and setting.classes < 2:
            continue
        for reduction, words in _REDUCTIONS.items():
            if reduction == "entries" and setting.classes < 2:
                continue
            writer = _Writer(setting)
            steps = writer.finished(total(writer), factor=factor, reduction=reduction)
            yield TextbookCost(f"{title}, {words}", steps)
