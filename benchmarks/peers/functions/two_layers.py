import numpy as np

def two_layers_forward(x, W1, W2):
    h = np.maximum(0, x @ W1)
    return h @ W2, (x, W1, W2, h)

def two_layers_backward(dout, cache):
    x, W1, W2, h = cache
    dW2 = h.T @ dout
    dh = dout @ W2.T
    dh[h <= 0] = 0
    return dh @ W1.T, x.T @ dh, dW2
