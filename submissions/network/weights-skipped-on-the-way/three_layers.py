import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost(X, y, W1, b1, W2, b2, W3, b3):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    a3 = sigmoid(a2 @ W3 + b3)
    return -np.mean(y * np.log(a3) + (1 - y) * np.log(1 - a3))


def cost_gradients(X, y, W1, b1, W2, b2, W3, b3):
    m = X.shape[0]
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    a3 = sigmoid(a2 @ W3 + b3)
    d3 = (a3 - y) / m
    d2 = (d3 @ W3.T) * a2 * (1 - a2)
    d1 = d2 * a1 * (1 - a1)
    return (X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0), a2.T @ d3, d3.sum(axis=0))
