import math
import numpy as np

tanh = np.vectorize(lambda v: math.tanh(v), otypes=[float])
one_minus_square = np.vectorize(lambda a: 1 - a ** 2, otypes=[float])

def tanh_forward(x):
    a = tanh(x)
    return a, a

def tanh_backward(dout, cache):
    return dout * one_minus_square(cache)
