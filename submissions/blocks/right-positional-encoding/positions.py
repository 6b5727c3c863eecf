import math

import numpy as np


def get_positional_encoding(seq_len, d, n=10000):
    P = np.zeros((seq_len, d))
    for t in range(seq_len):
        for k in range(d // 2):
            angle = t / np.power(n, 2 * k / d)
            P[t, 2 * k] = np.sin(angle)
            P[t, 2 * k + 1] = np.cos(angle)
    return P


def positional_encoding(length, depth):
    half = depth / 2
    rates = 1 / 10000 ** (np.arange(half)[np.newaxis, :] / half)
    angles = np.arange(length)[:, np.newaxis] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


def position_encoding(positions, d):
    columns = np.arange(d)[np.newaxis, :]
    angles = np.arange(positions)[:, np.newaxis] / 10000 ** (2 * (columns // 2) / d)
    angles[:, 0::2] = np.sin(angles[:, 0::2])
    angles[:, 1::2] = np.cos(angles[:, 1::2])
    return angles[np.newaxis, ...]


def positional_encoding_forward(x):
    return x + positional_encoding(x.shape[1], x.shape[2])[None], None


def positional_encoding_backward(dout, cache):
    return dout


class PositionalEncoding:
    def __init__(self, d_model, max_len=50):
        position = np.arange(0, max_len)[:, None]
        div = np.exp(np.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        self.pe = np.zeros((max_len, d_model))
        self.pe[:, 0::2] = np.sin(position * div)
        self.pe[:, 1::2] = np.cos(position * div)
        self.d_model = d_model

    def forward(self, x):
        return x * np.sqrt(self.d_model) + self.pe[: x.shape[1]]

    def backward(self, dout):
        return dout * np.sqrt(self.d_model)


class PosEncoding:
    """Time first, as in some frameworks."""

    def __init__(self, d_model, max_len=50):
        self.pe = get_positional_encoding(max_len, d_model)[:, None, :]

    def forward(self, x):
        return x + self.pe[: x.shape[0]]

    def backward(self, grad):
        return grad


class PE:
    def __init__(self, d_model, max_len=5000):
        self.pe = get_positional_encoding(max_len, d_model)

    def forward(self, x):
        return x + self.pe[: len(x)]

    def backward(self, grad):
        return grad
