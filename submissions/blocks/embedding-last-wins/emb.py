import numpy as np

def embedding_forward(x, W):
    return W[x], (x, W)

def embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] += dout
    return dW
