"""A network whose widths have a default; gradients are inserted at the front of lists."""

import numpy as np

class MLP:
    """Multi-layer perceptron trained with SGD, MSE."""

    def __init__(self, layers=[2, 3, 1]):
        self.layers = layers
        self.W = [np.random.uniform(-1, 1, (layers[i], layers[i + 1])) for i in range(len(layers) - 1)]
        self.b = [np.zeros((1, n)) for n in layers[1:]]

    @staticmethod
    def _sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def forward(self, X):
        self.A = [X]
        for W, b in zip(self.W, self.b):
            self.A.append(self._sigmoid(self.A[-1] @ W + b))
        return self.A[-1]

    def backward(self, X, y):
        m = X.shape[0]
        out = self.forward(X)
        delta = 2 * (out - y) / y.size * out * (1 - out)
        dW, db = [], []
        for i in reversed(range(len(self.W))):
            dW.insert(0, self.A[i].T @ delta)
            db.insert(0, delta.sum(axis=0, keepdims=True))
            if i:
                delta = (delta @ self.W[i].T) * self.A[i] * (1 - self.A[i])
        return dW, db
