"""A recurrent layer that makes its weights at the first call, each in a dict beside its gradient."""

import numpy as np


class RecurrentLayer:
    def __init__(self, hidden_size, output_size):
        self.hidden_size, self.output_size = hidden_size, output_size
        self.start = np.zeros((1, hidden_size))
        self.is_first = True

    def _set_up(self, x):
        width = x.shape[2]
        shapes = {"W_f": (width + self.hidden_size, self.hidden_size), "B_f": (1, self.hidden_size),
                  "W_v": (self.hidden_size, self.output_size), "B_v": (1, self.output_size)}
        self.params = {k: {"value": np.random.randn(*s), "deriv": np.zeros(s)}
                       for k, s in shapes.items()}

    def forward(self, x):
        if self.is_first:
            self._set_up(x)
            self.is_first = False
        p = {k: v["value"] for k, v in self.params.items()}
        h = np.repeat(self.start, len(x), axis=0)
        self.kept, out = [], np.zeros((*x.shape[:2], self.output_size))
        for t in range(x.shape[1]):
            z = np.column_stack((x[:, t], h))
            h = np.tanh(z @ p["W_f"] + p["B_f"])
            out[:, t] = h @ p["W_v"] + p["B_v"]
            self.kept.append((z, h))
        self.start = h.mean(axis=0, keepdims=True)
        return out

    def backward(self, grad):
        p = self.params
        dx = np.zeros((*grad.shape[:2], len(p["W_f"]["value"]) - self.hidden_size))
        dh = 0
        for t in reversed(range(grad.shape[1])):
            z, h = self.kept[t]
            p["W_v"]["deriv"] += h.T @ grad[:, t]
            p["B_v"]["deriv"] += grad[:, t].sum(axis=0)
            inner = (grad[:, t] @ p["W_v"]["value"].T + dh) * (1 - h ** 2)
            p["W_f"]["deriv"] += z.T @ inner
            p["B_f"]["deriv"] += inner.sum(axis=0)
            dz = inner @ p["W_f"]["value"].T
            dx[:, t], dh = np.split(dz, [dx.shape[2]], axis=1)
        return dx
