"""What names say: stems, gradient markers, and which component an alias means.

Names are hints that rank the readings; what settles them is numbers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from unicodedata import normalize

from gradcheck.component import Component

__all__ = ["CONTAINED", "COST_WORDS", "EXACT", "NETWORK_WORDS", "ROUNDS", "UNNAMED", "Name",
           "closest", "is_composite", "is_options_dict", "is_parameter_dict", "is_quotient",
           "method_among", "normalised", "parsed", "strength"]  # fmt: skip

GRADIENT = frozenset({
    "backward", "backwards", "bwd", "backprop", "backpropagation", "grad", "gradient",
    "gradients", "grads", "prime", "derivative", "derivatives", "deriv", "der", "derivate",
    "jacobian", "differential", "derivation", "d", "vjp", "pullback", "adjoint", "backpropagate",
    "backprops", "derv", "drv", "derivitive", "dervative", "derivat",
    "gradiente", "gradientes", "gradienti", "gradienten", "derivada", "derivadas", "derivata",
    "derivee", "ableitung", "abgeleitet", "afgeleide", "turev",
})  # fmt: skip
FORWARD = frozenset({"forward", "forwards", "fwd", "feedforward"})
NEUTRAL = frozenset({
    "my", "the", "activation", "act", "layer", "np", "numpy", "stable", "naive", "simple", "vec",
    "vectorized", "vectorised", "batch", "student", "impl", "implementation", "fn", "func",
    "function", "compute", "calc", "calculate", "get", "value", "loss", "cost", "of", "with",
    "and", "in", "py", "to", "custom", "basic", "manual", "module", "from", "output", "model",
    "own", "alt", "alternative",
    "coste", "costo", "custo", "cout", "kosten", "perdida", "perda", "perdita", "perte",
    "verlust", "funcion", "funcao", "funzione", "fonction", "funktion", "calcular", "calcola",
    "calculer", "berechne",
})  # fmt: skip
PARAMETER_DICTS = frozenset({
    "params", "parameters", "p", "weights", "theta", "model", "net", "w", "param", "state",
    "weightsdict", "pars",
})  # fmt: skip
COST_WORDS = frozenset({"cost", "loss", "error", "objective"})
NETWORK_WORDS = frozenset({"forward", "propagation", "prop", "propagate", "feedforward",
                           "predict"})  # fmt: skip
"""Words of functions that a whole network goes through."""
ROUNDS = frozenset({"iterations", "numiterations", "epochs", "numepochs", "nepochs", "niterations",
                    "numpasses", "niters", "numiters", "maxiter", "maxiterations", "niter",
                    "maxepochs", "nsteps", "numsteps", "numiter", "iters", "maxiters", "epoch",
                    "iteration", "nepoch", "numepoch", "nit"})  # fmt: skip
"""Names of how often a function that trains goes round."""
DIMENSIONS = frozenset("123")
BACKED = frozenset({"prop", "propagation", "propagate", "props"})
"""What makes one word with ``back`` before it."""
OPTIONS_DICTS = ("param", "params", "hparams", "config", "cfg", "opts", "options", "hyperparams",
                 "hparameters", "hyperparameters")
"""How names of a dict of constants end: ``conv_param``, ``bn_params``."""
EXACT, CONTAINED, UNNAMED, ANOTHER = 3, 1, 0, -1
METHODS = frozenset({"call", "fn", "f", "df", "dfn", "apply", "eval", "evaluate", "run", "step",
                     "update", "fit", "train", "predict", "optimize", "minimize", "fprop", "bprop",
                     "init", "fun", "slope", "delta", "params", "parameters"})  # fmt: skip
"""Words of methods that say nothing of what their class is."""
IN_ENGLISH = {
    "adelante": "forward", "frente": "forward", "avanti": "forward", "avant": "forward",
    "vorwaerts": "forward", "vorwarts": "forward", "vor": "forward", "hacia": "", "para": "",
    "delante": "forward", "directa": "forward", "directo": "forward", "ileri": "forward",
    "atras": "backward", "tras": "backward", "indietro": "backward", "arriere": "backward",
    "rueckwaerts": "backward", "ruckwarts": "backward", "rueck": "backward", "zurueck": "backward",
    "retropropagacion": "backward", "retropropagacao": "backward", "geri": "backward",
    "retropropagation": "backward", "retropropagazione": "backward", "retropropagar": "backward",
    "propagacion": "propagation", "propagacao": "propagation", "propagazione": "propagation",
    "propagar": "forward", "propager": "forward", "pase": "pass",
    "paso": "pass", "passe": "pass", "passo": "pass",
    "costo": "cost", "coste": "cost", "custo": "cost", "cout": "cost", "kosten": "cost",
    "perdida": "loss", "perda": "loss", "perdita": "loss", "perte": "loss", "verlust": "loss",
    "fehler": "error", "gradiente": "gradients", "gradientes": "gradients",
    "gradienti": "gradients", "gradienten": "gradients", "gradient": "gradients",
    "calcular": "compute", "calcola": "compute", "calcolare": "compute", "calculer": "compute",
    "berechne": "compute", "calc": "compute", "calculate": "compute", "get": "compute",
    "funcion": "function", "funcao": "function", "funzione": "function", "fonction": "function",
    "funktion": "function", "predecir": "predict", "prever": "predict", "salida": "predict",
}  # fmt: skip
"""Words of methods in other languages, and those that mean the same in English."""
IN_CHARACTERS = {
    "均方误差": "mse", "交叉熵": "cross_entropy",
    "反向传播": "backward", "反向傳播": "backward", "逆伝播": "backward", "前向传播": "forward",
    "前向傳播": "forward", "順伝播": "forward", "反向": "backward", "前向": "forward",
    "梯度": "gradient", "勾配": "gradient", "导数": "derivative", "導數": "derivative",
    "微分": "derivative", "求导": "derivative", "损失": "loss", "損失": "loss", "代价": "cost",
    "代價": "cost", "误差": "error", "誤差": "error", "激活": "activation", "函数": "function",
    "函數": "function", "関数": "function", "预测": "predict", "計算": "compute", "计算": "compute",
}
"""The same in Chinese and Japanese, the longest words first where one is in another."""
_TO_GRADIENT = re.compile("(?<=[a-z])2(?:" + "|".join(sorted(GRADIENT - {"d"})) + ")", re.I)
_QUOTIENT = re.compile(r"(?:d|del|partial)_?(?:[a-z]|cost|loss|error|err|out)_?(?:by|over|wrt)?_?"
                       r"(?:d|del|partial)_?[a-z]\w*", re.I)  # fmt: skip
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


@dataclass(frozen=True)
class Name:
    """A public name taken apart.

    ``stem`` has neither markers nor neutral words; ``is_gradient`` and ``is_forward``
    tell which markers stood in it.
    """

    text: str
    stem: tuple[str, ...]
    words: tuple[str, ...]
    is_gradient: bool
    is_forward: bool

    @property
    def plain(self) -> tuple[str, ...]:
        """The words without markers."""
        return tuple(w for w in self.words if w not in GRADIENT | FORWARD)


def method_among(methods: Collection[str], wanted: Iterable[str]) -> str | None:
    """Return the method of the first of the wanted names: in just this spelling, else in another.

    ``computeCost`` and ``calcular_costo`` are ``compute_cost``; ``propagacion_adelante`` is
    ``forward_propagation``.
    """
    names = list(wanted)
    exact = next((n for n in names if n in methods), None)
    if exact is not None:
        return exact
    spelled = {normalised(m): m for m in methods}
    meant = {said: m for m in methods if (said := _in_english(m))}
    found = [spelled.get(normalised(n)) for n in names]
    found += [meant.get(_in_english(n)) for n in names]
    return next((m for m in found if m is not None), None)


@functools.lru_cache(maxsize=4096)
def _in_english(text: str) -> frozenset[str]:
    """Return a method's words in English, in no order."""
    if text.startswith("__"):
        return frozenset()
    return frozenset(IN_ENGLISH.get(w, w) for w in _words(text)) - {""}


