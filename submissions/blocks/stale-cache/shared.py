import numpy as np

CACHE = {}

def sigmoid_forward(x):
    CACHE["a"] = 1 / (1 + np.exp(-x))
    return CACHE["a"], CACHE

def sigmoid_backward(dout, cache):
    a = cache["a"]
    return dout * a * (1 - a)
