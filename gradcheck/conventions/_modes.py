"""Flags and words that tell a layer whether it is trained: passed for training, and turned.

They are parameters (``training=True``, ``mode="train"``), attributes (``self.training``), pairs of
methods (``train()``, ``eval()``) or a method of its own (``predict(x)``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gradcheck.calls.naming import normalised
from gradcheck.component import Component
from gradcheck.modes import MODE_SLOT, TRAIN, Mode
from gradcheck.records.description import ClassDescription, FunctionDescription, Parameter
from gradcheck.records.program import Step, Value

__all__ = ["array_steps", "carried", "extras_in", "flag_steps", "object_modes", "statistics_in",
           "training_flags"]  # fmt: skip

FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("training", "train", "istraining", "istrain", "trainflg", "trainflag",
                     "trainingflag", "trainingmode", "trainmode", "intraining", "istrainmode",
                     "trainphase", "trainingphase", "isintraining", "learning"), True),
    **dict.fromkeys(("test", "istest", "testing", "istesting", "inference", "isinference",
                     "testmode", "evalmode", "iseval", "deterministic", "testflg", "testtime",
                     "inferencemode", "predicting", "evaluating"), False),
}  # fmt: skip
"""Names of flags, and what they are in training."""
MEAN, VARIANCE = "running_mean", "running_var"
STATISTICS: Mapping[str, str] = {
    **dict.fromkeys(("runningmean", "movingmean", "runmean", "meanrunning", "runningmu", "movingmu",
                     "runningavg", "globalmean", "movingaverage", "popmean", "meanavg"), MEAN),
    **dict.fromkeys(("runningvar", "movingvar", "runvar", "varrunning", "runningvariance",
                     "movingvariance", "runningsigma2", "globalvar", "popvar", "varavg"),
                    VARIANCE),
}  # fmt: skip
"""Names of running statistics that a function takes (and perhaps returns)."""
WORDS = frozenset({"mode", "phase"})
TEST_METHODS = ("eval", "test", "evaluate", "eval_mode", "set_eval", "inference_mode")
TRAIN_METHODS = ("train", "train_mode", "set_train", "training_mode")
INFERENCE_METHODS = ("inference", "infer", "predict", "forward_test", "test_forward",
                     "forward_inference", "inference_forward", "forward_eval",
                     "forward_predict")  # fmt: skip
OFF = "mode off"
STATISTIC_SLOT = "constant {}"


def training_flags(
    function: FunctionDescription, component: Component
) -> dict[str, bool | int | str]:
    """Return the parameters that say whether a layer is trained, each with what says so.

    A layer that computes the same in both is asked only where its code must be told.
    """
    found: dict[str, bool | int | str] = {}
    for parameter in function.parameters:
        if parameter.kind not in {"positional", "keyword"}:
            continue
        is_asked = bool(component.mode_kind) or (
            not parameter.has_default and normalised(parameter.name) in FLAGS
        )
        value = _while_training(parameter) if is_asked else None
        if value is not None:
            found[parameter.name] = value
    return found


def extras_in(
    function: FunctionDescription, component: Component
) -> Mapping[str, tuple[str, float]]:
    """Return the required parameters that a layer only uses for its statistics: a momentum.

    Each with its slot and a value.
    """
    known = {normalised(key): (key, value) for key, value in component.extras.items()}
    found: dict[str, tuple[str, float]] = {}
    for parameter in function.required:
        key, value = known.get(normalised(parameter.name), ("", ""))
        if component.mode_kind and not isinstance(value, str):
            found[parameter.name] = (STATISTIC_SLOT.format(key), value)
    return found


def statistics_in(function: FunctionDescription, component: Component) -> dict[str, str]:
    """Return the parameters that are running statistics, each with which one it is."""
    return {
        p.name: STATISTICS[normalised(p.name)]
        for p in function.parameters
        if normalised(p.name) in STATISTICS
        and STATISTICS[normalised(p.name)] in component.extra_arrays
        and (p.default is None or not p.has_default)
    }


def carried(function: FunctionDescription, component: Component, result: str) -> tuple[Step, ...]:
    """Return the steps that hand the statistics that a call returns on to the next call.

    One of them under another name, and nothing is known of either: then none is handed on.
    """
    taken = set(statistics_in(function, component).values())
    elements = function.returns[-1].elements if function.returns else ()
    returned = {
        STATISTICS[normalised(e.name)]: e.key
        for e in elements
        if e.name is not None and isinstance(e.key, int) and normalised(e.name) in STATISTICS
    }
    if not taken or not taken <= set(returned):
        return ()
    return tuple(
        ("item", STATISTIC_SLOT.format(name), result, returned[name]) for name in sorted(taken)
    )


def _while_training(parameter: Parameter) -> bool | int | str | None:
    plain, default = normalised(parameter.name), parameter.default
    if plain in FLAGS and (default is None or isinstance(default, bool)):
        return FLAGS[plain]
    if plain in FLAGS and isinstance(default, int) and default in {0, 1}:
        return int(FLAGS[plain])
    if plain not in WORDS:
        return None
    if isinstance(default, bool):
        return None  # whether True is training, nobody knows
    return default if isinstance(default, str) and default.startswith(TRAIN) else TRAIN


def object_modes(
    cls: ClassDescription, forward: str, component: Component,
    attributes: Mapping[str, Value] | None,
) -> tuple[tuple[Step, ...], tuple[Mode, ...]]:  # fmt: skip
    """Return the steps that set an object to training, and the modes that it offers."""
    if not component.mode_kind:
        return (), ()
    setup: list[Step] = []
    modes: list[Mode] = []
    on = next((m for m in TRAIN_METHODS if _is_plain(cls, m)), None)
    off = next((m for m in TEST_METHODS if _is_plain(cls, m)), None)
    if off is not None:
        modes.append(Mode(f"{off}()", steps=_called(off), is_sure=on is not None))
        setup += _called(on) if on is not None else ()
    for attribute, value in (attributes or {}).items():
        plain = normalised(attribute.split("__")[-1])
        if plain in FLAGS and isinstance(value, bool) and off is None:
            setup += _set(attribute, FLAGS[plain])
            modes.append(Mode(f"{attribute}={not FLAGS[plain]}", is_sure=True,
                              steps=_set(attribute, not FLAGS[plain])))  # fmt: skip
        elif plain in WORDS and isinstance(value, str) and value.startswith(TRAIN):
            modes += (
                Mode(f"{attribute}={w!r}", steps=_set(attribute, w)) for w in ("test", "eval")
            )
    modes += _methods(cls, forward)
    return tuple(setup), tuple(modes)


def _methods(cls: ClassDescription, forward: str) -> Iterator[Mode]:
    """Yield a mode for each method that infers, if it takes as much as forward does."""
    taken = len(cls.methods[forward].required)
    for name in INFERENCE_METHODS:
        method = cls.methods.get(name)
        if method is not None and name != forward and len(method.required) == taken:
            yield Mode(f"{name}(x)", methods={forward: name})


def _is_plain(cls: ClassDescription, method: str) -> bool:
    return method in cls.methods and not cls.methods[method].required


def _called(method: str) -> tuple[Step, ...]:
    return (("get", f"m {method}", "obj", method), ("call", f"r {method}", f"m {method}", [], {}))


def _set(attribute: str, value: bool | str) -> tuple[Step, ...]:
    return (("constant", OFF, value), ("set", "obj", attribute, OFF))


def flag_steps(flags: Mapping[str, bool | int | str]) -> Iterator[Step]:
    """Yield the steps that fill the flags' slots."""
    yield from (("constant", MODE_SLOT.format(name), value) for name, value in flags.items())


def array_steps(component: Component, names: Iterable[str]) -> Iterator[Step]:
    """Yield the steps that make arrays of a dict, or of a signature, before the first batch."""
    for name in names:
        variable, start = component.extra_arrays[name]
        slot = STATISTIC_SLOT.format(name)
        yield ("constant", "start", start)
        yield ("get", f"{slot} from", f"${variable}", "__mul__")
        yield ("call", slot, f"{slot} from", ["start"], {})
