"""One neuron whose gradient is of its own use; a layer that is built by a width."""

import numpy as np


class Neuron:
    def __init__(self, learning_rate):
        self.weights = np.array([0.3, -0.4])
        self.bias = 0.1
        self.learning_rate = learning_rate

    def predict(self, input_vector):
        return 1 / (1 + np.exp(-(input_vector @ self.weights + self.bias)))

    def _compute_gradients(self, input_vector, target):
        p = self.predict(input_vector)
        slope = 2 * (p - target) * p * (1 - p)
        derror_dbias = slope
        derror_dweights = slope * input_vector
        return derror_dbias, derror_dweights


class Dense:
    def __init__(self, units):
        self.units = units

    def build(self, input_dim):
        self.kernel = np.random.randn(input_dim, self.units)
        self.bias = np.zeros(self.units)

    def forward(self, x):
        self.x = x
        return x @ self.kernel + self.bias

    def backward(self, grad):
        self.dkernel = self.x.T @ grad
        self.dbias = grad.sum(axis=0)
        return grad @ self.kernel.T
