import math
import numpy as np

erf = np.vectorize(math.erf, otypes=[float])

def gelu(x):
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))

def gelu_backward(dout, x):
    cdf = 0.5 * (1 + erf(x / math.sqrt(2)))
    pdf = np.exp(-x ** 2 / 2) / math.sqrt(2 * math.pi)
    return dout * (cdf + x * pdf)
