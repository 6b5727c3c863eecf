"""A network with a cost of its data and, apart, the derivative of that cost."""

import numpy as np


class NeuralNetwork:
    def __init__(self):
        self.W1 = np.random.randn(2, 3)
        self.W2 = np.random.randn(3, 1)

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        self.z2 = X @ self.W1
        self.a2 = self.sigmoid(self.z2)
        return self.sigmoid(self.a2 @ self.W2)

    def costFunction(self, X, y):
        return 0.5 * sum((y - self.forward(X)) ** 2)

    def costFunctionPrime(self, X, y):
        y_hat = self.forward(X)
        delta3 = -(y - y_hat) * y_hat * (1 - y_hat)
        delta2 = delta3 @ self.W2.T * self.a2 * (1 - self.a2)
        return X.T @ delta2, self.a2.T @ delta3
