"""Numeric derivatives in disguise, that are exact or nearly so: each is told."""
import numpy as np


def _in_turn(f, x, dout):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + 1.0
        p = f(x)
        x[i] = old - 1.0
        m = f(x)
        x[i] = old
        g[i] = np.sum((p - m) * dout) / 2.0
    return g


def affine_forward(x, W, b):
    return x @ W + b, (x, W, b)


def affine_backward(dout, cache):
    x, W, b = cache
    dx = _in_turn(lambda v: v @ W + b, x.copy(), dout)
    dW = _in_turn(lambda v: x @ v + b, W.copy(), dout)
    db = _in_turn(lambda v: x @ W + v, b.copy(), dout)
    return dx, dW, db


def silu_forward(z):
    def f(t):
        return t / (1 + np.exp(-t))
    h = 1e-3
    places = (-3, -2, -1, 1, 2, 3)
    weights = (-1 / 60, 3 / 20, -3 / 4, 3 / 4, -3 / 20, 1 / 60)
    slope = sum(w * f(z + k * h) for k, w in zip(places, weights)) / h
    return f(z), slope


def silu_backward(dout, cache):
    return dout * cache


def softplus(z):
    return np.log(1 + np.exp(z))


def softplus_prime(z):
    n, r = 32, 0.5
    total = 0
    for w in np.exp(2j * np.pi * np.arange(n) / n):
        total = total + softplus(z + r * w) / w
    return np.real(total) / (n * r)
