"""Attention in functions: a mask that may be None, a second input, positions by call."""

import numpy as np


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = np.matmul(q, np.swapaxes(k, -1, -2)) / np.sqrt(k.shape[-1])
    if mask is not None:
        scores = scores + mask * -1e9
    weights = softmax(scores)
    return np.matmul(weights, v), weights


def scaled_dot_product_attention_backward(dout, q, k, v, weights):
    dv = np.swapaxes(weights, -1, -2) @ dout
    dw = dout @ np.swapaxes(v, -1, -2)
    ds = weights * (dw - np.sum(dw * weights, axis=-1, keepdims=True)) / np.sqrt(k.shape[-1])
    return ds @ k, np.swapaxes(ds, -1, -2) @ q, dv


class PositionalEncoding:
    def __init__(self, d_model, max_len=100):
        pos = np.arange(max_len)[:, None]
        div = np.exp(np.arange(0, d_model, 2) * -(np.log(10000.0) / d_model))
        self.pe = np.zeros((max_len, d_model))
        self.pe[:, 0::2] = np.sin(pos * div)
        self.pe[:, 1::2] = np.cos(pos * div)

    def __call__(self, x):
        return x + self.pe[: x.shape[1]]


def cross_attention(x, context, Wq, Wk, Wv):
    q, k, v = x @ Wq, context @ Wk, context @ Wv
    p = softmax(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]))
    return p @ v, (x, context, Wq, Wk, Wv, q, k, v, p)


def cross_attention_backward(dout, cache):
    x, context, Wq, Wk, Wv, q, k, v, p = cache
    dv = np.swapaxes(p, -1, -2) @ dout
    dp = dout @ np.swapaxes(v, -1, -2)
    ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True)) / np.sqrt(q.shape[-1])
    dq, dk = ds @ k, np.swapaxes(ds, -1, -2) @ q

    def weights(a, b):
        return a.reshape(-1, a.shape[-1]).T @ b.reshape(-1, b.shape[-1])

    dcontext = dk @ Wk.T + dv @ Wv.T
    return dq @ Wq.T, dcontext, weights(x, dq), weights(context, dk), weights(context, dv)
