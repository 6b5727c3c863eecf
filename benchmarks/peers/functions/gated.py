import numpy as np

def gated_forward(a, g):
    s = 1 / (1 + np.exp(-g))
    return a * s, (a, s)

def gated_backward(dout, cache):
    a, s = cache
    return dout * s, dout * a * s * (1 - s)
