import math

import numpy as np

def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))

def gelu_derivative(x):
    cdf = 0.5 * (1 + np.vectorize(math.erf)(x / np.sqrt(2)))
    return cdf + x * np.exp(-x ** 2 / 2) / np.sqrt(2 * np.pi)
