"""Attention that is given queries, keys, values and a mask; an encoder of tokens, layer by layer."""

import numpy as np


class Attention:
    def __init__(self, d_model):
        self.Wq, self.Wk, self.Wv = (np.random.randn(d_model, d_model) for _ in range(3))
        self.scale = np.sqrt(d_model)

    def forward(self, query, key, value, mask):
        self.query, self.key, self.value = query, key, value
        self.Q, self.K, self.V = query @ self.Wq, key @ self.Wk, value @ self.Wv
        scores = self.Q @ self.K.transpose(0, 2, 1) / self.scale
        if mask is not None:
            scores = np.where(mask == 0, -1e9, scores)
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        self.A = e / e.sum(axis=-1, keepdims=True)
        return np.tanh(self.A @ self.V), self.A

    def backward(self, error):
        error = error * (1 - np.tanh(self.A @ self.V) ** 2)
        dA = error @ self.V.transpose(0, 2, 1)
        dS = self.A * (dA - np.sum(dA * self.A, axis=-1, keepdims=True)) / self.scale
        dQ, dK = dS @ self.K, dS.transpose(0, 2, 1) @ self.Q
        dV = self.A.transpose(0, 2, 1) @ error
        self.grad_Wq = np.einsum("nti,ntj->ij", self.query, dQ)
        self.grad_Wk = np.einsum("nti,ntj->ij", self.key, dK)
        self.grad_Wv = np.einsum("nti,ntj->ij", self.value, dV)
        return dQ @ self.Wq.T, dK @ self.Wk.T, dV @ self.Wv.T


class Mixer:
    def __init__(self, dim):
        self.W = np.random.randn(dim, dim) * 0.1

    def forward(self, x):
        self.x, self.out = x, np.tanh(x @ self.W)
        return x + self.out

    def backward(self, error):
        inner = error * (1 - self.out ** 2)
        self.grad_W = np.einsum("nti,ntj->ij", self.x, inner)
        return error + inner @ self.W.T


class Encoder:
    def __init__(self, vocab_size, d_model, num_layers, max_len=5000, dropout=0.1):
        self.table = np.random.randn(vocab_size, d_model)
        self.dropout = dropout
        self.layers = [Mixer(d_model) for _ in range(num_layers)]

    def forward(self, src, src_mask, training):
        self.src = src
        x = self.table[src]
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, error):
        for layer in reversed(self.layers):
            error = layer.backward(error)
        self.grad_table = np.zeros_like(self.table)
        np.add.at(self.grad_table, self.src, error)
