import numpy as np

def affine_forward(x, w, b):
    out = np.squeeze(x @ w + b)
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dout = np.reshape(dout, (x.shape[0], -1))
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
