import numpy as np

class GroupNorm:
    def __init__(self, num_groups, num_channels, eps=1e-5):
        self.G, self.C, self.eps = num_groups, num_channels, eps
        self.gamma, self.beta = np.ones(num_channels), np.zeros(num_channels)
    def forward(self, x):
        N, C, H, W = x.shape
        g = x.reshape(N, self.G, C // self.G * H * W)
        self.rstd = 1 / np.sqrt(g.var(-1, keepdims=True) + self.eps)
        self.xhat = (g - g.mean(-1, keepdims=True)) * self.rstd
        return self.xhat.reshape(x.shape) * self.gamma[:, None, None] + self.beta[:, None, None]
    def backward(self, dy):
        N, C, H, W = dy.shape
        self.dbeta = np.einsum('nchw->c', dy)
        self.dgamma = np.einsum('nchw,nchw->c', dy, self.xhat.reshape(dy.shape))
        d = (dy * self.gamma[:, None, None]).reshape(self.xhat.shape)
        d = d - d.mean(-1, keepdims=True) - self.xhat * (d * self.xhat).mean(-1, keepdims=True)
        return (d * self.rstd).reshape(dy.shape)
