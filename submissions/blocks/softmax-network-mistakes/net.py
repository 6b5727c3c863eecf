import numpy as np


def deep_classifier(W1, b1, W2, b2, W3, b3, X, y):
    n = len(y)
    a1 = np.tanh(X @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = np.exp(a2 @ W3 + b3)
    p /= p.sum(axis=1, keepdims=True)
    cost = -np.mean(np.log(p[np.arange(n), y]))
    dz3 = p.copy()
    dz3[np.arange(n), y] -= 1
    dz3 /= n
    dz2 = dz3 @ W3.T * (1 - a2 ** 2)
    dz1 = dz2 @ W2.T * (1 - a1)
    dW1, dW2, dW3 = X.T @ dz1, a1.T @ dz2, a2.T @ dz3
    return cost, (dW1, dz1.sum(axis=0), dW2, dz2.sum(axis=0), dW3, dz3.sum(axis=0))


def softmax_network(W1, b1, W2, b2, W3, b3, X, y):
    n = len(y)
    a1 = np.tanh(X @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = np.exp(a2 @ W3 + b3)
    p /= p.sum(axis=1, keepdims=True)
    cost = -np.mean(np.log(p[np.arange(n), y]))
    dz3 = p.copy()
    dz3[np.arange(n), y] -= 1
    dz3 /= n
    dz2 = dz3 @ W3.T
    dz1 = dz2 @ W2.T * (1 - a1 ** 2)
    dW1, dW2, dW3 = X.T @ dz1, a1.T @ dz2, a2.T @ dz3
    return cost, (dW1, dz1.sum(axis=0), dW2, dz2.sum(axis=0), dW3, dz3.sum(axis=0))
