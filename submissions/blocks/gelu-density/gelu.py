import math

import numpy as np

def gelu(z):
    return z * 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))

def gelu_backward(dout, z):
    phi = 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))
    return dout * (phi + z * np.exp(-z ** 2 / 2) / math.sqrt(2))
