"""Reads layers put together from others, as pairs of functions with dicts of options.

``conv_relu_pool_forward(x, w, b, conv_param, pool_param)`` returns ``out, cache``, and its backward
takes ``dout, cache``: what the arguments are is told by their names, and the gradients are held to
the derivative of the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from gradcheck.calls.closeness import EXACT, FACTOR, SHAPED, score
from gradcheck.calls.naming import is_options_dict, normalised, parsed
from gradcheck.calls.template import Execute, ProgrammedSubject, Reading, Template
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.own_component import WEIGHTED, OwnComponent, variant_of
from gradcheck.recognition.probing import probe_of
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step
from gradcheck.subject import Call

__all__ = ["READER"]

FLAT: Mapping[str, tuple[str, ...]] = {
    "x": ("N", "s4"), "w": ("s4", "s3"), "b": ("s3",), "gamma": ("s3",), "beta": ("s3",),
}  # fmt: skip
IMAGES: Mapping[str, tuple[str, ...]] = {
    "x": ("s2", "s3", "s4", "s4"), "w": ("s5", "s3", "s3", "s3"), "b": ("s5",),
    "gamma": ("s5",), "beta": ("s5",),
}  # fmt: skip
"""By their names, what the arguments of layers of rows and of images look like."""
NAMES = {"x": "x", "a": "x", "inputs": "x", "input": "x", "aprev": "x", "w": "w", "weights": "w",
         "weight": "w", "kernel": "w", "b": "b", "bias": "b", "biases": "b", "gamma": "gamma",
         "beta": "beta", "scale": "gamma", "shift": "beta"}  # fmt: skip
OPTIONS: Mapping[str, Mapping[str, object]] = {
    "pool": {"pool_height": 2, "pool_width": 2, "stride": 2, "f": 2},
    "conv": {"stride": 1, "pad": 1}, "bn": {"mode": "train"}, "batchnorm": {"mode": "train"},
    "ln": {}, "layernorm": {},
}  # fmt: skip
"""What a dict of options has, by the first word of its name."""
MOST = 20


def _read(unread: Unread) -> Recognition:
    """Return the recognition with such pairs among its unread functions read."""
    functions = {f.name: f for f in unread.functions}
    found: list[Reading] = []
    for name in list(functions)[:MOST * 2]:
        if parsed(name).is_gradient:
            continue
        backward = functions.get(name.replace("forward", "backward"))
        if backward is not None and backward.name != name and len(backward.required) == 2:
            reading = next(_readings(functions[name], backward, unread.execute), None)
            found += [reading] if reading is not None else []
    return joined(unread.recognition, found)


READER = Reader(order=60, read=_read)


def _readings(
    forward: FunctionDescription, backward: FunctionDescription, execute: Execute
) -> Iterator[Reading]:
    for shapes in (FLAT, IMAGES):
        template = _template(forward, backward)
        dims = {p.name: shapes[NAMES[normalised(p.name)]] for p in forward.required
                if normalised(p.name) in NAMES}  # fmt: skip
        if template is None or len(dims) < 2:
            return
        sizes = {d: int(d[1:]) for ds in dims.values() for d in ds if d != "N"}
        component = OwnComponent(template, execute)
        bare = variant_of(dims, tuple(dims), WEIGHTED, is_scalar=False)
        example = probe_of(component, bare, tuple(sorted({**sizes, "N": 7}.items())))
        if not example.output.ndim or not np.all(np.isfinite(example.output)):
            continue
        reading = _of(template, dims, sizes, component, execute, forward)
        if reading is not None:
            yield reading


def _of(
    template: Template, dims: Mapping[str, tuple[str, ...]], sizes: Mapping[str, int],
    component: OwnComponent, execute: Execute, forward: FunctionDescription,
) -> Reading | None:  # fmt: skip
    """Return the reading, if every gradient has its shape and some are those of the value."""
    gradients = {name: ("g", k) for k, name in enumerate(dims)}
    whole = replace(template, gradients=gradients)
    variant = variant_of(dims, tuple(dims), WEIGHTED, is_scalar=False)
    example = probe_of(component, variant, tuple(sorted({**sizes, "N": 7}.items())),
                       is_upstream_one=False)  # fmt: skip
    subject = ProgrammedSubject(whole, component, variant, component.layouts[0], execute)
    call = Call("backward", example.inputs, example.upstream)
    answer, again = subject.run([call, replace(call, other=example.inputs)])
    if answer.fault is not None or again.fault is not None:
        return None
    expected = component.backward(example.inputs, example.upstream, variant)
    scores = [score(answer.gradients.get(n), e) for n, e in expected.items()]
    exact = sum(s == EXACT for s in scores)
    if 2 * exact < len(scores) or not all(s == EXACT or SHAPED <= s < FACTOR for s in scores):
        return None
    names = (template.forward_function or "", template.backward_function or "")
    return Reading(
        component.id, "forward-backward", names, variant.id, component.layouts[0].id, whole,
        dict(sizes), (), forward.line,
    )  # fmt: skip


def _template(forward: FunctionDescription, backward: FunctionDescription) -> Template | None:
    """Return the calls, or None where the name of an argument tells nothing."""
    steps: list[Step] = []
    slots: list[str] = []
    for parameter in forward.required:
        plain = normalised(parameter.name)
        if plain in NAMES:
            slots.append(f"${parameter.name}")
            continue
        word = parameter.name.lower().partition("_")[0]
        if not is_options_dict(parameter.name) or word not in OPTIONS:
            return None
        pairs = []
        for key, value in OPTIONS[word].items():
            steps.append(("constant", f"{parameter.name} {key}", value))
            pairs.append([key, f"{parameter.name} {key}"])
        steps.append(("dict", parameter.name, pairs))
        slots.append(parameter.name)
    call: tuple[Step, ...] = (
        ("name", "f", forward.name), ("call", "r", "f", slots, {}), ("item", "out", "r", 0),
        ("item", "cache", "r", 1),
    )  # fmt: skip
    return Template(
        (), (*steps, *call),
        (("name", "fb", backward.name), ("call", "g", "fb", ["$upstream", "cache"], {})),
        output=("out",), upstream="argument", state="cache", forward_function=forward.name,
        backward_function=backward.name,
    )  # fmt: skip
