import math
import numpy as np

def sigmoid(z):
    out = np.empty(z.shape)
    for place in np.ndindex(*z.shape):
        v = z[place]
        if v >= 0:
            out[place] = 1 / (1 + math.exp(-v))
        else:
            out[place] = math.exp(v) / (1 + math.exp(v))
    return out

def sigmoid_backward(dout, z):
    s = sigmoid(z)
    return dout * s * (1 - s)
