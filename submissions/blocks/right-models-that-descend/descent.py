import numpy as np


def compute_cost(X, y, theta):
    return np.sum((X @ theta - y) ** 2) / (2 * len(y))


def gradient_descent(X, y, theta, alpha, num_iters):
    costs = []
    for _ in range(num_iters):
        theta = theta - alpha / len(y) * X.T @ (X @ theta - y)
        costs.append(compute_cost(X, y, theta))
    return theta, costs
