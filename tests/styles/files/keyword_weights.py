import numpy as np


class FullyConnected:
    def __init__(self, in_dim, out_dim, rng=None):
        self.weight = np.random.randn(out_dim, in_dim) / np.sqrt(in_dim)
        self.bias = np.zeros(out_dim)
        self.grad_weight = np.zeros_like(self.weight)
        self.grad_bias = np.zeros_like(self.bias)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self._x = x
        return x @ self.weight.T + self.bias

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self._x
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight
