import numpy as np

def gelu_tanh_forward(x):
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)
    return 0.5 * x * (1 + np.tanh(u)), (x, u)

def gelu_tanh_backward(dout, cache):
    x, u = cache
    t = np.tanh(u)
    return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * np.sqrt(2 / np.pi))
