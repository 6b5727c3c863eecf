"""A network that makes its weights in ``fit``, and takes steps of its own there."""

import numpy as np


class Net:
    def __init__(self, hidden=4, lr=0.1, epochs=1000):
        self.hidden, self.lr, self.epochs = hidden, lr, epochs

    def fit(self, X, y):
        self.W1 = np.random.randn(X.shape[1], self.hidden)
        self.b1 = np.zeros((1, self.hidden))
        self.W2 = np.random.randn(self.hidden, 1)
        self.b2 = np.zeros((1, 1))
        for _ in range(self.epochs):
            a = np.tanh(X @ self.W1 + self.b1)
            d2 = (1 / (1 + np.exp(-(a @ self.W2 + self.b2))) - y) / len(X)
            d1 = d2 @ self.W2.T * (1 - a**2)
            self.W2 -= self.lr * a.T @ d2
            self.b2 -= self.lr * d2.sum(axis=0, keepdims=True)
            self.W1 -= self.lr * X.T @ d1
            self.b1 -= self.lr * d1.sum(axis=0, keepdims=True)
