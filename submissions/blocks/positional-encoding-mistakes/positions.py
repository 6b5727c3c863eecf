import numpy as np


def positional_encoding(max_len, d_model):
    P = np.zeros((max_len, d_model))
    pos = np.arange(max_len)[:, None]
    even = np.arange(0, d_model, 2)
    P[:, 0::2] = np.sin(pos / 10000 ** (2 * even / d_model))
    P[:, 1::2] = np.cos(pos / 10000 ** (2 * even / d_model))
    return P


def position_encoding(max_len, d_model):
    k = np.arange(d_model) // 2
    angles = np.arange(1, max_len + 1)[:, None] / 10000 ** (2 * k / d_model)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))


class PositionalEncoding:
    def __init__(self, d_model, max_len=50):
        columns = np.arange(d_model)
        angles = np.arange(max_len)[:, None] / 10000 ** (2 * (columns // 2) / d_model)
        self.pe = np.where(columns % 2 == 0, np.sin(angles), np.cos(angles))
        self.d_model = d_model

    def forward(self, x):
        return x + self.pe[: x.shape[1]]

    def backward(self, dout):
        return dout * np.sqrt(self.d_model)


class PosEncoding(PositionalEncoding):
    def forward(self, x):
        return x + self.pe[: x.shape[1]]

    def backward(self, dout):
        return dout + self.pe[: dout.shape[1]]
