"""Does test use running statistics, and are they averages of what training saw?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.checks._averages import (
    Averaged,
    Shown,
    averaged_means,
    averaged_spreads,
    shown,
)
from gradcheck.checks._inferring import arrays_in, differ, output_of, raised, reason_against_mode
from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.component import Array
from gradcheck.subject import Answer, Call, Subject

FEWEST_ROWS, FEWEST_FEATURES = 3, 2
SAME = 1e-6
"""Parts of a batch nearer to each other are one."""
SPREADS = (0.5, 1.5)
STATISTICS = "statistics"


@dataclass(frozen=True)
class _Batches:
    """Two batches to train on, one to infer, and that one with all rows but the first changed."""

    first: Mapping[str, Array]
    second: Mapping[str, Array]
    asked: Mapping[str, Array]
    other: Mapping[str, Array]

    def of(self, case: Case) -> Case:
        """Return the case at the batch that is asked about."""
        return Case(case.example.with_inputs(self.asked), case.subject)


class RunningStatistics(Check):
    """Train, train, infer: what is subtracted and divided by must come from both batches."""

    id = "running-statistics"
    title = "test mode and running statistics"
    question = "does test use averages of the batches that training saw, and leave them alone?"
    order = 25
    after = ("output-shape",)
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only for a layer with statistics, where something may tell it that it isn't trained."""
        return reason_against_mode(subject, STATISTICS)

    def ask(self, case: Case) -> Inquiry:
        """Find the mode that is one, then what inference does after 0, 1 and 2 batches."""
        n, d = case.example.inputs["x"].shape
        if n < FEWEST_ROWS or d < FEWEST_FEATURES:
            return []
        batches = _drawn(case)
        moved = batches.of(case)
        history = ((batches.first, None), (batches.second, None))
        calls = [Call("forward", batches.asked, before=history, mode=k, is_looked_into=True)
                 for k in range(len(case.subject.modes))]  # fmt: skip
        held = [Call("forward", batches.second, before=history[:1], is_looked_into=True),
                Call("forward", batches.second, is_looked_into=True)]  # fmt: skip
        answers = list((yield [Call("forward", batches.asked), *held, *calls]))
        trained, both, alone, *inferred = answers
        training = output_of(moved, trained)
        if training is None:
            return []
        place = _place(moved, training, inferred)
        if place is None:
            return _ignored(moved, both, alone, inferred)
        told = yield [
            Call("forward", batches.asked, mode=place),
            Call("forward", batches.asked, before=history[:1], mode=place),
            Call("forward", batches.asked, before=history, mode=place),
            Call("forward", batches.other, before=history, mode=place),
            Call("forward", batches.asked, before=(*history, (batches.other, place)), mode=place),
            Call("forward", batches.asked, before=history, mode=place),
        ]
        *values, repeated = [output_of(moved, a) for a in told]
        if values[2] is not None and repeated is not None and differ(moved, values[2], repeated):
            return []  # statistics that outlive the object, in a global: nobody knows their past
        judged = _judged(moved, batches, place, values)
        if judged.verdict != "right" or not case.subject.variables:
            return [judged]
        inputs, upstream = moved.example.inputs, moved.example.upstream
        others = np.concatenate([upstream[:1], 2 * upstream[1:]])
        backs = yield [Call("backward", inputs, u, before=history, mode=place)
                       for u in (upstream, others)]  # fmt: skip
        return [judged, *_backwards_of_test(moved, batches, place, values, backs)]


def _drawn(case: Case) -> _Batches:
    """Return batches with means and spreads of their own in every feature."""
    rng = case.example.rng(4)
    n, d = case.example.inputs["x"].shape
    gamma, beta = case.example.inputs["gamma"], case.example.inputs["beta"]
    gamma = np.where(gamma < 0, -1.0, 1.0) * (SPREADS[0] + np.minimum(np.abs(gamma), SPREADS[1]))
    drawn = [
        rng.uniform(*SPREADS, d) * rng.standard_normal((n, d)) + rng.uniform(*SPREADS, d)
        for _ in range(4)
    ]
    drawn[3][0] = drawn[2][0]
    first, second, asked, other = ({"x": x, "gamma": gamma, "beta": beta} for x in drawn)
    return _Batches(first, second, asked, other)


