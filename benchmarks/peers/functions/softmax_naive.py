import numpy as np

def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)

def softmax_backward(dout, z):
    s = softmax(z)
    return s * (dout - (dout * s).sum(axis=1, keepdims=True))
