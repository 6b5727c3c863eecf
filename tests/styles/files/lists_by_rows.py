import numpy as np


class NeuralNet:
    """Rows are examples; ReLU hidden layers, softmax output, cross-entropy."""

    def __init__(self, layer_sizes):
        self.W = []
        self.b = []
        for i in range(len(layer_sizes) - 1):
            self.W.append(np.random.randn(layer_sizes[i], layer_sizes[i + 1]) * np.sqrt(2 / layer_sizes[i]))
            self.b.append(np.zeros((1, layer_sizes[i + 1])))

    def forward(self, X):
        self.A = [X]
        self.Z = []
        for i in range(len(self.W)):
            Z = self.A[-1] @ self.W[i] + self.b[i]
            self.Z.append(Z)
            if i < len(self.W) - 1:
                self.A.append(np.maximum(0, Z))
            else:
                e = np.exp(Z - Z.max(axis=1, keepdims=True))
                self.A.append(e / e.sum(axis=1, keepdims=True))
        return self.A[-1]

    def compute_loss(self, y_pred, y):
        return -np.mean(np.sum(y * np.log(y_pred + 1e-12), axis=1))

    def backward(self, y):
        m = y.shape[0]
        dZ = (self.A[-1] - y) / m
        dW = [None] * len(self.W)
        db = [None] * len(self.b)
        for i in reversed(range(len(self.W))):
            dW[i] = self.A[i].T @ dZ
            db[i] = dZ.sum(axis=0, keepdims=True)
            if i > 0:
                dZ = (dZ @ self.W[i].T) * (self.Z[i - 1] > 0)
        return dW, db
