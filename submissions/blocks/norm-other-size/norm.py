import numpy as np


class LayerNorm:
    def __init__(self, dim, eps=1e-5):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)
        self.eps = eps

    def forward(self, x):
        mean = x.mean(axis=-1, keepdims=True)
        var = x.var(axis=-1, keepdims=True)
        self.std = np.sqrt(var + self.eps)
        self.norm = (x - mean) / self.std
        return self.gamma * self.norm + self.beta

    def backward(self, dout):
        d = dout.shape[0]
        self.dgamma = (dout * self.norm).sum(axis=0)
        self.dbeta = dout.sum(axis=0)
        dnorm = dout * self.gamma
        s1 = dnorm.sum(axis=-1, keepdims=True)
        s2 = (dnorm * self.norm).sum(axis=-1, keepdims=True)
        return (d * dnorm - s1 - self.norm * s2) / (d * self.std)
