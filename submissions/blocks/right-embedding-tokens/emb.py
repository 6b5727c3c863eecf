import numpy as np

def embedding_forward(weights, tokens):
    n, t = tokens.shape
    v, d = weights.shape
    one_hot = np.eye(v)[tokens.reshape(-1)]
    return (one_hot @ weights).reshape(n, t, d), one_hot

def embedding_backward(dout, one_hot):
    return one_hot.T @ dout.reshape(-1, dout.shape[-1])
