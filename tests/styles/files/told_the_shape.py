"""Layers of images that are told one image's shape when they are made."""
import numpy as np


def columns(x, size, stride, padding):
    n, c, h, w = x.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (h + 2 * padding - size) // stride + 1
    cols = (w + 2 * padding - size) // stride + 1
    out = np.empty((n, c, size, size, rows, cols))
    for i in range(size):
        for j in range(size):
            out[:, :, i, j] = x[:, :, i:i + stride * rows:stride, j:j + stride * cols:stride]
    return out


def images(cols, shape, size, stride, padding):
    n, c, h, w = shape
    rows, columns_ = cols.shape[4:]
    x = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(size):
        for j in range(size):
            x[:, :, i:i + stride * rows:stride, j:j + stride * columns_:stride] += cols[:, :, i, j]
    return x[:, :, padding:padding + h, padding:padding + w]


class Conv:
    def __init__(self, X_dim, n_filter, h_filter, w_filter, stride, padding):
        self.d_X, self.h_X, self.w_X = X_dim
        self.size, self.stride, self.padding = h_filter, stride, padding
        self.W = np.random.randn(n_filter, self.d_X, h_filter, w_filter)
        self.b = np.zeros((n_filter, 1))
        self.params = [self.W, self.b]

    def forward(self, X):
        self.cols = columns(X, self.size, self.stride, self.padding)
        self.n_X = len(X)
        out = np.einsum("ncijhw,fcij->nfhw", self.cols, self.W)
        return out + self.b.reshape(1, -1, 1, 1)

    def backward(self, dout):
        dW = np.einsum("ncijhw,nfhw->fcij", self.cols, dout)
        db = dout.sum(axis=(0, 2, 3)).reshape(-1, 1)
        dcols = np.einsum("fcij,nfhw->ncijhw", self.W, dout)
        shape = (self.n_X, self.d_X, self.h_X, self.w_X)
        return images(dcols, shape, self.size, self.stride, self.padding), [dW, db]


class Maxpool:
    def __init__(self, X_dim, size, stride):
        self.d_X, self.h_X, self.w_X = X_dim
        self.size, self.stride = size, stride

    def forward(self, X):
        cols = columns(X, self.size, self.stride, 0)
        self.shape = cols.shape
        flat = cols.reshape(*cols.shape[:2], -1, *cols.shape[4:])
        self.largest = flat.argmax(axis=2)[:, :, None]
        return np.take_along_axis(flat, self.largest, axis=2)[:, :, 0]

    def backward(self, dout):
        n, c = self.shape[:2]
        flat = np.zeros((n, c, self.size ** 2, *self.shape[4:]))
        np.put_along_axis(flat, self.largest, dout[:, :, None], axis=2)
        shape = (n, c, self.h_X, self.w_X)
        return images(flat.reshape(self.shape), shape, self.size, self.stride, 0), []
