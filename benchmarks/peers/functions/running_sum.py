import numpy as np

def running_sum_forward(x):
    return np.cumsum(x, axis=1), None

def running_sum_backward(dout, cache):
    return np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]