def normalised(text: str) -> str:
    """Return a parameter's name in lower case without underscores."""
    return text.replace("_", "").lower()


def is_quotient(text: str) -> bool:
    """Return whether a name is a derivative as it is written down: ``dC_dq``, ``dLoss_dPred``."""
    return _QUOTIENT.fullmatch(text) is not None


def _translated(text: str) -> str:
    """Return a name with its Chinese and Japanese words in English."""
    if text.isascii():
        return text
    for word, meaning in IN_CHARACTERS.items():
        text = text.replace(word, f"_{meaning}_")
    return text


def _words(text: str) -> list[str]:
    text = _translated(text)
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode()  # fonction_coût
    found = [w.lower() for part in plain.split("_") for w in _WORDS.findall(part)]
    return _joined([w for w in found if w])


def _joined(words: list[str]) -> list[str]:
    """Return the words that mean one thing joined: Conv2D has no gradient, back_prop is one."""
    joined: list[str] = []
    for word in words:
        is_size = word == "d" and bool(joined) and joined[-1] in DIMENSIONS
        if is_size or (word in BACKED and joined[-1:] == ["back"]):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


@functools.lru_cache(maxsize=4096)
def parsed(text: str) -> Name:
    """Return the name taken apart into words; of a static method's the last part, if that tells."""
    function, _, told = text.partition("[")
    if told:  # activate_prime[kind=relu]: the word tells what it is, the rest which of the two
        inner, word = parsed(function), parsed(told.partition("=")[2].rstrip("]"))
        return replace(inner, text=text, stem=word.stem or word.words,
                       words=(*word.words, *inner.words))  # fmt: skip
    last = text.rpartition(".")[2]
    if last != text:
        inner = parsed(last)
        if set(inner.stem) - METHODS:
            return replace(inner, text=text)
    words = _words(text)
    is_gradient = any(w in GRADIENT for w in words)
    if not is_gradient and len(words) == 1 and len(words[0]) > 2 and words[0][0] == "d":
        # dsigmoid, drelu: only a marker if what follows is a stem by itself
        words = ["d", words[0][1:]] if words[0][1:] in PLAIN_STEMS else words
        is_gradient = words[0] == "d"
    if _TO_GRADIENT.search(text):  # relu2deriv; but relu2_prime is that of another function
        words.remove("2")
    stem = tuple(w for w in words if w not in GRADIENT | FORWARD | NEUTRAL)
    return Name(text, stem, tuple(words), is_gradient, any(w in FORWARD for w in words))


