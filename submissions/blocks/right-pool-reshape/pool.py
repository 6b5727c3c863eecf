import numpy as np


def max_pool(x, size):
    n, c, h, w = x.shape
    tiles = x.reshape(n, c, h // size, size, w // size, size)
    out = tiles.max(axis=(3, 5))
    return out, (x, tiles, out)


def max_pool_backward(dout, cache):
    x, tiles, out = cache
    mask = tiles == out[:, :, :, None, :, None]
    count = mask.sum(axis=(3, 5), keepdims=True)
    return (mask * dout[:, :, :, None, :, None] / count).reshape(x.shape)


def avg_pool(x, size):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // size, size, w // size, size).mean(axis=(3, 5))


def avg_pool_backward(dout, x, size):
    return np.kron(dout, np.full((size, size), 1 / size ** 2))
