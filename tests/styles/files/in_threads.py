"""A layer whose gradients are computed in threads, each by itself."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    with ThreadPoolExecutor(max_workers=2) as pool:
        dx = pool.submit(np.matmul, dout, w.T)
        dw = pool.submit(lambda: x.T @ dout)
    return dx.result(), dw.result(), dout.sum(axis=0)
