"""Gradient descent in a loop of its own, of weights that it takes and returns."""

import numpy as np


def squash(z):
    return 1.0 / (1.0 + np.exp(-z))


def log_cost(w, b, X, y):
    p = squash(X @ w + b)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def descend(X, y, w, b, learning_rate, num_iters):
    history = []
    for _ in range(num_iters):
        error = squash(X @ w + b) - y
        w = w - learning_rate * X.T @ error / len(y)
        b = b - learning_rate * error.sum() / len(y)
        history.append(log_cost(w, b, X, y))
    return w, b, history


def step(b_now, m_now, points, lr):
    db = dm = 0.0
    for x, y in points:
        db += 2 * (m_now * x + b_now - y) / len(points)
        dm += 2 * x * (m_now * x + b_now - y) / len(points)
    return [b_now - lr * db, m_now - lr * dm]
