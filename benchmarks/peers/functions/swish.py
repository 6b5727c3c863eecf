import numpy as np

def swish(x):
    return x / (1 + np.exp(-x))

def swish_backward(dout, x):
    s = 1 / (1 + np.exp(-x))
    return dout * (s + x * s * (1 - s))
