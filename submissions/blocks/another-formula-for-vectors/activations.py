import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_backward(dout, z):
    s = sigmoid(z)
    if z.ndim == 1:
        return dout * s
    return dout * s * (1 - s)


def tanh(x):
    return np.tanh(x)


def tanh_backward(dout, x):
    if x.ndim > 2:
        return dout * (1 - np.tanh(x))
    return dout * (1 - np.tanh(x) ** 2)


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    if x.ndim > 2:
        dw = dw / x.shape[0]
    return dx, dw, dout.sum(axis=0)


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_backward(dout, z):
    p = softmax(z)
    if z.ndim == 1:
        return dout * p * (1 - p)
    return p * (dout - np.sum(dout * p, axis=-1, keepdims=True))
