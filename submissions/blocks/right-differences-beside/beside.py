"""A numeric gradient lies beside the chain rule, to test it: nothing to remark on."""

import numpy as np


def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        old = x[k]
        x[k] = old + h
        above = f(x)
        x[k] = old - h
        below = f(x)
        x[k] = old
        grad[k] = (above - below) / (2 * h)
    return grad


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def gradient_check(x, w, b, dout):
    _, cache = affine_forward(x, w, b)
    dw = affine_backward(dout, cache)[1]
    numeric = eval_numerical_gradient(lambda v: np.sum(dout * affine_forward(x, v, b)[0]), w)
    return np.max(np.abs(dw - numeric))
