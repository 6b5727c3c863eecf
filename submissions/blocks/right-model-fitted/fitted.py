import numpy as np


class LogisticRegression:
    def __init__(self, lr=0.01, n_iters=1000):
        self.lr, self.n_iters = lr, n_iters

    def fit(self, X, y):
        self.weights, self.bias = np.zeros(X.shape[1]), 0.0
        for _ in range(self.n_iters):
            error = 1 / (1 + np.exp(-(X @ self.weights + self.bias))) - y
            self.weights -= self.lr * X.T @ error / len(y)
            self.bias -= self.lr * error.mean()
