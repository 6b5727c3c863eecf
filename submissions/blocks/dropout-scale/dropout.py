import numpy as np

def dropout_forward(x, p=0.5):
    mask = np.random.rand(*x.shape) < p
    return x * mask / p, mask

def dropout_backward(dout, mask):
    return dout * mask
