import numpy as np

def relu(x):
    y = x.copy()
    y[y < 0] = 0
    return y

def d_relu(x):
    return 1.0 * (x >= 0)
