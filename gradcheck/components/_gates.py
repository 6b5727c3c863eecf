"""Gates that have weights of their own, beside those whose weights lie side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.component import Array, Variable, Variant

__all__ = ["FORMS", "Gates"]

FORMS = {
    "split": "two matrices for each gate, of x and of h",
    "hx": "a matrix for each gate, of [h, x]",
    "xh": "a matrix for each gate, of [x, h]",
}
"""How the weights of a gate are written; the form with more matrices first."""
OF_X = ("w{}", "wx{}", "w{}x", "wi{}")
OF_H = ("u{}", "wh{}", "w{}h", "r{}")
"""What the weights of x and of h are called, with a place for the gate's letter."""


@dataclass(frozen=True)
class Gates:
    """The gates of a cell, each with a letter for its weights.

    Parameters
    ----------
    letters : Mapping[str, tuple of str]
        From the gate's letter in the reference's order to what stands behind W and b in the
        student's names, the commonest first.
    """

    letters: Mapping[str, tuple[str, ...]]

    @property
    def order(self) -> str:
        """The gates in the order in which the reference takes them."""
        return "".join(self.letters)

    def variants(self, options: Mapping[str, object], title: str = "") -> tuple[Variant, ...]:
        """Return a variant for each form, with the order of the gates and other options."""
        more = "".join(f"-{value}" for value in options.values())
        return tuple(
            Variant(f"gates-{form}{more}", f"{said}{title}",
                    {"order": self.order, "form": form, **options})
            for form, said in FORMS.items()
        )  # fmt: skip

    def variables(self, form: str) -> tuple[Variable, ...]:
        """Return the weights and the bias of each gate, (P, M) or (D, M) and (M, M), and (M,)."""
        found: list[Variable] = []
        for said in self.letters.values():
            first = said[0]
            if form == "split":
                found.append(_weights(f"W{first}", ("D", "M"), OF_X, said))
                found.append(_weights(f"U{first}", ("M", "M"), OF_H, said))
            else:
                found.append(_weights(f"W{first}", ("P", "M"), ("w{}",), said))
            found.append(
                Variable(f"b{first}", f"the bias b{first}", ("M",), role="parameter",
                         aliases=tuple(f"b{s}" for s in said))
            )  # fmt: skip
        return tuple(found)

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys that each parameter may have in a dict."""
        return {f"{kind}{said[0]}": tuple(f"{kind}{s}" for s in said)
                for said in self.letters.values() for kind in "WUb"}  # fmt: skip

    def turned(self, how: str, bias: str) -> dict[str, str]:
        """Return the presentations of all weights and biases."""
        return {f"{kind}{said[0]}": bias if kind == "b" else how
                for said in self.letters.values() for kind in "WUb"}  # fmt: skip

    def joined(self, inputs: Mapping[str, Array], form: str) -> dict[str, Array]:
        """Return the inputs with Wx (D, G), Wh (M, G) and b (G,) in place of the gates' own."""
        width = inputs["h"].shape[1]
        names = [said[0] for said in self.letters.values()]
        own = {f"{kind}{n}" for n in names for kind in "WUb"}
        parts = [_parts(inputs, n, form, width) for n in names]
        rest = {name: value for name, value in inputs.items() if name not in own}
        return {
            **rest,
            "Wx": np.concatenate([wx for wx, _ in parts], axis=1),
            "Wh": np.concatenate([wh for _, wh in parts], axis=1),
            "b": np.concatenate([inputs[f"b{n}"] for n in names]),
        }

    def parted(self, gradients: Mapping[str, Array], form: str) -> dict[str, Array]:
        """Return the gradients with each gate's own in place of those of Wx, Wh and b."""
        found = {n: g for n, g in gradients.items() if n not in {"Wx", "Wh", "b"}}
        count = len(self.letters)
        columns: Sequence[list[Array]] = [
            np.split(gradients[n], count, axis=-1) for n in ("Wx", "Wh", "b")
        ]
        for said, dWx, dWh, db in zip(self.letters.values(), *columns, strict=True):
            first = said[0]
            if form == "split":
                found |= {f"W{first}": dWx, f"U{first}": dWh}
            else:
                pair = (dWh, dWx) if form == "hx" else (dWx, dWh)
                found[f"W{first}"] = np.concatenate(pair)
            found[f"b{first}"] = db
        return found

    def bounds(self, sizes: Mapping[str, float], form: str) -> dict[str, float]:
        """Return the natural sizes of the gates' own gradients."""
        found = {n: s for n, s in sizes.items() if n not in {"Wx", "Wh", "b"}}
        both = max(sizes["Wx"], sizes["Wh"])
        for said in self.letters.values():
            found |= {f"W{said[0]}": both, f"b{said[0]}": sizes["b"]}
            if form == "split":
                found[f"U{said[0]}"] = both
        return found


def _weights(
    name: str, dims: tuple[str, str], forms: Sequence[str], said: Sequence[str]
) -> Variable:
    aliases = tuple(form.format(s) for form in forms for s in said)
    return Variable(name, f"the weights {name}", dims, role="parameter", aliases=aliases)


def _parts(
    inputs: Mapping[str, Array], name: str, form: str, width: int
) -> tuple[Array, Array]:
    """Return a gate's weights of x and of h."""
    W = inputs[f"W{name}"]
    if form == "split":
        return W, inputs[f"U{name}"]
    return (W[width:], W[:width]) if form == "hx" else (W[:-width], W[-width:])
