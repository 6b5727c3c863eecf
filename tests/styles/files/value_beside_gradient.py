"""Each parameter is a dict of its own: its value, and beside it its gradient."""

import numpy as np


class FullyConnected:
    def __init__(self, n_in, n_out):
        self.W = {"val": np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in),
                  "grad": np.zeros((n_in, n_out))}
        self.b = {"val": np.random.randn(1, n_out) * 0.1, "grad": np.zeros((1, n_out))}

    def forward(self, fc):
        self.cache = fc
        return fc @ self.W["val"] + self.b["val"]

    def backward(self, delta):
        fc = self.cache
        self.W["grad"] = fc.T @ delta
        self.b["grad"] = np.sum(delta, axis=0, keepdims=True)
        return delta @ self.W["val"].T
