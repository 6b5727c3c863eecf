import numpy as np

def affine_forward(x, w, b):
    out = x @ w + b
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dz_dw = x @ w + b
    return dout @ w.T, dz_dw.T @ dout, dout.sum(0)
