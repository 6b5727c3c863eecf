"""Models that make their weights in ``fit``: the bias apart, or the first of the weights."""

import numpy as np


class Classifier:
    def __init__(self, lr=0.1, n_iters=500):
        self.lr = lr
        self.n_iters = n_iters
        self.weights = None
        self.bias = None

    def fit(self, X, y):
        n, d = X.shape
        self.weights, self.bias = np.zeros(d), 0
        for _ in range(self.n_iters):
            error = 1 / (1 + np.exp(-(X @ self.weights + self.bias))) - y
            self.weights -= self.lr * X.T @ error / n
            self.bias -= self.lr * np.sum(error) / n
        return self


class OneByOne:
    def __init__(self, eta=0.01, epochs=20):
        self.eta, self.epochs = eta, epochs

    def fit(self, X, y):
        self.w_ = np.random.normal(size=1 + X.shape[1])
        for _ in range(self.epochs):
            for row, target in zip(X, y):
                error = target - (row @ self.w_[1:] + self.w_[0])
                self.w_[1:] += self.eta * error * row
                self.w_[0] += self.eta * error
        return self
