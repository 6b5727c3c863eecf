"""A transformer's blocks as classes made of classes; attention also from a second input."""

import numpy as np


class Projection:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        rows, d = self.x.reshape(-1, self.W.shape[0]), dout.reshape(-1, self.W.shape[1])
        self.dW, self.db = rows.T @ d, d.sum(axis=0)
        return dout @ self.W.T


class CrossAttention:
    def __init__(self, d_model, num_heads):
        self.heads, self.width = num_heads, d_model // num_heads
        self.query, self.key = Projection(d_model, d_model), Projection(d_model, d_model)
        self.value, self.out = Projection(d_model, d_model), Projection(d_model, d_model)

    def split(self, x):
        return x.reshape(x.shape[0], x.shape[1], self.heads, self.width).transpose(0, 2, 1, 3)

    def join(self, x):
        return x.transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[2], -1)

    def forward(self, x, context):
        self.q = self.split(self.query.forward(x))
        self.k = self.split(self.key.forward(context))
        self.v = self.split(self.value.forward(context))
        scores = self.q @ self.k.swapaxes(-1, -2) / np.sqrt(self.width)
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        self.p = e / e.sum(axis=-1, keepdims=True)
        return self.out.forward(self.join(self.p @ self.v))

    def backward(self, dout):
        d = self.split(self.out.backward(dout))
        dp = d @ self.v.swapaxes(-1, -2)
        ds = self.p * (dp - np.sum(dp * self.p, axis=-1, keepdims=True)) / np.sqrt(self.width)
        dx = self.query.backward(self.join(ds @ self.k))
        dk = self.key.backward(self.join(ds.swapaxes(-1, -2) @ self.q))
        return dx, dk + self.value.backward(self.join(self.p.swapaxes(-1, -2) @ d))


class EncoderBlock:
    def __init__(self, d_model, num_heads, d_ff, dropout=0.1):
        self.attention = CrossAttention(d_model, num_heads)
        self.layers = [Projection(d_model, d_ff), Projection(d_ff, d_model)]
        self.dropout = dropout

    def forward(self, x):
        middle = x + self.attention.forward(x, x)
        self.hidden = np.maximum(self.layers[0].forward(middle), 0)
        out = middle + self.layers[1].forward(self.hidden)
        keep = np.random.rand(*out.shape) >= self.dropout
        self.mask = keep / (1 - self.dropout)
        return out * self.mask

    def backward(self, dout):
        dout = dout * self.mask
        d = self.layers[1].backward(dout) * (self.hidden > 0)
        dmiddle = dout + self.layers[0].backward(d)
        dx, dcontext = self.attention.backward(dmiddle)
        return dmiddle + dx + dcontext
