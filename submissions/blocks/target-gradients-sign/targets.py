"""Costs that hand out the gradient for their targets as well."""
import numpy as np


def mse_forward(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)


def mse_backward(y_pred, y_true):
    d = 2 * (y_pred - y_true) / y_pred.size
    return d, d


class HalfSquared:
    def forward(self, y_pred, y_true):
        self.p, self.t = y_pred, y_true
        return 0.5 * np.mean((y_pred - y_true) ** 2)

    def backward(self):
        d = (self.p - self.t) / self.p.size
        return {"dy_pred": d, "dy_true": d}


def mae(y_pred, y_true):
    return np.mean(np.abs(y_pred - y_true))


def mae_grad(y_pred, y_true):
    error = y_pred - y_true
    return np.sign(error) / error.size, error
