import numpy as np

class LayerNorm:
    def __init__(self, dim, eps=1e-8):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)
        self.eps = eps

    def forward(self, x):
        self.centred = x - x.mean(axis=1, keepdims=True)
        self.var = np.mean(self.centred ** 2, axis=1, keepdims=True)
        self.x_hat = self.centred / np.sqrt(self.var + self.eps)
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma = np.sum(dout * self.x_hat, axis=0)
        self.dbeta = np.sum(dout, axis=0)
        g = dout * self.gamma
        inner = g - g.mean(axis=1, keepdims=True)
        inner -= self.x_hat * np.mean(g * self.x_hat, axis=1, keepdims=True)
        return 1 / np.sqrt(self.var) * inner
