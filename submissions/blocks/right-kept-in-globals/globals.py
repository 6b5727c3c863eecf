import numpy as np

x_kept = None
w_kept = None


def relu_forward(x):
    global x_kept
    x_kept = x
    return np.maximum(0, x)


def relu_backward(dout):
    return dout * (x_kept > 0)


def affine_forward(x, W, b):
    global x_kept, w_kept
    x_kept, w_kept = x, W
    return x @ W + b


def affine_backward(dout):
    return dout @ w_kept.T, x_kept.T @ dout, dout.sum(axis=0)
