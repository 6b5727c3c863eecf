import numpy as np

def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    m = x.shape[0]
    return dout @ w.T, x.T @ dout / m, dout.sum(0) / m
