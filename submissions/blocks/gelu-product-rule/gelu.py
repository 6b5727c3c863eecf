import math

import numpy as np

def gelu(x):
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))

def gelu_prime(x):
    return 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
