import numpy as np


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return np.reshape(x, (len(x), -1))

    def backward(self, dout):
        return np.reshape(dout, self.shape)


class GlobalAveragePool2D:
    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=(1, 2), keepdims=True)

    def backward(self, dout):
        return np.broadcast_to(dout / (self.shape[1] * self.shape[2]), self.shape).copy()


class SkipConnection:
    def forward(self, x, f):
        self.out = np.maximum(x + f, 0)
        return self.out

    def backward(self, dout):
        d = dout * (self.out > 0)
        return d, d.copy()


class Conv1D:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1):
        self.W = np.random.randn(out_channels, in_channels, kernel_size)
        self.b = np.zeros(out_channels)
        self.stride, self.k = stride, kernel_size

    def forward(self, x):
        self.x = x
        windows = np.lib.stride_tricks.sliding_window_view(x, self.k, axis=2)
        self.windows = windows[:, :, ::self.stride]
        return np.einsum("nclk,fck->nfl", self.windows, self.W) + self.b[:, None]

    def backward(self, dout):
        self.dW = np.einsum("nfl,nclk->fck", dout, self.windows)
        self.db = dout.sum(axis=(0, 2))
        dx = np.zeros_like(self.x)
        spread = np.einsum("nfl,fck->nclk", dout, self.W)
        for i in range(dout.shape[2]):
            dx[:, :, i * self.stride:i * self.stride + self.k] += spread[:, :, i]
        return dx


class ConvTranspose2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=2):
        self.weight = np.random.randn(in_channels, out_channels, kernel_size, kernel_size)
        self.bias = np.zeros(out_channels)
        self.stride, self.k = stride, kernel_size

    def forward(self, x):
        self.x = x
        n, c, h, w = x.shape
        s, k = self.stride, self.k
        out = np.zeros((n, self.weight.shape[1], s * (h - 1) + k, s * (w - 1) + k))
        for p in range(k):
            for q in range(k):
                part = np.einsum("nchw,cf->nfhw", x, self.weight[:, :, p, q])
                out[:, :, p:p + s * h:s, q:q + s * w:s] += part
        return out + self.bias.reshape(1, -1, 1, 1)

    def backward(self, dout):
        n, c, h, w = self.x.shape
        s, k = self.stride, self.k
        dx = np.zeros_like(self.x)
        self.dweight = np.zeros_like(self.weight)
        for p in range(k):
            for q in range(k):
                seen = dout[:, :, p:p + s * h:s, q:q + s * w:s]
                dx += np.einsum("nfhw,cf->nchw", seen, self.weight[:, :, p, q])
                self.dweight[:, :, p, q] = np.einsum("nchw,nfhw->cf", self.x, seen)
        self.dbias = dout.sum(axis=(0, 2, 3))
        return dx
