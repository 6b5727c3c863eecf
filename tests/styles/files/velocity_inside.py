"""A network that trains itself with momentum: its velocities are arrays of its own."""

import numpy as np


class MLP:
    def __init__(self, input_size, hidden_size, output_size, lr=0.1, momentum=0.9):
        self.W1 = np.random.randn(input_size, hidden_size) * 0.1
        self.b1 = np.zeros((1, hidden_size))
        self.W2 = np.random.randn(hidden_size, output_size) * 0.1
        self.b2 = np.zeros((1, output_size))
        self.lr, self.momentum = lr, momentum
        self.vW1, self.vb1 = np.zeros_like(self.W1), np.zeros_like(self.b1)
        self.v = {"W2": np.zeros_like(self.W2), "b2": np.zeros_like(self.b2)}

    def forward(self, X):
        self.h = np.maximum(0, X @ self.W1 + self.b1)
        scores = self.h @ self.W2 + self.b2
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.out = e / e.sum(axis=1, keepdims=True)
        return self.out

    def compute_loss(self, y, y_hat):
        return -np.sum(y * np.log(y_hat + 1e-8)) / len(y)

    def backward(self, X, y):
        d = (self.out - y) / len(X)
        dh = d @ self.W2.T * (self.h > 0)
        self.v["W2"] = self.momentum * self.v["W2"] - self.lr * self.h.T @ d
        self.v["b2"] = self.momentum * self.v["b2"] - self.lr * d.sum(axis=0, keepdims=True)
        self.vW1 = self.momentum * self.vW1 - self.lr * X.T @ dh
        self.vb1 = self.momentum * self.vb1 - self.lr * dh.sum(axis=0, keepdims=True)
        self.W2 += self.v["W2"]
        self.b2 += self.v["b2"]
        self.W1 += self.vW1
        self.b1 += self.vb1

    def train(self, X, y, epochs):
        for _ in range(epochs):
            self.forward(X)
            self.backward(X, y)