def _place(case: Case, training: Array, inferred: Sequence[Answer]) -> int | None:
    """Return the first mode that gives something else than training does."""
    for place, answer in enumerate(inferred):
        value = output_of(case, answer)
        if value is not None and differ(case, value, training):
            return place
    return None


def _ignored(
    case: Case, both: Answer, alone: Answer, inferred: Sequence[Answer]
) -> list[Observation]:
    """Return the observation that test normalises with its own batch, where that is certain.

    It is where the code keeps running statistics, and test is a flag or leaves them as they are.
    """
    after, without = arrays_in(both.held), arrays_in(alone.held)
    size = case.example.inputs["gamma"].size
    running = [n for n, a in after.items()
               if a.size == size and n in without and a.shape == without[n].shape
               and not np.array_equal(a, without[n])]  # fmt: skip
    if all(answer.fault is not None for answer in inferred):
        return raised(case, inferred)
    if not running:
        return []
    for mode, answer in zip(case.subject.modes, inferred, strict=True):
        if output_of(case, answer) is None:
            continue
        later = arrays_in(answer.held)
        is_left = all(n in later and np.array_equal(later[n], after[n]) for n in running)
        if mode.is_sure or is_left:
            return [
                Observation(
                    "wrong", None,
                    f"in test ({mode.title}) it normalises with the mean and variance of the batch "
                    "at hand, not with the running statistics that it keeps",
                    phase="forward", evidence="batch-statistics",
                )
            ]  # fmt: skip
    return []


def _judged(
    case: Case, batches: _Batches, place: int, values: Sequence[Array | None]
) -> Observation:
    title = case.subject.modes[place].title
    before, after_one, after_two, other, again = values
    if after_one is None or after_two is None or other is None or again is None:
        return _wrong(f"in test ({title}) it gives no finite numbers after a training call", "test")
    if differ(case, after_two[:1], other[:1]):
        return _wrong(
            f"in test ({title}) an example's value depends on the other rows of its batch: it must "
            "use the running statistics alone", "batch-statistics",
        )  # fmt: skip
    if differ(case, after_two, again):
        return _wrong(
            f"a call in test ({title}) changes what the next one gives: only training may change "
            "the running statistics", "test-updates",
        )  # fmt: skip
    seen = [_shown(case, batches, v) for v in (before, after_one, after_two)]
    if seen[1] is None or seen[2] is None:
        return _wrong(
            f"in test ({title}) the value isn't gamma (x - m) / r + beta for any m and r", "test"
        )
    return _compared(case, batches, title, seen[0], (seen[1], seen[2]))


def _backwards_of_test(
    case: Case, batches: _Batches, place: int, values: Sequence[Array | None],
    backs: Sequence[Answer],
) -> list[Observation]:  # fmt: skip
    """Return whether backward in test is the derivative of what test computes.

    That is gamma / r for every example, which two values tell: nothing of the batch is in it.
    A backward in which something of the batch is knows of training only, which is usual.
    """
    _, _, value, other, _ = values
    found, again = (
        case.canonical("x", b.gradients.get("x")) if b.fault is None else None for b in backs
    )
    if found is None or again is None or value is None or other is None:
        return []
    rows = slice(1, None)  # the first one is the same in both batches
    apart = (batches.asked["x"] - batches.other["x"])[rows]
    slope = np.median((value - other)[rows] / apart, axis=0)
    expected = case.example.upstream * slope
    if not differ(case, found, expected) or differ(case, found[:1], again[:1]):
        return []
    return [Observation(
        "wrong", None, f"in test ({case.subject.modes[place].title}) each example's gradient is "
        "its own, but it isn't upstream * gamma / r, the derivative of what test computes",
        expected=case.subject.show("x", expected), actual=case.subject.show("x", found),
        phase="backward", evidence="test-backward",
    )]  # fmt: skip


