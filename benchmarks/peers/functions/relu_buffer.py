import numpy as np

def relu_forward(x):
    out = x.copy()
    out[out < 0] = 0
    mask = x > 0
    cache = (x, mask)
    return out, cache

def relu_backward(dout, cache):
    x, mask = cache
    dx = np.zeros_like(dout)
    dx[mask] = dout[mask]
    return dx
