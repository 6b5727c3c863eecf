import numpy as np

def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    dout[dout <= 0] = 0
    return dout
