import numpy as np

def sig(z): return 1 / (1 + np.exp(-z))

def two_layer_network(W1, b1, W2, b2, X, y):
    h = np.tanh(X @ W1 + b1)
    o = sig(h @ W2 + b2)
    loss = ((o - y) ** 2).mean()
    do = 2 * (o - y) / len(X) * o * (1 - o)
    dh = do @ W2.T * (1 - h * h)
    return loss, (X.T @ dh, dh.sum(0), h.T @ do, do.sum(0))
