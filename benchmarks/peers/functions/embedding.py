import numpy as np

def embedding_forward(ids, W):
    return W[ids], (ids, W)

def embedding_backward(dout, cache):
    ids, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, ids, dout)
    return dW
