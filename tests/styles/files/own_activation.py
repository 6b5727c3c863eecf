import numpy as np


def mish(x):
    return x * np.tanh(np.log1p(np.exp(x)))


def mish_grad(x):
    t = np.tanh(np.log1p(np.exp(x)))
    s = 1 / (1 + np.exp(-x))
    return t + x * s * (1 - t ** 2)
