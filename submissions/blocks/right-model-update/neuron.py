import numpy as np


class Neuron:
    """Logistic regression; examples in columns, y (1, N)."""

    def __init__(self, nx):
        self.W = np.random.randn(1, nx)
        self.b = 0

    def forward_prop(self, X):
        return 1 / (1 + np.exp(-(self.W @ X + self.b)))

    def cost(self, Y, A):
        return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))

    def gradient_descent(self, X, Y, A, alpha=0.05):
        dZ = A - Y
        self.W = self.W - alpha * dZ @ X.T / Y.shape[1]
        self.b = self.b - alpha * np.mean(dZ)
