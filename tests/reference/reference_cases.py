"""Every differentiable function of the reference as one table of cases.

A case knows the shapes of its variables, the scalar that it makes of them (⟨dout, f(x)⟩ for a block
with an upstream gradient, the cost itself otherwise), the gradient that the reference claims, and
the natural scale of that gradient: the size of the terms it is summed from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import gradcheck_reference as ref

Array = npt.NDArray[Any]
Variables = dict[str, Array]
Shape = tuple[int, ...]

# (N, D, M): batch of one, fewer examples than features, more, square, a single number
SIZES = [(1, 1, 1), (1, 3, 2), (2, 5, 3), (5, 2, 3), (3, 3, 3), (7, 3, 1)]
REDUCTIONS = ("mean", "batch-mean", "sum")
ALL_REDUCTIONS = (*REDUCTIONS, "half-mean", "half-batch-mean", "half-sum")

TINY = 1e-100  # below it the product with a complex step of 1e-30 would underflow
ANY = st.one_of(st.just(0.0), st.floats(TINY, 3), st.floats(-3, -TINY))
OFF_KINK = st.one_of(st.floats(0.1, 3), st.floats(-3, -0.1))
PROBABILITY = st.floats(0.1, 0.9)
BINARY = st.sampled_from([0.0, 1.0])
TARGET = st.sampled_from([0.0, 1.0, 0.3])


def largest(*arrays: Any) -> float:
    return max(float(np.max(np.abs(array), initial=0.0)) for array in arrays)


@dataclass(frozen=True)
class Case:
    """One gradient of the reference and what it claims to be the gradient of."""

    id: str
    shapes: Callable[[int, int, int], dict[str, Shape]]
    cost: Callable[[Variables, Variables], Any]
    gradient: Callable[[Variables, Variables], tuple[Any, ...]]
    scale: Callable[[Variables, Variables], float]
    elements: dict[str, st.SearchStrategy[float]] = field(default_factory=dict)
    constants: Callable[[int, int, int], dict[str, Shape]] = lambda n, d, m: {}
    labels: bool = False
    is_in_domain: Callable[[Variables, Variables], bool] = lambda v, c: True


@st.composite
def inputs(draw: st.DrawFn, case: Case) -> tuple[Variables, Variables]:
    """Draw the variables and constants of a case."""
    n, d, m = draw(st.sampled_from(SIZES))

    def fill(shapes: dict[str, Shape]) -> Variables:
        return {
            name: draw(hnp.arrays(np.float64, shape, elements=case.elements.get(name, ANY)))
            for name, shape in shapes.items()
        }

    variables, constants = fill(case.shapes(n, d, m)), fill(case.constants(n, d, m))
    if case.labels:
        constants["y"] = draw(hnp.arrays(np.int64, n, elements=st.integers(0, d - 1)))
    return variables, constants


def activation(name: str, element: st.SearchStrategy[float] = ANY, **options: float) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    label = "-".join([name, *(f"{key}={option}" for key, option in options.items())])
    return Case(
        id=label,
        shapes=lambda n, d, m: {"z": (n, d)},
        constants=lambda n, d, m: {"dout": (n, d)},
        elements={"z": element},
        cost=lambda v, c: np.sum(c["dout"] * value(v["z"], **options)),
        gradient=lambda v, c: (backward(c["dout"], v["z"], **options),),
        scale=lambda v, c: largest(c["dout"]) * max(1.0, *options.values(), 0.0),
    )


def entrywise_cost(
    name: str,
    reduction: str,
    element: st.SearchStrategy[float] = ANY,
    target: st.SearchStrategy[float] = TARGET,
) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    return Case(
        id=f"{name}-{reduction}",
        shapes=lambda n, d, m: {"prediction": (n, d)},
        constants=lambda n, d, m: {"y": (n, d)},
        elements={"prediction": element, "y": target},
        cost=lambda v, c: value(v["prediction"], c["y"], reduction=reduction),
        gradient=lambda v, c: (backward(v["prediction"], c["y"], reduction=reduction),),
        scale=lambda v, c: largest(backward(v["prediction"], c["y"], reduction=reduction)),
    )


def labelled_cost(name: str, reduction: str, element: st.SearchStrategy[float], form: str) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")

    def labels(v: Variables, c: Variables) -> Array:
        classes = v["prediction"].shape[1]
        indicators = ref.one_hot(c["y"], classes).astype(v["prediction"].real.dtype)
        return c["y"] if form == "integers" else indicators

    def gradient(v: Variables, c: Variables) -> tuple[Array]:
        return (backward(v["prediction"], labels(v, c), reduction=reduction),)

    return Case(
        id=f"{name}-{reduction}-{form}",
        shapes=lambda n, d, m: {"prediction": (n, d)},
        labels=True,
        elements={"prediction": element},
        cost=lambda v, c: value(v["prediction"], labels(v, c), reduction=reduction),
        gradient=gradient,
        scale=lambda v, c: largest(*gradient(v, c)),
    )


def hinge_case(reduction: str, margin: float) -> Case:
    def leads(v: Variables, c: Variables) -> Array:
        right = v["prediction"][np.arange(len(c["y"])), c["y"]]
        return v["prediction"] - right[:, None] + margin

    def is_off_kink(v: Variables, c: Variables) -> bool:
        return bool(np.min(np.abs(leads(v, c))) > 0.05)

    return Case(
        id=f"hinge-{reduction}-{margin}",
        shapes=lambda n, d, m: {"prediction": (n, d)},
        labels=True,
        cost=lambda v, c: ref.hinge(v["prediction"], c["y"], margin=margin, reduction=reduction),
        gradient=lambda v, c: (
            ref.hinge_backward(v["prediction"], c["y"], margin=margin, reduction=reduction),
        ),
        scale=lambda v, c: float(v["prediction"].shape[1]),
        is_in_domain=is_off_kink,
    )


def absolute_error_case(reduction: str) -> Case:
    case = entrywise_cost("absolute_error", reduction, OFF_KINK, st.just(0.0))
    return replace(case, scale=lambda v, c: 1.0)


def soft_labels_case() -> Case:
    """The cross-entropy of logits with a row of arbitrary weights for an indicator."""
    return Case(
        id="cross_entropy_from_logits-weights",
        shapes=lambda n, d, m: {"prediction": (n, d)},
        constants=lambda n, d, m: {"y": (n, d)},
        elements={"y": st.floats(0, 1)},
        cost=lambda v, c: ref.cross_entropy_from_logits(v["prediction"], c["y"]),
        gradient=lambda v, c: (ref.cross_entropy_from_logits_backward(v["prediction"], c["y"]),),
        scale=lambda v, c: largest(np.sum(c["y"], axis=1)),
    )


def huber_case(reduction: str, delta: float) -> Case:
    case = entrywise_cost("huber", reduction, OFF_KINK, st.just(0.0))
    return replace(
        case, id=f"{case.id}-{delta}",
        cost=lambda v, c: ref.huber(v["prediction"], c["y"], delta=delta, reduction=reduction),
        gradient=lambda v, c: (
            ref.huber_backward(v["prediction"], c["y"], delta=delta, reduction=reduction),
        ),
        scale=lambda v, c: 3.0,
        is_in_domain=lambda v, c: bool(np.min(np.abs(np.abs(v["prediction"]) - delta)) > 0.05),
    )  # fmt: skip


def squared_hinge_case(reduction: str, name: str = "squared_hinge") -> Case:
    case = entrywise_cost(name, reduction, ANY, st.sampled_from([-1.0, 1.0]))
    return replace(
        case, scale=lambda v, c: 8.0,
        is_in_domain=lambda v, c: bool(np.min(np.abs(v["prediction"] * c["y"] - 1)) > 0.05),
    )  # fmt: skip


def multi_class_squared_hinge_case(reduction: str) -> Case:
    case = hinge_case(reduction, 1.0)
    value, backward = ref.multi_class_squared_hinge, ref.multi_class_squared_hinge_backward
    return replace(
        case, id=f"multi_class_squared_hinge-{reduction}",
        cost=lambda v, c: value(v["prediction"], c["y"], reduction=reduction),
        gradient=lambda v, c: (backward(v["prediction"], c["y"], reduction=reduction),),
        scale=lambda v, c: 14.0 * v["prediction"].shape[1],
    )  # fmt: skip


def contrastive_case(reduction: str) -> Case:
    return Case(
        id=f"contrastive-{reduction}",
        shapes=lambda n, d, m: {"d": (n,)},
        constants=lambda n, d, m: {"y": (n,)},
        elements={"d": st.one_of(st.floats(0.1, 0.9), st.floats(1.1, 2)), "y": BINARY},
        cost=lambda v, c: ref.contrastive(v["d"], c["y"], reduction=reduction),
        gradient=lambda v, c: (ref.contrastive_backward(v["d"], c["y"], reduction=reduction),),
        scale=lambda v, c: 4.0,
    )


def triplet_case(reduction: str, is_squared: bool) -> Case:
    options: dict[str, Any] = {"is_squared": is_squared, "reduction": reduction, "margin": 0.5}

    def distances(v: Variables) -> tuple[Array, Array]:
        near, far = (np.sum((v["a"] - v[k]) ** 2, axis=1) for k in ("p", "n"))
        return near, far

    def is_in_domain(v: Variables, c: Variables) -> bool:
        near, far = distances(v)
        if not is_squared:
            near, far = np.sqrt(near), np.sqrt(far)
        is_apart = min(float(np.min(near)), float(np.min(far))) > 0.1
        return is_apart and float(np.min(np.abs(near - far + 0.5))) > 0.05

    return Case(
        id=f"triplet-{reduction}-{'squared' if is_squared else 'plain'}",
        shapes=lambda n, d, m: {"a": (n, d), "p": (n, d), "n": (n, d)},
        elements={"p": st.floats(0.5, 3), "n": st.floats(-3, -0.5), "a": st.floats(-0.4, 0.4)},
        cost=lambda v, c: ref.triplet(*v.values(), **options),
        gradient=lambda v, c: ref.triplet_backward(*v.values(), **options),
        scale=lambda v, c: 40.0,
        is_in_domain=is_in_domain,
    )


def penalty_case(name: str) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    return Case(
        id=name,
        shapes=lambda n, d, m: {"W": (d, m)},
        elements={"W": OFF_KINK},
        cost=lambda v, c: value(v["W"], strength=0.3),
        gradient=lambda v, c: (backward(v["W"], strength=0.3),),
        scale=lambda v, c: 2.0,
    )


def swiglu_case() -> Case:
    return Case(
        id="swiglu",
        shapes=lambda n, d, m: {"gate": (n, d), "value": (n, d)},
        constants=lambda n, d, m: {"dout": (n, d)},
        cost=lambda v, c: np.sum(c["dout"] * ref.swiglu(v["gate"], v["value"])),
        gradient=lambda v, c: ref.swiglu_backward(c["dout"], v["gate"], v["value"]),
        scale=lambda v, c: largest(c["dout"]) * max(1.0, largest(v["gate"], v["value"])),
    )


def affine_case() -> Case:
    return Case(
        id="affine",
        shapes=lambda n, d, m: {"x": (n, d), "W": (d, m), "b": (m,)},
        constants=lambda n, d, m: {"dout": (n, m)},
        cost=lambda v, c: np.sum(c["dout"] * ref.affine(v["x"], v["W"], v["b"])),
        gradient=lambda v, c: ref.affine_backward(c["dout"], v["x"], v["W"], v["b"]),
        scale=lambda v, c: largest(c["dout"]) * max(1.0, largest(v["x"], v["W"])),
    )


def side(outputs: int, window: int, stride: int, padding: int = 0) -> int:
    """Return the side of the image that gives so many outputs, and is at least 1."""
    return max(1, window + stride * (outputs - 1) - 2 * padding)


def block_case(
    name: str, shapes: Callable[[int, int, int], dict[str, Shape]], **options: int
) -> Case:
    """Return a block of which the value is linear in each variable, its upstream as it needs."""
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")

    def upstream(n: int, d: int, m: int) -> dict[str, Shape]:
        return {"dout": value(*map(np.ones, shapes(n, d, m).values()), **options).shape}

    return Case(
        id="-".join([name, *(f"{key}={option}" for key, option in options.items())]),
        shapes=shapes,
        constants=upstream,
        cost=lambda v, c: np.sum(c["dout"] * value(*v.values(), **options)),
        gradient=lambda v, c: (
            found
            if isinstance(found := backward(c["dout"], *v.values(), **options), tuple)
            else (found,)
        ),
        scale=lambda v, c: max(c["dout"].size, *(a.size for a in v.values()))
        * largest(c["dout"]) * max(1.0, largest(*v.values())),
    )  # fmt: skip


def dropout_case() -> Case:
    return Case(
        id="dropout",
        shapes=lambda n, d, m: {"x": (n, d)},
        constants=lambda n, d, m: {"dout": (n, d), "mask": (n, d)},
        elements={"mask": BINARY},
        cost=lambda v, c: np.sum(c["dout"] * ref.dropout(v["x"], c["mask"], keep=0.8)),
        gradient=lambda v, c: (ref.dropout_backward(c["dout"], v["x"], c["mask"], keep=0.8),),
        scale=lambda v, c: 2 * largest(c["dout"]),
    )


def images(n: int, d: int, m: int) -> dict[str, Shape]:
    return {"x": (min(n, 3), min(d, 2), min(m, 2), 2)}


def sequences(n: int, d: int, m: int) -> dict[str, Shape]:
    return {"x": (min(n, 3), min(d, 2), 6), "W": (min(m, 3), min(d, 2), 2), "b": (min(m, 3),)}


def small_images(n: int, d: int, m: int) -> dict[str, Shape]:
    channels, kernels = min(d, 2), min(m, 2)
    return {"x": (min(n, 2), channels, 3, 2), "W": (channels, kernels, 3, 2), "b": (kernels,)}


def dilated_images(n: int, d: int, m: int) -> dict[str, Shape]:
    channels, kernels = min(d, 2), min(m, 2)
    return {"x": (min(n, 2), channels, 5, 4), "W": (kernels, channels, 3, 2), "b": (kernels,)}


def conv2d_case(stride: int, padding: int) -> Case:
    options = {"stride": stride, "padding": padding}

    def shapes(n: int, d: int, m: int) -> dict[str, Shape]:
        height, width = (side(k, 3, stride, padding) for k in (min(d, 2), 2))
        kernels = (m, min(n, 2), 3, min(2, width + 2 * padding))
        return {"x": (min(n, 3), min(n, 2), height, width), "W": kernels, "b": (m,)}

    def upstream(n: int, d: int, m: int) -> dict[str, Shape]:
        given = {name: np.ones(shape) for name, shape in shapes(n, d, m).items()}
        return {"dout": ref.conv2d(given["x"], given["W"], given["b"], **options).shape}

    return Case(
        id=f"conv2d-stride={stride}-padding={padding}",
        shapes=shapes,
        constants=upstream,
        cost=lambda v, c: np.sum(c["dout"] * ref.conv2d(v["x"], v["W"], v["b"], **options)),
        gradient=lambda v, c: ref.conv2d_backward(c["dout"], v["x"], v["W"], v["b"], **options),
        scale=lambda v, c: c["dout"].size * largest(c["dout"]) * max(1.0, largest(v["x"], v["W"])),
    )


def pool_case(name: str, window: int, stride: int | None) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    options = {"window": window, "stride": stride}

    def shapes(n: int, d: int, m: int) -> dict[str, Shape]:
        height, width = (side(min(k, 3), window, stride or window) for k in (d, m))
        return {"x": (min(n, 2), min(n, 3), height, width)}

    def upstream(n: int, d: int, m: int) -> dict[str, Shape]:
        return {"dout": value(np.ones(shapes(n, d, m)["x"]), **options).shape}

    def spaced(x: Array) -> Array:
        """Return x with every entry moved to a unit interval of its own: no window has a tie."""
        return x + np.random.default_rng(x.size).permutation(x.size).reshape(x.shape)

    return Case(
        id=f"{name}-window={window}-stride={stride}",
        shapes=shapes,
        constants=upstream,
        elements={"x": st.floats(-0.4, 0.4)},
        cost=lambda v, c: np.sum(c["dout"] * value(spaced(v["x"]), **options)),
        gradient=lambda v, c: (backward(c["dout"], spaced(v["x"]), **options),),
        scale=lambda v, c: window**2 * largest(c["dout"]),
    )


def embedding_case() -> Case:
    def where(c: Variables) -> Array:  # every row of the table but the last, some several times
        count = len(c["dout"])
        return np.arange(count) % max(1, min(count // 2, 3))

    return Case(
        id="embedding",
        shapes=lambda n, d, m: {"W": (4, m)},
        constants=lambda n, d, m: {"dout": (n, m)},
        cost=lambda v, c: np.sum(c["dout"] * ref.embedding(v["W"], where(c))),
        gradient=lambda v, c: (ref.embedding_backward(c["dout"], v["W"], where(c)),),
        scale=lambda v, c: len(c["dout"]) * largest(c["dout"]),
    )


def normalization_case(name: str, axis: int) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    eps = 0.1  # the differences' steps must be small beside its root

    def scale(v: Variables, c: Variables) -> float:
        sigma = float(np.min(np.sqrt(np.var(v["x"], axis=axis) + eps)))
        terms = largest(c["dout"]) * max(1.0, largest(v["gamma"])) * len(c["dout"])
        return terms * max(1.0, 1 / sigma) * max(1.0, largest(v["x"]) / sigma)

    return Case(
        id=name,
        shapes=lambda n, d, m: {"x": (n, d), "gamma": (d,), "beta": (d,)},
        constants=lambda n, d, m: {"dout": (n, d)},
        cost=lambda v, c: np.sum(c["dout"] * value(v["x"], v["gamma"], v["beta"], eps=eps)),
        gradient=lambda v, c: backward(c["dout"], v["x"], v["gamma"], v["beta"], eps=eps),
        scale=scale,
    )


def rms_norm_case() -> Case:
    def scale(v: Variables, c: Variables) -> float:
        root = float(np.min(np.sqrt(np.mean(v["x"] ** 2, axis=1) + 0.1)))
        terms = largest(c["dout"]) * max(1.0, largest(v["gamma"])) * len(c["dout"])
        return terms * max(1.0, 1 / root) * max(1.0, largest(v["x"]) / root)

    return Case(
        id="rms_norm",
        shapes=lambda n, d, m: {"x": (n, d), "gamma": (d,)},
        constants=lambda n, d, m: {"dout": (n, d)},
        cost=lambda v, c: np.sum(c["dout"] * ref.rms_norm(v["x"], v["gamma"], eps=0.1)),
        gradient=lambda v, c: ref.rms_norm_backward(c["dout"], v["x"], v["gamma"], eps=0.1),
        scale=scale,
    )


def image_normalization_case(name: str, **options: int) -> Case:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    eps = 0.1  # as in normalization_case

    def shapes(n: int, d: int, m: int) -> dict[str, Shape]:
        return {"x": (min(n, 2), 4, min(d, 2), min(m, 2)), "gamma": (4,), "beta": (4,)}

    def scale(v: Variables, c: Variables) -> float:
        terms = largest(c["dout"]) * max(1.0, largest(v["gamma"])) * c["dout"].size
        return terms / eps * max(1.0, largest(v["x"]) / np.sqrt(eps))

    return Case(
        id=name,
        shapes=shapes,
        constants=lambda n, d, m: {"dout": shapes(n, d, m)["x"]},
        cost=lambda v, c: np.sum(c["dout"] * value(*v.values(), **options, eps=eps)),
        gradient=lambda v, c: backward(c["dout"], *v.values(), **options, eps=eps),
        scale=scale,
    )


def single_neuron(name: str) -> Case:
    cost, gradient = getattr(ref, f"{name}_cost"), getattr(ref, f"{name}_gradient")

    def is_off_kink(v: Variables, c: Variables) -> bool:
        z = c["X"] @ v["w"] + v["b"]
        return name == "logistic" or bool(np.min(np.abs(z)) > 0.05)

    def scale(v: Variables, c: Variables) -> float:
        z = c["X"] @ v["w"] + v["b"]
        residual = ref.relu(z) - c["y"] if name == "neuron" else ref.sigmoid(z) - c["y"]
        return 2 * largest(residual) * max(1.0, largest(c["X"]))

    return Case(
        id=name,
        shapes=lambda n, d, m: {"w": (d,), "b": ()},
        constants=lambda n, d, m: {"X": (n, d), "y": (n,)},
        elements={"w": OFF_KINK, "b": OFF_KINK, "y": ANY if name == "neuron" else BINARY},
        cost=lambda v, c: cost(v["w"], v["b"], c["X"], c["y"]),
        gradient=lambda v, c: gradient(v["w"], v["b"], c["X"], c["y"]),
        scale=scale,
        is_in_domain=is_off_kink,
    )


def pairs(v: Variables) -> list[tuple[Array, Array]]:
    return [(v[f"W{layer}"], v[f"b{layer}"]) for layer in range(1, len(v) // 2 + 1)]


def network_shapes(widths: list[int]) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths), start=1):
        shapes |= {f"W{layer}": (fan_in, fan_out), f"b{layer}": (fan_out,)}
    return shapes


def network_scale(v: Variables, c: Variables) -> float:
    predictions = ref.network_forward(pairs(v), c["X"])[0][-1]
    return largest(predictions - c["y"]) * max(1.0, largest(c["X"]))


def three_layer_case() -> Case:
    cost: Any = ref.three_layer_cost
    gradient: Any = ref.three_layer_gradient
    return Case(
        id="three_layer",
        shapes=lambda n, d, m: network_shapes([d, d + 1, 2, m]),
        constants=lambda n, d, m: {"X": (n, d), "y": (n, m)},
        elements={"y": BINARY},
        cost=lambda v, c: cost(*v.values(), c["X"], c["y"]),
        gradient=lambda v, c: gradient(*v.values(), c["X"], c["y"]),
        scale=network_scale,
    )


def network_case(hidden: tuple[int, ...]) -> Case:
    return Case(
        id=f"network-{len(hidden) + 1}-layers",
        shapes=lambda n, d, m: network_shapes([d, *hidden, m]),
        constants=lambda n, d, m: {"X": (n, d), "y": (n, m)},
        elements={"y": BINARY},
        cost=lambda v, c: ref.network_cost(pairs(v), c["X"], c["y"]),
        gradient=lambda v, c: tuple(
            gradient for pair in ref.network_gradient(pairs(v), c["X"], c["y"]) for gradient in pair
        ),
        scale=network_scale,
    )


CASES = [
    activation("identity"),
    activation("sigmoid"),
    activation("tanh"),
    activation("relu", OFF_KINK),
    activation("leaky_relu", OFF_KINK),
    activation("leaky_relu", OFF_KINK, slope=0.3),
    activation("softplus"),
    activation("gelu"),
    activation("gelu_tanh"),
    activation("elu", OFF_KINK, alpha=0.3),
    activation("selu", OFF_KINK),
    activation("silu"),
    activation("silu", beta=1.5),
    activation("softsign", OFF_KINK),
    activation("hard_sigmoid", st.floats(-2, 2)),
    activation("hard_sigmoid", st.floats(3.1, 4), slope=1 / 6),
    swiglu_case(),
    activation("softmax"),
    activation("log_softmax"),
    *(entrywise_cost("squared_error", r, ANY, ANY) for r in ALL_REDUCTIONS),
    *(entrywise_cost("binary_cross_entropy", r, PROBABILITY) for r in REDUCTIONS),
    *(entrywise_cost("binary_cross_entropy_from_logits", r) for r in REDUCTIONS),
    *(labelled_cost("cross_entropy", r, PROBABILITY, "integers") for r in REDUCTIONS),
    labelled_cost("cross_entropy", "mean", PROBABILITY, "one-hot"),
    *(labelled_cost("cross_entropy_from_logits", r, ANY, "integers") for r in REDUCTIONS),
    labelled_cost("cross_entropy_from_logits", "mean", ANY, "one-hot"),
    soft_labels_case(),
    *(absolute_error_case(r) for r in REDUCTIONS),
    *(hinge_case(r, margin) for r, margin in (("mean", 1.0), ("sum", 0.5))),
    *(huber_case(r, delta) for r, delta in (("mean", 1.0), ("batch-mean", 0.5), ("sum", 2.0))),
    *(squared_hinge_case(r) for r in REDUCTIONS),
    *(squared_hinge_case(r, "binary_hinge") for r in REDUCTIONS),
    *(multi_class_squared_hinge_case(r) for r in ("mean", "sum")),
    *(entrywise_cost("kl_divergence", r, PROBABILITY, PROBABILITY) for r in REDUCTIONS),
    *(labelled_cost("negative_log_likelihood", r, ANY, form)
      for r, form in (("mean", "integers"), ("sum", "one-hot"))),
    *(contrastive_case(r) for r in ("mean", "sum", "half-mean", "half-sum")),
    *(triplet_case(r, is_squared) for r, is_squared in (("mean", True), ("sum", False))),
    penalty_case("l1_penalty"),
    penalty_case("l2_penalty"),
    affine_case(),
    *(conv2d_case(stride, padding) for stride, padding in ((1, 0), (1, 2), (2, 1), (3, 0))),
    *(pool_case("average_pool", window, stride) for window, stride in ((2, None), (3, 2), (1, 2))),
    *(pool_case("max_pool", window, stride) for window, stride in ((2, None), (3, 2))),
    *(block_case("conv1d", sequences, stride=s, padding=p) for s, p in ((1, 0), (2, 1), (3, 2))),
    *(block_case("transposed_conv2d", small_images, stride=s, padding=p)
      for s, p in ((1, 0), (2, 1), (3, 0))),
    block_case("conv2d", dilated_images, stride=2, padding=1, dilation=2),
    dropout_case(),
    block_case("flatten", images),
    block_case("global_average_pool", images),
    block_case("residual", lambda n, d, m: {"x": (n, d), "f": (n, d)}),
    embedding_case(),
    normalization_case("layer_norm", axis=1),
    normalization_case("batch_norm", axis=0),
    rms_norm_case(),
    image_normalization_case("group_norm", groups=2),
    image_normalization_case("instance_norm"),
    single_neuron("neuron"),
    single_neuron("logistic"),
    three_layer_case(),
    network_case(()),
    network_case((4,)),
    network_case((3, 2, 5)),
]
