"""Constants whose default of 1 hides a mistake: each is a parameter of value and gradient."""

import numpy as np


def elu(x, alpha=1.0):
    below = x < 0
    y = x.astype(float)
    y[below] = alpha * np.expm1(x[below])
    return y


def elu_grad(dy, x, alpha=1.0):
    below = x < 0
    dx = dy.copy()
    dx[below] = dy[below] * (elu(x, alpha)[below] + alpha)
    return dx


def huber(pred, target, delta=1.0):
    r = np.abs(pred - target)
    return np.where(r <= delta, 0.5 * r**2, delta * (r - 0.5 * delta)).mean()


def huber_grad(pred, target, delta=1.0):
    return np.clip(pred - target, -delta, delta) / pred.size
