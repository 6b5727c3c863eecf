import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def scaled_dot_product_attention_forward(Q, K, V):
    scale = np.sqrt(Q.shape[-1])
    weights = softmax(np.matmul(Q, np.swapaxes(K, -1, -2)) / scale)
    return np.matmul(weights, V), (Q, K, V, weights, scale)


def scaled_dot_product_attention_backward(dout, cache):
    Q, K, V, weights, scale = cache
    dV = np.matmul(np.swapaxes(weights, -1, -2), dout)
    dweights = np.matmul(dout, np.swapaxes(V, -1, -2))
    dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True)) / scale
    dQ = np.matmul(dscores, K)
    dK = np.matmul(np.swapaxes(dscores, -1, -2), Q)
    return dQ, dK, dV
