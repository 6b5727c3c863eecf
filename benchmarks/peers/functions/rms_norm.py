import numpy as np

def rms_norm_forward(x, g, eps=1e-6):
    r = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + eps)
    return x / r * g, (x, g, r)

def rms_norm_backward(dout, cache):
    x, g, r = cache
    dg = (dout * x / r).sum(axis=0)
    u = dout * g
    dx = u / r - x * (u * x).mean(axis=-1, keepdims=True) / r ** 3
    return dx, dg
