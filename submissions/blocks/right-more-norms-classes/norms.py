import numpy as np


class RMSNorm:
    def __init__(self, dim, eps=1e-8):
        self.weight = np.ones(dim)
        self.eps = eps

    def forward(self, x):
        self.x = x
        self.inv = 1 / np.sqrt((x * x).mean(axis=1, keepdims=True) + self.eps)
        return x * self.inv * self.weight

    def backward(self, dout):
        x_hat = self.x * self.inv
        self.dweight = (dout * x_hat).sum(axis=0)
        g = dout * self.weight
        return (g - x_hat * (g * x_hat).mean(axis=1, keepdims=True)) * self.inv


class GroupNorm:
    def __init__(self, num_groups, num_channels, eps=1e-5):
        self.num_groups, self.eps = num_groups, eps
        self.gamma = np.ones(num_channels)
        self.beta = np.zeros(num_channels)

    def forward(self, x):
        n, c, h, w = x.shape
        flat = x.reshape(n * self.num_groups, -1)
        mu = flat.mean(axis=1, keepdims=True)
        self.std = np.sqrt(((flat - mu) ** 2).mean(axis=1, keepdims=True) + self.eps)
        self.x_hat = (flat - mu) / self.std
        shaped = self.x_hat.reshape(n, c, h, w)
        return shaped * self.gamma[:, None, None] + self.beta[:, None, None]

    def backward(self, dout):
        shaped = self.x_hat.reshape(dout.shape)
        self.dgamma = np.einsum("nchw,nchw->c", dout, shaped)
        self.dbeta = np.einsum("nchw->c", dout)
        g = (dout * self.gamma[:, None, None]).reshape(self.x_hat.shape)
        dx = g - g.mean(axis=1, keepdims=True)
        dx = dx - self.x_hat * (g * self.x_hat).mean(axis=1, keepdims=True)
        return (dx / self.std).reshape(dout.shape)


class InstanceNorm2d:
    def __init__(self, channels):
        self.gamma = np.ones((1, channels, 1, 1))
        self.beta = np.zeros((1, channels, 1, 1))

    def forward(self, x):
        self.mu = x.mean(axis=(2, 3), keepdims=True)
        self.var = x.var(axis=(2, 3), keepdims=True)
        self.x_hat = (x - self.mu) / np.sqrt(self.var + 1e-5)
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        n = dout.shape[2] * dout.shape[3]
        self.dgamma = (dout * self.x_hat).sum(axis=(0, 2, 3), keepdims=True)
        self.dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
        g = dout * self.gamma
        total = g.sum(axis=(2, 3), keepdims=True)
        with_x = (g * self.x_hat).sum(axis=(2, 3), keepdims=True)
        return (n * g - total - self.x_hat * with_x) / (n * np.sqrt(self.var + 1e-5))
