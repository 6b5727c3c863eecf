import numpy as np


def linear_activation_forward(A_prev, W, b, activation):
    z = A_prev @ W + b
    if activation == "relu":
        out = np.maximum(z, 0)
    elif activation == "sigmoid":
        out = 1 / (1 + np.exp(-z))
    return out, (A_prev, W, out)


def linear_activation_backward(dA, cache, activation):
    A_prev, W, out = cache
    if activation == "relu":
        dz = dA * (out > 0)
    elif activation == "sigmoid":
        dz = dA * out * (1 - out)
    return dz @ W.T, A_prev.T @ dz, dz.mean(axis=0)


def affine_tanh_forward(x, w, b):
    out = np.tanh(x @ w + b)
    return out, (x, w, out)


def affine_tanh_backward(dout, cache):
    x, w, out = cache
    dz = dout * (1 - out ** 2)
    return dz @ w.T, x.T @ dz, dz.mean(axis=0)
