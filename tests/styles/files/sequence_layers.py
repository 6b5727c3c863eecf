"""A transformer's layers, written for three axes: batch, time, features."""

import numpy as np


class Linear:
    def __init__(self, in_dim, out_dim):
        self.W = np.random.randn(in_dim, out_dim)
        self.b = np.zeros(out_dim)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad_out):
        self.dW = (self.x.transpose(0, 2, 1) @ grad_out).sum(axis=0)
        self.db = grad_out.sum(axis=(0, 1))
        return grad_out @ self.W.T


class LayerNorm:
    def __init__(self, dim, eps=1e-5):
        self.eps = eps
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)

    def forward(self, x):
        self.mean = x.mean(axis=-1, keepdims=True)
        self.var = x.var(axis=-1, keepdims=True)
        self.xhat = (x - self.mean) / np.sqrt(self.var + self.eps)
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        self.dgamma = (dout * self.xhat).sum(axis=(0, 1))
        self.dbeta = dout.sum(axis=(0, 1))
        g = dout * self.gamma
        along = self.xhat * (g * self.xhat).mean(-1, keepdims=True)
        return (g - g.mean(-1, keepdims=True) - along) / np.sqrt(self.var + self.eps)