PLAIN_STEMS = frozenset({
    "sigmoid", "relu", "tanh", "softmax", "softplus", "leaky", "mse", "bce", "act", "activation",
    "loss", "cost", "identity", "linear",
})  # fmt: skip


TOO_SHORT = frozenset({("log",), ("norm",)})
"""Stems that alone mean nothing: log_loss isn't log, layer_norm isn't batch_norm."""


@functools.lru_cache(maxsize=4096)
def _stem_of(alias: str) -> tuple[str, ...]:
    stem = tuple(w for w in alias.split("_") if w not in NEUTRAL)
    return stem if stem and stem not in TOO_SHORT else tuple(alias.split("_"))


def strength(name: Name, component: Component) -> int:
    """Return how surely a name means a component: EXACT, CONTAINED, UNNAMED or ANOTHER."""
    joined = "".join(name.stem)
    everything = "".join(name.plain)
    whole = "".join(name.words)  # the gradient of gradient_descent is no marker
    if everything in component.lookalikes:
        return ANOTHER
    contained = UNNAMED
    for alias in component.names:
        stem = _stem_of(alias)
        if "".join(stem) == joined or alias.replace("_", "") in {everything, whole}:
            return EXACT
        if _is_inside(stem, name.stem) and len("".join(stem)) > 2:
            contained = CONTAINED
    return contained


def is_composite(name: Name, components: Iterable[Component]) -> bool:
    """Return whether a name joins those of two components: ``affine_relu`` is neither."""
    spans: set[tuple[int, int]] = set()
    for component in components:
        for alias in component.names:
            stem = _stem_of(alias)
            if len("".join(stem)) > 2:
                spans |= {(k, k + len(stem)) for k in range(len(name.stem) - len(stem) + 1)
                          if name.stem[k : k + len(stem)] == stem}  # fmt: skip
    return any(first[1] <= second[0] for first in spans for second in spans)


def closest(backward: Name, forwards: Iterable[Name]) -> list[Name]:
    """Return the names among ``forwards`` that a gradient's name is nearest to.

    One that is called just so (``linear_activation_forward``) excludes those that differ in
    words without a meaning of their own (``linear_forward``).
    """
    found = list(forwards)
    twins = [name for name in found if name.plain == backward.plain]
    return twins or found


def _is_inside(needle: tuple[str, ...], words: tuple[str, ...]) -> bool:
    span = len(needle)
    return any(words[k : k + span] == needle for k in range(len(words) - span + 1))


def is_parameter_dict(parameter: str, others: Iterable[str]) -> bool:
    """Return whether a parameter is likely a dict of all weights and biases."""
    taken = {normalised(o) for o in others}
    return normalised(parameter) in PARAMETER_DICTS and not taken & {"b", "bias"}


def is_options_dict(parameter: str) -> bool:
    """Return whether a parameter is likely a dict of constants (``pool_param``)."""
    return normalised(parameter).endswith(OPTIONS_DICTS)
