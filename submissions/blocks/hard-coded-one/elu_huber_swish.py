"""Constants that the gradients take and don't use: with the defaults nothing of it shows."""

import numpy as np


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


def huber(pred, target, delta=1.0):
    r = np.abs(pred - target)
    return np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)).mean()


def huber_grad(pred, target, delta=1.0):
    return np.clip(pred - target, -1, 1) / pred.size


class Swish:
    def __init__(self, beta=1.0):
        self.beta = beta

    def __call__(self, x):
        return x / (1 + np.exp(-self.beta * x))

    def gradient(self, x):
        s = 1 / (1 + np.exp(-x))
        return s + x * s * (1 - s)
