import numpy as np


def avg_pool(x, size=2):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // size, size, w // size, size).mean(axis=(3, 5))


def avg_pool_backward(dout, x, size=2):
    return dout.repeat(size, axis=2).repeat(size, axis=3)
