import numpy as np

def mish_forward(x):
    sp = np.logaddexp(0, x)
    t = np.tanh(sp)
    return x * t, (x, t)

def mish_backward(dout, cache):
    x, t = cache
    sig = 0.5 * (np.tanh(0.5 * x) + 1)
    return dout * (t + x * (1 - t * t) * sig)
