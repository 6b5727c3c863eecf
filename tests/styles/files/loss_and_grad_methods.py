"""Classes whose one method takes weights and data and returns the cost with its gradient."""

import numpy as np


class SoftmaxRegression:
    def __init__(self, strength=0.1):
        self.strength = strength

    def loss_and_grad(self, W, X, y):
        n = X.shape[0]
        scores = X @ W
        scores = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(p[np.arange(n), y])) + 0.5 * self.strength * np.sum(W**2)
        p[np.arange(n), y] -= 1
        return loss, X.T @ p / n + self.strength * W


class LogisticRegression:
    def cost_and_gradient(self, theta, X, y):
        m = len(y)
        h = 1 / (1 + np.exp(-X @ theta))
        cost = -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m
        return cost, X.T @ (h - y) / m
