import numpy as np


def compute_cost(X, y, theta):
    return np.sum((X @ theta - y) ** 2) / (2 * len(y))


def gradient_descent(X, y, theta, alpha, num_iters):
    costs = []
    for _ in range(num_iters):
        theta = theta - alpha / len(y) * X.T @ (y - X @ theta)
        costs.append(compute_cost(X, y, theta))
    return theta, costs


class LogisticRegression:
    def __init__(self, lr=0.01, n_iters=1000):
        self.lr, self.n_iters = lr, n_iters

    def fit(self, X, y):
        self.weights, self.bias = np.zeros(X.shape[1]), 0.0
        for _ in range(self.n_iters):
            error = 1 / (1 + np.exp(-(X @ self.weights + self.bias))) - y
            self.weights -= self.lr * X.T @ error
            self.bias -= self.lr * error.mean()
