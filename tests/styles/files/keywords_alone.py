"""Everything is passed by keyword, and by nothing else."""

import numpy as np


def affine_forward(*, x, w, b):
    return x @ w + b


def affine_backward(*, dout, x, w, b):
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def mse(*, y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)


def mse_grad(*, y_pred, y_true):
    return 2 * (y_pred - y_true) / y_pred.size


class Dense:
    def __init__(self, *, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)

    def forward(self, x, *, training=True):
        self.x = x
        return x @ self.W + self.b

    def backward(self, *, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