def _shown(case: Case, batches: _Batches, value: Array | None) -> Shown | None:
    if value is None:
        return None
    x, gamma, beta = (batches.asked[n] for n in ("x", "gamma", "beta"))
    return shown(x, value, gamma, beta, is_narrow=case.subject.is_narrow)


def _compared(
    case: Case, batches: _Batches, title: str, before: Shown | None, after: tuple[Shown, Shown]
) -> Observation:
    """Judge the two statistics by how they move from batch to batch."""
    xs = [batches.first["x"], batches.second["x"]]
    epsilon = case.subject.component.constant(case.subject.variant, "eps")
    means, spreads = (
        found(before, after, xs, epsilon, is_narrow=case.subject.is_narrow)
        for found in (averaged_means, averaged_spreads)
    )
    still = [_is_still(before, after, name) for name in ("m", "r")]
    if all(still):
        return Observation(
            "remark", None, f"in test ({title}) it uses statistics that no training call changes: "
            "right only if something else sets them", evidence="never-updated",
        )  # fmt: skip
    for name, found, is_left in (("mean", means, still[0]), ("variance", spreads, still[1])):
        if is_left:
            return _wrong(f"the running {name} is never updated: test ({title}) uses the one that "
                          "it started with", "never-updated")  # fmt: skip
        near = averaged_means if name == "mean" else averaged_spreads
        if found is None and near(before, after, xs, epsilon, is_narrow=True) is not None:
            return Observation("remark", None, f"the running {name} that test ({title}) uses has "
                               "few digits", evidence="few-digits")  # fmt: skip
        if found is None:
            return _wrong(
                f"after two batches the {name} that test ({title}) uses is no moving average of "
                f"theirs: r = m r + (1 - m) {name}", "no-average",
            )  # fmt: skip
    assert means is not None and spreads is not None
    return _agreeing(means, spreads)


def _is_still(before: Shown | None, after: tuple[Shown, Shown], name: str) -> bool:
    """Return whether a statistic is after the batches, which are of size 1, what it was before."""
    first, *later = [getattr(s, name) for s in (before, *after) if s is not None]
    size = max(1.0, float(np.max(np.abs(first))))
    return all(np.all(np.abs(value - first) <= SAME * size) for value in later)


def _agreeing(means: Averaged, spreads: Averaged) -> Observation:
    """Judge whether both statistics take the same part of a batch."""
    mine, its = means.parts[-1], spreads.parts[-1]
    if abs(mine - its) > SAME:
        text = f"{mine:.4g} of a batch's mean goes into the running mean, but {its:.4g} of its " \
               "variance into the running variance"  # fmt: skip
        if abs(mine + its - 1.0) <= SAME:
            return _wrong(f"{text}: the momentum stands on the other side in one of them",
                          "momentum-swapped")  # fmt: skip
        return Observation("remark", None, text, evidence="two-momenta")
    if spreads.epsilon is not None:
        return Observation("remark", None, f"in test {spreads.epsilon:g} is added to the variance, "
                           "in training another epsilon", evidence="two-epsilons")  # fmt: skip
    if not spreads.is_usual:
        return Observation("remark", None, f"what is averaged for the variance is the {spreads.of}",
                           evidence="other-statistic")  # fmt: skip
    if mine >= 1.0 - SAME:
        return Observation("remark", None, "the running statistics are those of the last batch "
                           "alone", evidence="last-batch")  # fmt: skip
    return Observation("right", None, method=f"moving averages of mean and {spreads.of}, "
                       f"{mine:.4g} of each batch")  # fmt: skip


def _wrong(message: str, evidence: str) -> Observation:
    return Observation("wrong", None, message, phase="forward", evidence=evidence)


CHECK = RunningStatistics()
